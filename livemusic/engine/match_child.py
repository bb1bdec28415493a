"""Matches a drum to a hit in a process of its own, so that neither time nor sound waits for it."""

import io
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

import msgspec
import numpy as np

from livemusic.dsp.matching.fit import RATE
from livemusic.dsp.matching.hit import Hit, hit_in
from livemusic.dsp.matching.likely import likely_voice
from livemusic.dsp.matching.voice import DrumVoice
from livemusic.dsp.samples import Samples
from livemusic.errors import LiveMusicError
from livemusic.sound.match import in_words, match, read_hit

_COMMAND = (sys.executable, "-P", "-m", "livemusic.engine.match_child")
#: Each thread of these would take another core.
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
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
        self.done = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Thread | None = None
        self._said: Outcome | None = None

    def begin(self, task: Task) -> None:
        """Match; what is under way is given up."""
        self.close()
        file = io.BytesIO()
        sound = np.empty(0, np.float32) if task.sound is None else task.sound
        words = np.frombuffer(msgspec.json.encode((task.path, task.name)), np.uint8)
        np.savez(file, words=words, sound=sound, numbers=np.array([task.voice, task.sample_rate]))
        process = self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _ALONE,
            start_new_session=sys.platform != "win32",  # Ctrl-C in the terminal is the engine's business
        )
        assert process.stdin is not None
        assert process.stdout is not None
        given, found = process.stdin, process.stdout

        def talk() -> None:
            with suppress(OSError, ValueError, msgspec.MsgspecError):
                given.write(file.getvalue())
                given.close()
                self._listen(found)

        self._said, self.done = None, 0.0
        self._talk = Thread(target=talk, name="livemusic-match", daemon=True)
        self._talk.start()

    def _listen(self, found: IO[bytes]) -> None:
        """How much is done, a line each time, until the outcome comes."""
        while line := found.readline():
            if line.startswith(b"{"):
                self._said = msgspec.json.decode(line, type=Outcome)
                return
            self.done = float(line)

    def outcome(self) -> Outcome | None:
        """The outcome, once when it is there; None before."""
        if self._talk is None or self._talk.is_alive():
            return None
        said = self._said or Outcome(_BROKEN)
        self.close()
        return said

    def close(self) -> None:
        """End what is under way."""
        process, talk = self._process, self._talk
        self._process = self._talk = None
        if process is not None and talk is not None:
            process.kill()
            talk.join()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]


def main() -> int:
    """Read a task from standard input; write how much is done, then what came of it, to standard output."""
    with suppress(OSError, AttributeError):
        os.nice(10)
    with np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False) as arrays:
        path, name = msgspec.json.decode(arrays["words"].tobytes(), type=tuple[str, str])
        voice, sample_rate = arrays["numbers"].tolist()
        sound = arrays["sound"]
    say = sys.stdout.buffer

    def told(share: float) -> None:
        say.write(b"%f\n" % share)
        say.flush()

    try:
        hit = read_hit(Path(path)) if path else _heard(sound, sample_rate)
        drum = likely_voice(hit.sound, RATE) if voice < 0 else voice
        found = match(hit, drum, name, told)
        outcome = Outcome(" ".join((in_words(found, drum), *found.remarks)), drum, found.voice)
    except LiveMusicError as problem:
        outcome = Outcome(str(problem))
    say.write(msgspec.json.encode(outcome) + b"\n")
    say.flush()
    return 0


def _heard(sound: Samples, sample_rate: int) -> Hit:
    try:
        return hit_in(sound, sample_rate)
    except ValueError as problem:
        raise LiveMusicError(f"What was heard {problem}") from problem


if __name__ == "__main__":
    sys.exit(main())
