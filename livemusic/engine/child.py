"""Work in a process of its own, beside the engine: it is given bytes, tells how far it is, and answers with bytes."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import IO

#: Each thread of these would take another core.
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_ANSWER = b"answer\n"


class Child:
    """Runs `module` on one thing at a time, in the background: `begin`, then ask for the `answer` now and then.

    `done`: how much of it is done, 0..1. Thread: one.
    """

    def __init__(self, module: str) -> None:
        self.done = 0.0
        self._command = (sys.executable, "-P", "-m", module)
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Thread | None = None
        self._said = b""

    @property
    def busy(self) -> bool:
        """Whether something is under way, or its answer was not taken yet."""
        return self._process is not None

    def begin(self, given: bytes) -> None:
        """Work on `given`; what is under way is given up."""
        self.close()
        process = self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _ALONE,
            start_new_session=sys.platform != "win32",  # Ctrl-C in the terminal is the engine's business
        )
        assert process.stdin is not None
        assert process.stdout is not None
        to, back = process.stdin, process.stdout

        def talk() -> None:
            with suppress(OSError, ValueError):
                to.write(given)
                to.close()
                self._listen(back)

        self._said, self.done = b"", 0.0
        self._talk = Thread(target=talk, name=f"{self._command[-1]}", daemon=True)
        self._talk.start()

    def _listen(self, back: IO[bytes]) -> None:
        """How much is done, a line each time, until the answer comes."""
        while line := back.readline():
            if line == _ANSWER:
                self._said = back.read()
                return
            self.done = float(line)

    def answer(self) -> bytes | None:
        """The answer, once when it is there, empty where the work broke off; None before."""
        if self._talk is None or self._talk.is_alive():
            return None
        said = self._said
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


def serve(work: Callable[[bytes, Callable[[float], None]], bytes], niceness: int) -> int:
    """Be the child: what `work` makes of what is given, and of a callback for how much is done, is the answer."""
    with suppress(OSError, AttributeError):
        os.nice(niceness)
    say = sys.stdout.buffer

    def told(share: float) -> None:
        say.write(b"%f\n" % share)
        say.flush()

    answer = work(sys.stdin.buffer.read(), told)
    say.write(_ANSWER + answer)
    say.flush()
    return 0
