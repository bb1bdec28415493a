import threading
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from livemusic.engine.messages import Capture, Look, LookPlugins, MovePad, Play, SetTempo, Stop
from livemusic.engine.snapshot import Notice, PluginsState
from livemusic.errors import EngineError
from livemusic.sound.protocol import ChainReport
from livemusic.ui import bridge as bridge_module
from livemusic.ui.bridge import Bridge


@pytest.fixture
def quick_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_module, "RETRY_SECONDS", 0.001)


class Ear:
    """Remembers what a bridge told."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.snapshots, self.stretches, self.sessions, self.texts, self.connections = [], [], [], [], []
        bridge.arrived.connect(self.snapshots.append)
        bridge.path_grew.connect(self.stretches.append)
        bridge.session_changed.connect(self.sessions.append)
        bridge.told.connect(self.texts.append)
        bridge.connection_changed.connect(self.connections.append)

    def polled(self, so: Callable[[], object]) -> Callable[[], object]:
        def look() -> object:
            self.bridge.poll()
            return so()

        return look


def test_the_path_and_the_session_come_once_and_then_only_what_is_new(app: QApplication, link, until) -> None:
    link.total = 500
    bridge = Bridge(lambda: link)
    ear = Ear(bridge)
    bridge.start()
    until(ear.polled(lambda: len(ear.snapshots) > 3))
    link.total = 510
    until(ear.polled(lambda: len(ear.stretches) == 2))
    until(ear.polled(lambda: len(ear.snapshots) > 8))
    bridge.close()
    assert [(s.epoch, s.first, len(s.points)) for s in ear.stretches] == [(3, 0, 500), (3, 500, 10)]
    np.testing.assert_array_equal(ear.stretches[1].points, link.points[500:510])
    assert ear.sessions == [link.session]


def test_a_new_epoch_brings_a_new_path(app: QApplication, link, until) -> None:
    bridge = Bridge(lambda: link)
    ear = Ear(bridge)
    bridge.start()
    until(ear.polled(lambda: ear.stretches))
    link.total, link.epoch = 0, 4
    until(ear.polled(lambda: len(ear.stretches) == 2))
    bridge.close()
    assert (ear.stretches[1].epoch, len(ear.stretches[1].points)) == (4, 0)


def test_requests_go_out_in_order_and_of_waiting_moves_the_last_wins(app: QApplication, link) -> None:
    sent = [Play(), MovePad(0.1, 0.1), MovePad(0.2, 0.3), SetTempo(90.0), SetTempo(91.0), MovePad(0.4, 0.5), Stop()]
    bridge = Bridge(lambda: link)
    for request in sent:
        bridge.send(request)
    done = threading.Event()
    ask = link.ask

    def watched(request):
        reply = ask(request)
        if isinstance(request, Stop):
            done.set()
        return reply

    link.ask = watched
    bridge.start()
    assert done.wait(10)
    bridge.close()
    assert link.asked == [Play(), MovePad(0.2, 0.3), SetTempo(91.0), MovePad(0.4, 0.5), Stop()]


def test_nothing_is_asked_while_nobody_looks(app: QApplication, link, until) -> None:
    looks = []
    ask = link.ask
    link.ask = lambda request: (looks.append(request) if isinstance(request, Look) else None, ask(request))[1]
    bridge = Bridge(lambda: link)
    bridge.start()
    bridge.send(Play())
    until(lambda: link.asked)
    bridge.send(Stop())
    until(lambda: len(link.asked) == 2)
    bridge.close()
    assert len(looks) <= 1


def test_what_the_engine_refuses_is_told(app: QApplication, link, until) -> None:
    link.refuse = "Capture a corner first."
    bridge = Bridge(lambda: link)
    ear = Ear(bridge)
    bridge.start()
    bridge.send(Capture(0))
    until(ear.polled(lambda: ear.texts))
    bridge.close()
    assert ear.texts == ["Capture a corner first."]


def test_a_notice_is_told_once_and_of_old_ones_only_the_last(app: QApplication, link, until) -> None:
    link.notices = (Notice(1, "old"), Notice(2, "older news"))
    bridge = Bridge(lambda: link)
    ear = Ear(bridge)
    bridge.start()
    until(ear.polled(lambda: ear.texts))
    link.notices = (Notice(1, "old"), Notice(2, "older news"), Notice(3, "new"), Notice(4, "newer"))
    until(ear.polled(lambda: len(ear.texts) == 3))
    seen = len(ear.snapshots)
    until(ear.polled(lambda: len(ear.snapshots) > seen + 3))
    bridge.close()
    assert ear.texts == ["older news", "new", "newer"]


def test_how_the_plugins_are_is_told_to_whoever_asked(app: QApplication, link, until) -> None:
    bridge, heard = Bridge(lambda: link), []
    bridge.plugins_arrived.connect(heard.append)
    ear = Ear(bridge)
    bridge.start()
    bridge.send(LookPlugins())
    until(ear.polled(lambda: heard))
    bridge.close()
    assert heard == [PluginsState(ChainReport())]
    assert ear.texts == []


@pytest.mark.usefixtures("quick_retry")
def test_it_attaches_again_by_itself(app: QApplication, link, until) -> None:
    attempts = []

    def connect():
        attempts.append(link)
        if len(attempts) in (2, 3):
            raise EngineError("The engine is not running.")
        return link

    bridge = Bridge(connect)
    ear = Ear(bridge)
    bridge.start()
    until(ear.polled(lambda: ear.snapshots))
    link.gone = True
    until(ear.polled(lambda: ear.connections == [True, False]))
    link.gone = False
    until(ear.polled(lambda: ear.connections == [True, False, True] and len(ear.stretches) == 2))
    bridge.close()
    assert len(attempts) >= 4
    assert [(s.first, len(s.points)) for s in ear.stretches] == [(0, link.total), (0, link.total)]
    assert len(ear.sessions) == 2
    assert link.closed >= 2


@pytest.mark.usefixtures("quick_retry")
def test_a_press_while_the_engine_is_away_does_not_come_late(app: QApplication, link, until) -> None:
    away = True

    def connect():
        if away:
            raise EngineError("The engine is not running.")
        return link

    bridge = Bridge(connect)
    ear = Ear(bridge)
    bridge.start()
    until(ear.polled(lambda: ear.connections == [False]))
    bridge.send(Play())
    until(lambda: not bridge._requests)
    away = False
    until(ear.polled(lambda: ear.snapshots))
    bridge.close()
    assert link.asked == []


def test_closing_ends_the_thread_even_before_it_started(app: QApplication, link) -> None:
    Bridge(lambda: link).close()
    bridge = Bridge(lambda: link)
    bridge.start()
    bridge.close()
    assert not bridge._thread.is_alive()
    assert link.closed in (0, 1)


def test_an_engine_that_never_answers_does_not_hold_the_window(app: QApplication, link, monkeypatch) -> None:
    monkeypatch.setattr(bridge_module, "CLOSE_SECONDS", 0.05)
    hung_up, asked = threading.Event(), threading.Event()

    def ask(request):
        asked.set()
        assert hung_up.wait(10)
        raise EngineError("The line was cut.")

    link.ask, link.close = ask, hung_up.set
    bridge = Bridge(lambda: link)
    bridge.start()
    assert asked.wait(10)
    bridge.close()
    bridge._thread.join(10)
    assert not bridge._thread.is_alive()
