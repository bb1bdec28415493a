"""Audio files: read whole, in blocks, anywhere, or by the clock like a device; of a damaged one what can be read."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from livemusic.audio.container import Fault, faults
from livemusic.audio.mp3 import sound_only
from livemusic.audio.source import PacedSource, Samples, Seconds
from livemusic.dsp.mixdown import Mixdown
from livemusic.errors import MediaError
from livemusic.music.playhead import Playhead
from livemusic.session.files import AnyPath, path_of, replacing, shown

_BLOCK = 65536
_RATES = range(1000, 768001)
#: How far behind damage it is tried to go on: twice as far each time.
_SKIP: Seconds = 0.1
#: Damage spoils all of a read, so close to it reads are shorter.
_PIECE = 4096
#: After a leap Ogg and MP3 decoders are wrong for some hundred frames.
_RUN_UP = 4096
_OGG_PAGE: Seconds = 4.0
#: A decoder may keep back this much of what was announced, and no more.
_SLACK: Seconds = 0.2


class Recording:
    """An audio file that is open (WAV, FLAC, Ogg, MP3 ...), of any rate and number of channels.

    `MediaError` where it cannot be opened. Where it is damaged, reading goes on behind that as far as possible, and
    `fault` says where it was. Little of it is in memory at a time. Thread: one.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = path_of(path)
        self.name = shown(self._path.name)
        self._faults = _known_faults(self._path)
        with _quiet() if self._faults else nullcontext():
            self._file = _opened(self._path)
            if self._faults and (sound := _without_damage(self._path)):
                self._file.close()
                self._file = soundfile.SoundFile(BytesIO(sound))
        self.sample_rate = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        self._mixdown = Mixdown(self.channels, self.sample_rate)
        self._frame = 0
        self._last = int(self._file.frames)
        self._lost = False
        self._over = False

    @property
    def length(self) -> Seconds:
        """How long it says it is; one that breaks off has less sound."""
        return float(self._file.frames / self.sample_rate)

    def read(self, count: int) -> Samples:
        """The next `count` samples, mixed to one channel; fewer at the end or near damage, none only at the end."""
        return self.mixed(self._read(count))

    def mixed(self, sound: Samples) -> Samples:
        """What follows on what was mixed before, `(n, channels)` as one channel `(n,)`."""
        return self._mixdown.push(sound)

    def blocks(self, frames: int = _BLOCK) -> Iterator[Samples]:
        """What is left, in blocks of `frames` samples, the last one shorter, so that hours need little memory."""
        while len(block := self.read(frames)):
            yield block

    def stretch(self, first: int, count: int) -> Samples:
        """Frames `first` to `first + count`, float32 `(count, channels)`: silent where there are none, or none that
        can be read.
        """
        sound = np.zeros((count, self.channels), np.float32)
        begin, end = max(first, 0), min(first + count, self._last)
        while begin < end:
            if self._frame != begin:
                self._seek(begin)
            block = self._read(end - begin)
            if not len(block):
                self._last = begin
                break
            found = self._frame - len(block)  # behind damage, maybe
            if found < end:
                sound[found - first : min(self._frame, end) - first] = block[: end - found]
            begin = self._frame
        return sound

    @property
    def fault(self) -> str:
        """Where it is damaged or breaks off, as far as is known by now, in a sentence; `` where it is whole."""
        return _in_words(self.name, self._faults)

    @property
    def remark(self) -> str:
        """What the musician should know of it; `` where there is nothing to say."""
        return " ".join(filter(None, (self.fault, self._mixdown.remark(self.name))))

    def close(self) -> None:
        self._file.close()

    def _read(self, count: int) -> Samples:
        """The next `count` frames `(n, channels)`; fewer at the end or near damage, none only at the end."""
        with _quiet() if self._faults else nullcontext():
            try:
                block: Samples = self._file.read(0 if self._lost else count, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                self._lost = True
            if self._lost:
                block = self._behind_damage(count)
                self._lost = not len(block)
        self._frame += len(block)
        if not len(block) and not self._over:
            self._over = True
            self._end()
        return block

    def _seek(self, frame: int) -> None:
        """Go to `frame`, over damage, too."""
        before, got = frame - _RUN_UP, -1
        if self._file.format == "OGG":  # in the last page the decoder does not know where it is
            before = min(before, self._file.frames - round(_OGG_PAGE * self.sample_rate))
        before = max(before, 0)
        with _quiet() if self._faults else nullcontext(), suppress(soundfile.LibsndfileError):
            got = self._file.seek(before) + len(self._file.read(frame - before))
        self._frame, self._lost = frame, got != frame

    def _behind_damage(self, count: int) -> npt.NDArray[np.float32]:
        """What is left before damage, or the first sound behind it, by a fresh decoder: the old has lost its place."""
        at, whole, skip = self._frame, self._file.frames, 0
        while at + skip < whole:
            with suppress(soundfile.LibsndfileError, MediaError):
                fresh = _opened(self._path)
                fresh.seek(at + skip)
                block: npt.NDArray[np.float32] = fresh.read(min(count, _PIECE), dtype="float32", always_2d=True)
                if len(block):
                    self._file.close()
                    self._file = fresh
                    self._frame += skip
                    if skip:
                        self._note(Fault(at / self.sample_rate, missing=False))
                    return block
            skip = 2 * skip or round(_SKIP * self.sample_rate)
        return np.empty((0, self._file.channels), np.float32)

    def _end(self) -> None:
        """It may have ended early, though nothing said so."""
        lacking = (self._file.frames - self._frame) / self.sample_rate
        if lacking > _SLACK and not self._faults:
            self._note(Fault(self._frame / self.sample_rate, self._file.frames / self.sample_rate))

    def _note(self, fault: Fault) -> None:
        if all(abs(known.at - fault.at) > 1.0 for known in self._faults):
            self._faults.append(fault)


@dataclass(frozen=True, slots=True)
class Beside:
    """Another recording that is heard in a song's place: where it is, and which place of the song that is."""

    recording: Recording
    playhead: Playhead
    place: Callable[[Seconds], Seconds]


class FileSource(PacedSource):
    """An audio file as a song: by the clock it brings what is at its `playhead`, silence where that stands.

    It never ends by itself; whoever owns the playhead replaces it, and sets `late`, how much later than by the clock
    it is heard, and `beside`, what is heard in its place. `MediaError` where it cannot be opened.
    """

    def __init__(self, path: str | Path) -> None:
        self._recording = Recording(path)
        super().__init__(self._recording.name, self._recording.sample_rate)
        self.playhead = Playhead(self._recording.length)
        self.beside: Beside | None = None
        self._next = 0

    @property
    def fault(self) -> str:
        """Where it is damaged or breaks off; `` where it is whole."""
        return self._recording.fault

    @property
    def remark(self) -> str:
        """What the musician should know of what is heard; `` where there is nothing to say."""
        return self._recording.remark

    def read(self, now: Seconds) -> Samples:
        return super().read(now - self.late)

    def position(self, now: Seconds) -> Seconds:
        beside = self.beside
        if beside is not None:
            return beside.place(beside.playhead.place(now - self.late))
        return self.playhead.place(now - self.late)

    def take(self, count: int) -> Samples:
        begin, beside = self.due, self.beside
        playhead = self.playhead if beside is None else beside.playhead
        sound = np.zeros((count, self._recording.channels), np.float32)
        for span in playhead.spans(begin, begin + count / self.sample_rate):
            first, last = (round((moment - begin) * self.sample_rate) for moment in (span.begin, span.end))
            if beside is not None:
                sound[first:last] = self._of(beside.recording, span.position, last - first)
                continue
            frame = round(span.position * self.sample_rate)
            if abs(frame - self._next) <= 1:  # the clock cannot tell: nothing is left out, nothing comes twice
                frame = self._next
            sound[first:last] = self._recording.stretch(frame, last - first)
            self._next = frame + last - first
        self.hand_on(sound)
        return self._recording.mixed(sound)

    def _of(self, other: Recording, position: Seconds, count: int) -> Samples:
        """`count` frames at this one's rate of what is at `position` in another recording, `(count, channels)`."""
        places = position * other.sample_rate + np.arange(count) * (other.sample_rate / self.sample_rate)
        first = int(places[0])
        sound = _cubic(other.stretch(first - 1, int(places[-1]) - first + 4), places - first)
        if sound.shape[1] != self._recording.channels:
            sound = np.repeat(sound.mean(axis=1, keepdims=True), self._recording.channels, axis=1)
        return sound

    def close(self) -> None:
        super().close()
        self._recording.close()


def _cubic(around: Samples, places: npt.NDArray[np.floating]) -> Samples:
    """Frames between frames (Catmull-Rom): place 0 is row 1 of `around`."""
    low = places.astype(int)
    part = (places - low).astype(np.float32)[:, None]
    before, at, after, beyond = (around[low + step] for step in range(4))
    bend = (2 * before - 5 * at + 4 * after - beyond) + part * (3 * (at - after) + beyond - before)
    return np.asarray(at + 0.5 * part * (after - before + part * bend), np.float32)


def _known_faults(path: Path) -> list[Fault]:
    """What the container shows; a file that cannot be looked at shows nothing."""
    try:
        return faults(path)
    except (OSError, ValueError):
        return []


@contextmanager
def _quiet() -> Iterator[None]:
    """The MP3 decoder prints what it thinks of a damaged file; we say it ourselves."""
    old = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(old, 2)
        os.close(old)
        os.close(nowhere)


def _without_damage(path: Path) -> bytes:
    """An MP3 file without what is no frame: its decoder gives up there."""
    try:
        return sound_only(path.read_bytes())
    except OSError:
        return b""


def _in_words(name: str, known: list[Fault]) -> str:
    """One sentence, and what to do."""
    if not known:
        return ""
    damaged = sorted({round(fault.at, 1) for fault in known if not fault.missing})
    short = next((fault for fault in known if fault.missing), None)
    words = []
    if damaged:
        at = f"after about {damaged[0]:.1f} s"
        others = len(damaged) - 1
        more = f" and at {others} other place{'s' if others > 1 else ''}" if others else ""
        words.append(f"is damaged {at}{more}")
    if short is not None:
        whole = f" of {short.whole:.1f} s" if short.whole else ""
        words.append(f"breaks off after {short.at:.1f} s{whole}")
    return f"{name} {' and '.join(words)}: what can be read is heard. Export or copy it again."


def write_audio(path: AnyPath, samples: Samples, sample_rate: int) -> None:
    """Write float32 `(frames, channels)` as 24-bit WAV, whole or not at all; `MediaError` where that fails."""
    try:
        sound = BytesIO()  # the library would print what goes wrong with a file of ours
        soundfile.write(sound, samples, sample_rate, subtype="PCM_24", format="WAV")
        with replacing(path) as file:
            file.write(sound.getbuffer())
    except (OSError, ValueError, soundfile.LibsndfileError) as problem:
        raise MediaError(
            f"{shown(path)} cannot be written ({_reason(problem)}). Choose another name or folder."
        ) from problem


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        if path.exists() and not path.is_file():
            raise MediaError(f"{shown(path)} is not a file. Choose an audio file.")
        file = soundfile.SoundFile(str(path) if sys.platform == "win32" else os.fsencode(path))
    except (OSError, ValueError, TypeError, soundfile.LibsndfileError) as problem:
        if not os.path.lexists(str(path).replace("\0", "")):
            raise MediaError(f"There is no file {shown(path)}. Look at its name and folder.") from problem
        raise MediaError(
            f"{shown(path)} cannot be read as audio ({_reason(problem)}). Use WAV, FLAC, Ogg or MP3."
        ) from problem
    fault = ""
    if not file.frames:
        fault = "breaks off before its first sound" if _known_faults(path) else "holds no sound"
    elif file.samplerate not in _RATES:
        fault = f"has a sample rate of {file.samplerate} Hz, which nothing can play"
    if fault:
        file.close()
        raise MediaError(f"{shown(path)} {fault}. Choose another file.")
    return file


def _reason(problem: Exception) -> str:
    text = getattr(problem, "strerror", None) or getattr(problem, "error_string", None) or str(problem)
    return text.rstrip(".")
