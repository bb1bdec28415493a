"""Lays a path out in a process of its own, which takes only the time that nobody else needs."""

import io
import os
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import IO

import numpy as np

from livemusic.latent.layout import Taste, layout
from livemusic.latent.points import Points
from livemusic.latent.view import View

_COMMAND = (sys.executable, "-P", "-m", "livemusic.engine.layout_child")
#: Each thread of these would take another core.
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class LayoutChild:
    """One layout at a time, in the background: `begin`, then ask for the `view` now and then. Thread: one."""

    def __init__(self) -> None:
        self.done = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Thread | None = None
        self._said = b""

    @property
    def busy(self) -> bool:
        """Whether a path is being laid out, or its view was not taken yet. `done`: how much of it, 0..1."""
        return self._process is not None

    def begin(self, points: Points, before: View | None, taste: Taste) -> None:
        """Lay `points` out; `before` is the view to begin from and to turn the new one to."""
        self.close()
        file = io.BytesIO()
        kept = b"" if before is None else before.to_bytes()
        weights = np.array([taste.steps, taste.smooth, taste.foreseen], np.float64)
        np.savez(file, rows=points.rows, spectra=points.spectra, before=np.frombuffer(kept, np.uint8), taste=weights)
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
            with suppress(OSError, ValueError):
                given.write(file.getvalue())
                given.close()
                self._listen(found)

        self._said, self.done = b"", 0.0
        self._talk = Thread(target=talk, name="livemusic-layout", daemon=True)
        self._talk.start()

    def _listen(self, found: IO[bytes]) -> None:
        """How much is done, a line each time, until the view comes."""
        while line := found.readline():
            if line == b"view\n":
                self._said = found.read()
                return
            self.done = float(line)

    def view(self) -> View | None:
        """The view, once when it is there; None before, and where the path could not be laid out."""
        if self._talk is None or self._talk.is_alive():
            return None
        said = self._said
        self.close()
        try:
            return View.from_bytes(said)
        except ValueError:
            return None

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
    """Read points from standard input; write how much is done, then their view, to standard output."""
    with suppress(OSError, AttributeError):
        os.nice(19)
    with np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False) as arrays:
        points = Points(arrays["rows"], arrays["spectra"])
        before = arrays["before"].tobytes()
        steps, smooth, foreseen = arrays["taste"].tolist()
    say = sys.stdout.buffer

    def told(share: float) -> None:
        say.write(b"%f\n" % share)
        say.flush()

    taste = Taste(round(steps), smooth=smooth, foreseen=foreseen)
    view = layout(points, taste, View.from_bytes(before) if before else None, told)
    say.write(b"view\n" + view.to_bytes())
    say.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
