"""Matches a drum to a hit in a process of its own, so that neither time nor sound waits for it."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from livemusic.dsp.matching.hit import Hit, hit_in
from livemusic.dsp.matching.voice import DrumVoice
from livemusic.dsp.samples import Samples
from livemusic.engine.child import Child, serve
from livemusic.errors import LiveMusicError
from livemusic.sound.match import in_words, likely_voice, match, read_hit

_NICENESS = 10
_BROKEN = "The drum could not be matched. Try again."


@dataclass(frozen=True, slots=True)
class Task:
    """Match the drum `voice` to the hit in the file `path`, or in `sound` at `sample_rate`; call it `name`.

    Voice -1: the drum that it most likely is.
    """

    voice: int
    name: str
    path: str = ""
    sound: Samples | None = None
    sample_rate: int = 0


class Outcome(msgspec.Struct, frozen=True):
    """What came of a task: the voice, which drum it is, and a sentence; or the sentence alone."""

    text: str
    drum: int = 0
    voice: DrumVoice | None = None


class MatchChild:
    """One match at a time, in the background: `begin`, then ask for the `outcome` now and then. Thread: one."""

    def __init__(self) -> None:
        self._child = Child("livemusic.engine.match_child")
        self.close = self._child.close

    @property
    def done(self) -> float:
        """How much of it is done, 0..1."""
        return self._child.done

    def begin(self, task: Task) -> None:
        """Match; what is under way is given up."""
        file = io.BytesIO()
        sound = np.empty(0, np.float32) if task.sound is None else task.sound
        words = np.frombuffer(msgspec.json.encode((task.path, task.name)), np.uint8)
        np.savez(file, words=words, sound=sound, numbers=np.array([task.voice, task.sample_rate]))
        self._child.begin(file.getvalue())

    def outcome(self) -> Outcome | None:
        """The outcome, once when it is there; None before."""
        if (said := self._child.answer()) is None:
            return None
        try:
            return msgspec.json.decode(said, type=Outcome)
        except msgspec.MsgspecError:
            return Outcome(_BROKEN)


def _match(given: bytes, told: Callable[[float], None]) -> bytes:
    with np.load(io.BytesIO(given), allow_pickle=False) as arrays:
        path, name = msgspec.json.decode(arrays["words"].tobytes(), type=tuple[str, str])
        voice, sample_rate = arrays["numbers"].tolist()
        sound = arrays["sound"]
    try:
        hit = read_hit(Path(path)) if path else _heard(sound, sample_rate)
        drum = likely_voice(hit, Path(path).stem) if voice < 0 else voice
        found = match(hit, drum, name, told)
        outcome = Outcome(" ".join((in_words(found, drum), *found.remarks)), drum, found.voice)
    except LiveMusicError as problem:
        outcome = Outcome(str(problem))
    return msgspec.json.encode(outcome)


def _heard(sound: Samples, sample_rate: int) -> Hit:
    try:
        return hit_in(sound, sample_rate)
    except ValueError as problem:
        raise LiveMusicError(f"What was heard {problem}") from problem


if __name__ == "__main__":
    sys.exit(serve(_match, _NICENESS))
