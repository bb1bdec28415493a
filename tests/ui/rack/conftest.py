"""A rack, empty or with three effects that play, and what it asks for."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from livemusic.engine import messages as say
from livemusic.engine.request import Request
from livemusic.ui.rack import PluginRack
from tests.ui.rack.rack_room import COMP, GATE, TUBE, chain, session, snapshot, state


@pytest.fixture
def rack(app: QApplication) -> Iterator[PluginRack]:
    rack = PluginRack()
    rack.show()
    yield rack
    rack.shelf.scan.process.end()
    rack.close()
    rack.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def asked(rack: PluginRack) -> list[Request]:
    requests: list[Request] = []
    rack.asked.connect(lambda request: None if request == say.LookPlugins() else requests.append(request))
    return requests


@pytest.fixture
def three(rack: PluginRack) -> PluginRack:
    """With three effects that play."""
    rack.show_session(session(COMP, GATE, TUBE))
    rack.show_state(snapshot())
    rack.show_plugins(state(chain(1, COMP, GATE, TUBE)))
    QApplication.processEvents()
    return rack
