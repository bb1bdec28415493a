"""Processes that a program under trial has begun, and their end: also of those that slipped away from it."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import psutil

_PATIENCE_S = 5.0
_AGAIN_S = 0.01
#: `prctl` of Linux: orphans below this process become its children, whatever session they have made for themselves.
_SET_CHILD_SUBREAPER, _GET_CHILD_SUBREAPER = 36, 37


@contextmanager
def ended_with_the_block() -> Iterator[None]:
    """Every process that is begun in the block, by us or below us, is ended with it.

    For a process that begins no others meanwhile. Where the system is not Linux, what has made itself an orphan is
    not found.
    """
    me = psutil.Process()
    before = set(me.children(recursive=True))
    adopted = _adopt(True)
    try:
        yield
    finally:
        _end_all(me, before)
        if not adopted:
            _adopt(False)


def _adopt(orphans: bool) -> bool:
    """Take in orphans from now on, or no longer; whether they were taken in before."""
    if sys.platform != "linux":
        return True
    libc, were = ctypes.CDLL(None), ctypes.c_int()
    libc.prctl(_GET_CHILD_SUBREAPER, ctypes.byref(were), 0, 0, 0)
    libc.prctl(_SET_CHILD_SUBREAPER, int(orphans), 0, 0, 0)
    return bool(were.value)


def _end_all(me: psutil.Process, before: set[psutil.Process]) -> None:
    """Kill until nothing new is left: who is killed may have begun another a moment earlier."""
    deadline = monotonic() + _PATIENCE_S
    while (begun := set(me.children(recursive=True)) - before) and monotonic() < deadline:
        for process in begun:
            with suppress(psutil.Error):
                process.kill()
        for process in begun:
            with suppress(psutil.Error):
                process.wait(_AGAIN_S)  # an orphan that has ended stays until its new parent has asked
