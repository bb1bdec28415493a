"""The sound of a film, read as an audio file is: in blocks of mono samples, in step with the picture."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler
from av.video.frame import VideoFrame

from livemusic.dsp.mixdown import Mixdown
from livemusic.errors import MediaError
from livemusic.session.files import AnyPath, path_of, shown
from livemusic.video.reader import Seconds, begin_of, decoded, length_of, opened

Samples = npt.NDArray[np.float32]

_RATES = range(1000, 768001)
#: Sound that begins later than the picture is preceded by silence; no film means more of it than this.
_LONGEST_LEAD: Seconds = 600.0
_SLACK: Seconds = 1.0
_BLOCK = 65536


class FilmSound:
    """A film's sound that is open: any codec, rate and number of channels, mixed to mono.

    Sample 0 is at the film's time 0, and `length` is how long the film says to be, 0 where it doesn't. `MediaError`
    where it cannot be opened or the film has no sound. Where it is damaged, reading goes on behind that as far as
    possible, and `remark` says so.
    """

    def __init__(self, path: AnyPath) -> None:
        file = path_of(path)
        self.name = shown(file.name)
        self._file, self._container = opened(file)
        streams = self._container.streams.audio
        rate = streams[0].codec_context.sample_rate if streams and streams[0].codec_context else 0
        if rate not in _RATES:
            film = bool(self._container.streams.video)
            self.close()
            raise MediaError(
                f"{self.name} is a film without sound. Embed its picture with '--of picture', or choose another film."
                if film and not streams
                else f"{self.name} holds no sound that can be read. Choose another file."
            )
        self.sample_rate = int(rate)
        self._stream = streams[0]
        self.channels = max(1, self._stream.codec_context.channels)
        self.length = length_of(self._container) or 0.0
        self._mixdown = Mixdown(self.channels, self.sample_rate)
        self._heard = 0
        #: A film's sound may end before its picture.
        self._length = None if self._container.streams.video else length_of(self._container)
        self._damaged: Seconds | None = None
        self._over = False
        self._sides = self._decoded()
        self._rest: Samples = np.empty((0, self.channels), np.float32)
        self._at = 0

    def blocks(self) -> Iterator[Samples]:
        """Float32 samples `(n,)`, none of the blocks empty, so that hours need little memory."""
        for block in self._sides:
            yield self._mixdown.push(block)

    def stretch(self, first: int, count: int) -> Samples:
        """Frames `first` to `first + count`, float32 `(count, channels)`: silent where there are none.

        Only onwards: what lies before the end of an earlier stretch is silent, too.
        """
        sound = np.zeros((count, self.channels), np.float32)
        while self._at < first + count:
            if not len(self._rest):
                self._rest = next(self._sides, np.empty((0, self.channels), np.float32))
                if not len(self._rest):
                    break
            skipped = max(0, first - self._at)
            taken = self._rest[skipped : first + count - self._at]
            begin = self._at + skipped - first
            sound[begin : begin + len(taken)] = taken
            used = min(len(self._rest), skipped + len(taken))
            self._at, self._rest = self._at + used, self._rest[used:]
        return sound

    def _decoded(self) -> Iterator[Samples]:
        """All of it `(n, channels)`, silence first where it begins later than the film."""
        even = AudioResampler(format="flt", layout=self._stream.codec_context.layout, rate=self.sample_rate)
        for frame in chain(decoded(self._container, self._stream, self._note), (None,)):
            if isinstance(frame, VideoFrame):
                continue
            for part in even.resample(frame):
                if frame is not None and self._heard == 0:
                    yield from self._lead(frame.time)
                sound = part.to_ndarray().reshape(-1, self.channels)
                if len(sound):
                    self._heard += len(sound)
                    yield np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)
        if self._heard == 0:
            raise MediaError(f"{self.name} holds no sound that can be read. Choose another file.")
        self._over = True

    @property
    def remark(self) -> str:
        """What the musician should know of it, as far as is known by now; `` where there is nothing to say."""
        said, end = [], self._heard / self.sample_rate
        if self._damaged is not None:
            said.append(f"is damaged after about {self._damaged:.1f} s")
        if self._over and self._length and self._length - end > _SLACK:
            said.append(f"breaks off after {end:.1f} s of {self._length:.1f} s")
        fault = f"{self.name} {' and '.join(said)}: what can be read is heard. Copy or export it again." if said else ""
        return " ".join(filter(None, (fault, self._mixdown.remark(self.name))))

    def _lead(self, begins: float | None) -> Iterator[Samples]:
        """Silence from the film's beginning to that of its sound."""
        wait = 0.0 if begins is None else min(_LONGEST_LEAD, begins - begin_of(self._container))
        missing = max(0, round(wait * self.sample_rate))
        while missing:
            silence = np.zeros((min(missing, _BLOCK), self.channels), np.float32)
            missing -= len(silence)
            self._heard += len(silence)
            yield silence

    def _note(self) -> None:
        if self._damaged is None:
            self._damaged = self._heard / self.sample_rate

    def close(self) -> None:
        """Free what it holds; again does nothing."""
        self._container.close()
        self._file.close()
