"""A page that knows the tempo and the bar of the music that plays, because its recipes say them."""

from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.music.grid import STEP
from livemusic.music.tempo import Meter
from livemusic.session.settings import Session
from livemusic.ui.sketchbook.page import Page


class TimedPage(Page):
    """`bpm` of the music; `bar` and `beat`: steps from one bar line, or beat, to the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bpm, self.bar, self.beat = 120.0, 16, 4

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""
        meter = Meter(*session.preset.meter)
        self.bar, self.beat = max(1, meter.bar // STEP), 16 // meter.unit

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says. A tempo that is followed trembles; a tenth is enough."""
        self.bpm = min(max(round(snapshot.transport.bpm, 1), 1.0), 1000.0)
