"""Plugins that misbehave on request, real ones, and what a sound process says of them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from livemusic.session.plugin import PluginSlot
from livemusic.sound.process import SoundProcess

Until = Callable[[Callable[[], bool]], None]
DOUBLES = Path(__file__).with_name("doubles.py")
ZAM = Path("/usr/lib/vst3")
zam = pytest.mark.skipif(not (ZAM / "ZamCompX2.vst3").exists(), reason="needs Debian's zam-plugins")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def slot(kind: str, **values: float) -> PluginSlot:
    return PluginSlot(f"test:{kind}", values=values)


def states(process: SoundProcess) -> list[tuple[int, str]]:
    return [(plugin.place, plugin.state) for plugin in process.status().chain.plugins]


def said(process: SoundProcess) -> str:
    return process.status().chain.detail
