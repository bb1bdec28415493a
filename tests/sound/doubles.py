"""Plugins that misbehave on purpose, and the sound process that plays them: its parent starts this file;
with `probe` first, the process that tries one.

`test:NAME` opens one; any other path opens a real plugin. No user can reach them: they are not part of the program.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from threading import Event

import numpy as np

from livemusic.sound.host import main
from livemusic.sound.plugins import probe
from livemusic.sound.plugins.description import Parameter
from livemusic.sound.plugins.hosted import PluginError
from livemusic.sound.plugins.pedal import open_plugin

PREFIX = "test:"
AMOUNT = Parameter("Amount", "", 0.5, "0", "1", "0.5")


class Double:
    """An effect that multiplies by `Amount`, or an instrument that plays a click of the height `Amount`.

    Once `Amount` reaches 1 it does what its name says: `crash`, `exit`, `hang` (for ever, the interpreter free),
    `seize` (for ever, and nobody else may run Python), `slow`, `raise`, `nan`, `inf`, `short`, `print`.
    `...-on-open` does it while it is opened, `...-on-save` while it is saved,
    `...-on-show` when its window is to be shown.
    """

    def __init__(self, kind: str, rate: int) -> None:
        self.name = kind
        self.kind = kind.removeprefix("instrument-")
        self.is_instrument = kind.startswith("instrument")
        self.channels = 2
        self.amount = 0.5
        self.late = 0
        self.rate = rate
        self.played: list[tuple[bytes, int]] = []
        if self.kind.endswith("-on-open"):
            self.misbehave(self.kind.removesuffix("-on-open"))

    @property
    def latency(self) -> int:
        return self.late

    def process(self, sound: np.ndarray) -> np.ndarray:
        return self.answer(np.float32(self.amount) * sound)

    def play(self, messages: Sequence[tuple[bytes, int]], frames: int) -> np.ndarray:
        self.played += messages
        sound = np.zeros((2, frames), np.float32)
        for data, frame in messages:
            if data[0] & 0xF0 == 0x90:
                sound[:, frame] += np.float32(self.amount) * data[2] / 127
        return self.answer(sound)

    def answer(self, sound: np.ndarray) -> np.ndarray:
        if self.amount < 1:
            return sound
        self.misbehave(self.kind)
        match self.kind:
            case "nan" | "inf":
                sound = np.full_like(sound, float(self.kind))
            case "short":
                sound = sound[:, :-1]
        return sound

    def misbehave(self, how: str) -> None:
        match how:
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
                Event().wait()
            case "exit":
                os._exit(3)
            case "hang":
                Event().wait()
            case "seize":
                ctypes.PyDLL(None).pause()
            case "slow":
                Event().wait(0.03)
            case "raise":
                raise RuntimeError("as asked")
            case "print":
                for _ in range(500):
                    os.write(1, b"out " * 2000)
                    os.write(2, b"err " * 2000)

    def parameters(self) -> tuple[Parameter, ...]:
        return (AMOUNT,)

    def values(self) -> dict[str, tuple[float, str]]:
        return {"Amount": (self.amount, f"{self.amount:.2f}")}

    def set(self, name: str, value: float) -> None:
        if name == "Amount":
            self.amount = value

    def state(self) -> bytes:
        if self.kind.endswith("-on-save"):
            self.misbehave(self.kind.removesuffix("-on-save"))
        return f"amount {self.amount}".encode()

    def restore(self, state: bytes) -> None:
        self.amount = float(state.split()[1])

    def show_editor(self, closing: object) -> None:
        if self.kind.endswith("-on-show"):
            self.misbehave(self.kind.removesuffix("-on-show"))
        pause = Event()
        while not closing.is_set():  # type: ignore[attr-defined]
            pause.wait(0.01)
            self.amount = 0.75


def open_double(path: str, name: str, rate: int) -> object:
    """What the sound process opens plugins with."""
    if not path.startswith(PREFIX):
        return open_plugin(path, name, rate)
    if path == PREFIX + "missing":
        raise PluginError("It is not there.")
    return Double(path.removeprefix(PREFIX), rate)


if __name__ == "__main__":
    if sys.argv[1] == "probe":
        probe.main(sys.argv[2], sys.argv[3], lambda path: [""], open_double)  # type: ignore[arg-type]
    main(sys.argv[1], sys.argv[2], open_double)  # type: ignore[arg-type]
