"""How late this machine wakes anyone up: what every other figure is compared with."""

import sys
from queue import Empty, SimpleQueue
from time import perf_counter

from livemusic.engine.priority import go_first
from livemusic.engine.worker import SPIN

_EVERY_S = 0.005


def idle_floor(seconds: float) -> list[float]:
    """Lateness in seconds of a bare loop with absolute deadlines every 5 ms, waiting as the engine's worker does."""
    inbox: SimpleQueue[None] = SimpleQueue()
    late = []
    due = perf_counter() + _EVERY_S
    for _ in range(int(seconds / _EVERY_S)):
        try:
            inbox.get(timeout=max(0.0, due - perf_counter() - SPIN))
        except Empty:
            while perf_counter() < due:
                pass
        late.append(perf_counter() - due)
        due += _EVERY_S
    return late


if __name__ == "__main__":
    go_first()
    sys.stdout.write(" ".join(map(str, idle_floor(float(sys.argv[1])))))
