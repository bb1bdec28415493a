"""Ctrl-C at any moment ends a command quietly."""

import signal
from _thread import start_new_thread
from collections.abc import Callable
from time import sleep
from types import FrameType

_AGAIN_S = 0.02


def interruptible(do: Callable[[], int], otherwise: int) -> int:
    """What `do` returns, or `otherwise` once Ctrl-C was pressed.

    While a module is being loaded Ctrl-C waits: many fail in their own way when interrupted there, some by aborting.
    """
    pressed = over = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if over:
            return
        pressed = True
        if not _loading(frame):
            raise KeyboardInterrupt
        start_new_thread(press_again, ())

    def press_again() -> None:
        sleep(_AGAIN_S)
        if not over:
            signal.raise_signal(signal.SIGINT)

    usual = signal.default_int_handler
    try:
        if signal.getsignal(signal.SIGINT) is usual:  # who has other plans for Ctrl-C keeps them
            signal.signal(signal.SIGINT, press)
        result = do()
        return otherwise if pressed else result
    except KeyboardInterrupt:
        return otherwise
    except Exception:
        if pressed:
            return otherwise
        raise
    finally:
        over = True
        if signal.getsignal(signal.SIGINT) is press:
            signal.signal(signal.SIGINT, usual)


def _loading(frame: FrameType | None) -> bool:
    """Whether an import is under way."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False
