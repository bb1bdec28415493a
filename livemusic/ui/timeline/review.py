"""Review: the time line, the path and the takes, put together."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from livemusic.engine.playback import LoopSong, PairSong
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds
from livemusic.session.comparison import Comparison as Compared
from livemusic.session.files import kept, path_of
from livemusic.session.settings import Session
from livemusic.ui.panels.sections import SectionsMenu, names_of
from livemusic.ui.timeline.comparison import Comparison
from livemusic.ui.timeline.panel import TimelinePanel
from livemusic.ui.timeline.sections import Span, spans
from livemusic.ui.timeline.take_bar import TakeBar
from livemusic.ui.views.trajectory import TrajectoryView

if TYPE_CHECKING:
    from livemusic.ui.timeline.takes import TakesDialog


#: So many pairs of places are enough for hours.
_MOST_PAIRS = 4000


class Review(QObject):
    """Links `panel`, which lies under `path`, with the path; `bar`, which lies over it, records and compares.
    `sections` is the menu of what sections bring.

    `asked` carries the requests, `opened` an audio file to listen to, `said` sentences for the musician. A mark on
    the path is where the mouse points on the time line.
    """

    asked = Signal(object)
    opened = Signal(str)
    said = Signal(str)

    def __init__(self, path: TrajectoryView, sections: SectionsMenu) -> None:
        super().__init__(path)
        self._path = path
        self._sections = sections
        self._session: Session | None = None
        self._take = ""
        self.panel = TimelinePanel()
        self.bar = TakeBar(path)
        self.comparison = Comparison(path)
        self.takes: TakesDialog | None = None
        for speaker in (self.panel, self.bar):
            speaker.asked.connect(self.asked)
        self.panel.hovered.connect(path.mark)
        self.panel.menu_wanted.connect(self._open_menu)
        path.picked.connect(self.panel.seek)
        self.bar.wanted.connect(self.open_takes)
        self.bar.ended.connect(self.comparison.end)
        self.comparison.changed.connect(self.bar.show_beside)
        self.comparison.stepped.connect(self.bar.show_share)
        self.comparison.said.connect(self.said)
        self.comparison.found.connect(self._pair)

    def show_session(self, session: Session) -> None:
        """What is chosen."""
        self._session = session
        self.comparison.show_model(session.settings.embedder)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        notes = self._session.preset.sections if self._session is not None else ()
        self.panel.show_state(snapshot, spans(snapshot.structure.sections, names_of(notes)))
        self.bar.show_state(snapshot.take)
        self.comparison.show_song(None if snapshot.song is None else path_of(snapshot.song.path))
        news = "" if snapshot.take.recording else snapshot.take.folder
        if news != self._take:
            self._take = news
            self._list_takes()

    def position(self, now: Seconds) -> Seconds | None:
        """Where the song is at `now`; None where none is open."""
        return None if self.panel.song is None else self.panel.position(now)

    def advance(self, now: Seconds) -> None:
        """Move what moves by itself; call for every frame."""
        self.panel.advance(now)
        self.comparison.advance()

    def open_takes(self) -> None:
        """The list of what was recorded."""
        if self.takes is None:
            from livemusic.ui.timeline.takes import TakesDialog

            self.takes = TakesDialog(self._path.window())
            self.takes.opened.connect(lambda sound: self.opened.emit(str(sound)))
            self.takes.compared.connect(self.comparison.begin)
            self.takes.ended.connect(self.comparison.end)
            self.comparison.changed.connect(self.takes.show_compared)
            self.comparison.stepped.connect(self.takes.show_share)
            self.takes.show_compared(*self.comparison.state)
        self._list_takes()
        self.takes.show()
        self.takes.raise_()
        self.takes.activateWindow()

    def close(self) -> None:
        """End what runs beside the window."""
        self.panel.close_song()
        self.comparison.close()

    def _pair(self, sound: Path | None, found: Compared | None) -> None:
        """Show what was found, and let the engine have the other take ready."""
        self.panel.show_comparison(found)
        if found is None or sound is None:
            self.asked.emit(PairSong())
        else:
            step = -(-len(found.pairs) // _MOST_PAIRS)
            pairs = (*found.pairs[:-1:step], found.pairs[-1])
            self.asked.emit(PairSong(kept(sound), pairs, found.louder_db))

    def _list_takes(self) -> None:
        if self.takes is not None and self._session is not None:
            from livemusic.engine.takes import takes_folder
            from livemusic.ui.timeline.recorded import list_takes

            folder: Path = takes_folder(self._session.settings)
            self.takes.show_takes(list_takes(folder), folder)

    def _open_menu(self, span: Span, spot: QPoint) -> None:
        menu = QMenu(self.panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Repeat “{span.name}”").triggered.connect(
            lambda *_: self.asked.emit(LoopSong(span.begin, span.end))
        )
        self._sections.fill_section(menu, span.label)
        menu.popup(spot)
