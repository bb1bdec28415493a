"""Plugins that are known, and a session and reports with them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import (
    Health,
    ListenState,
    Plug,
    PluginsState,
    Snapshot,
    SurfaceState,
    TransportState,
)
from livemusic.session.control import Binding
from livemusic.session.control import Control as Knob
from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.sound.plugins.description import Parameter, Plugin
from livemusic.sound.protocol import Blocked, ChainReport, Control, PluginReport

CLIP = Clip("c", 16, {})
COMP = Plugin("/vst3/ZamCompX2.vst3", "ZamCompX2", "VST3", "Damien Zammit")
GATE = Plugin("/vst3/ZamGateX2.vst3", "ZamGateX2", "VST3", "Damien Zammit")
VERB = Plugin("/vst3/ZamVerb.vst3", "ZamVerb", "VST3", "Damien Zammit")
TUBE = Plugin("/vst3/Röhre 真空管.vst3", "Röhre 真空管", "VST3", "", channels=1)
ONE, TWO = (Plugin("/vst3/Both.component", name, "AU", "Ätherklang") for name in ("Echo One", "Echo Two"))
DRUMS = Plugin("/vst3/Drums.vst3", "Drums", "VST3", "Ätherklang", is_instrument=True)
KNOWN = (COMP, GATE, VERB, TUBE, ONE, TWO, DRUMS)
KNOB = Knob("nanoKONTROL2", "control", 1, 21)
BLOCKED = (
    Blocked("/vst3/Old.vst3", "It hung.", "2026-11-18T10:00:00+00:00"),
    Blocked(VERB.path, "It crashed (SIGSEGV).", "2026-11-20T20:13:11+00:00"),
)


def session(*plugins: Plugin, instrument: Plugin | None = None, bindings: tuple[Binding, ...] = ()) -> Session:
    slots = tuple(PluginSlot(each.path, state=b"saved") for each in plugins)
    played = None if instrument is None else PluginSlot(instrument.path)
    return Session(Preset("p", (CLIP, CLIP, CLIP, CLIP), instrument=played, effects=slots), Settings(bindings=bindings))


def report(place: int, plugin: Plugin, count: int = 3, state: str = "on", detail: str = "", **how: object):
    controls = tuple(Control(Parameter(f"Gain {n}", "dB", 0.5), 0.25, "-6.200000") for n in range(count))
    figures = {"latency_ms": 10.0, "load": 0.04} | how
    return PluginReport(place, plugin.path, plugin.name, state, detail, controls=controls, **figures)


def chain(number: int, *plugins: Plugin, editor: int | None = None, detail: str = "") -> ChainReport:
    return ChainReport(number, tuple(report(place, each) for place, each in enumerate(plugins, 1)), editor, detail)


def state(report: ChainReport, blocked: tuple[Blocked, ...] = (), known: tuple[Plugin, ...] = KNOWN) -> PluginsState:
    return PluginsState(report, blocked, known)


def snapshot(learning: str = "", sound: str = "on", detail: str = "") -> Snapshot:
    plug = Plug("default", "Speakers", sound, detail)
    hands = SurfaceState(learning)
    return Snapshot(0.0, 1, TransportState(), ListenState(), Plug(), Plug(), plug, Health(), surface=hands)


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
