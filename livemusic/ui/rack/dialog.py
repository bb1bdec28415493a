"""The plugin rack: the signal path at the left, what is done with it at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from livemusic.engine.edits import Forget, Redo, Rewire, Undo
from livemusic.engine.messages import Learn, LookPlugins, SetParameter, ShowEditor, TryAgain
from livemusic.engine.snapshot import PluginsState, Snapshot
from livemusic.session.control import Binding
from livemusic.session.plugin import PluginSlot
from livemusic.session.settings import Session
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.protocol import ChainReport
from livemusic.ui import theme
from livemusic.ui.rack.blocked import BlockedPage
from livemusic.ui.rack.inspector import Inspector, Invitation
from livemusic.ui.rack.line import INSTRUMENT, Line, target_of
from livemusic.ui.rack.path import SignalPath
from livemusic.ui.rack.shelf import Shelf
from livemusic.ui.rack.style import PATH_WIDTH, STYLE_SHEET
from livemusic.ui.rack.widgets import press, words
from livemusic.ui.room import fit

_LOOK_MS = 200
#: An edit that the engine has not made so after this many reports was refused.
_PATIENCE = 25
_SIZE, _LEAST = QSize(1060, 800), QSize(850, 400)
_NOT_YET = "It opens as soon as there is sound."


class PluginRack(QDialog):
    """What the drums are played by and through. `asked` carries requests to the engine.

    An edit shows at once, and until the engine has made it so or has had time to; meanwhile reports about the old
    path are not believed.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._chain = ChainReport()
        self._line = Line()
        self._known: dict[str, Plugin] = {}
        self._stock: tuple[Plugin, ...] = ()
        self._wanted: Rewire | None = None
        self._stale = 0
        self._patience = 0
        self._selected: int | None = None
        self._learning = ""
        self._waits = ""
        self.setWindowTitle("livemusic: plugins")
        self.setStyleSheet(theme.dressed(STYLE_SHEET))
        fit(self, _SIZE, _LEAST)
        self.path = SignalPath(self)
        self.inspector, self.invitation = Inspector(self), Invitation(self)
        self.shelf, self.blocked = Shelf(self), BlockedPage(self)
        self.note = words("", "note", self, wrap=True)
        self.note.setAccessibleName("Notice")
        self.note.hide()
        self.block_button = press("", "Blocked plugins, and why", self, "quiet")
        self.pages = QStackedWidget(self)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(lambda: self.asked.emit(LookPlugins()))
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        for page in (self.invitation, self.inspector, self.shelf, self.blocked):
            self.pages.addWidget(page)
        left, head, right, across, column = QVBoxLayout(), QHBoxLayout(), QFrame(self), QHBoxLayout(), QVBoxLayout(self)
        right.setProperty("card", True)
        inside = QVBoxLayout(right)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.pages)
        head.addWidget(words("Signal path", "title", self))
        head.addStretch(1)
        head.addWidget(self.block_button)
        head.setContentsMargins(2, 0, 10, 0)
        left.setSpacing(14)
        left.addLayout(head)
        left.addWidget(self.path, 1)
        self.path.setFixedWidth(PATH_WIDTH)
        across.setSpacing(10)
        across.addLayout(left)
        across.addWidget(right, 1)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addLayout(across, 1)
        column.addWidget(self.note)

    def _connect(self) -> None:
        path, inspector = self.path, self.inspector
        path.picked.connect(self._pick)
        path.entered.connect(self._enter)
        path.opened.connect(lambda place, on: self.asked.emit(ShowEditor(place if on else -1)))
        path.removed.connect(self._remove)
        path.moved.connect(self._move)
        path.retried.connect(self._retry)
        inspector.moved.connect(self._turn)
        inspector.taught.connect(lambda name: self._teach(Learn, name))
        inspector.forgotten.connect(lambda name: self._teach(Forget, name))
        for source in (path, self.invitation):
            source.effect_wanted.connect(lambda: self._offer(False))
            source.instrument_wanted.connect(lambda: self._offer(True))
        self.shelf.chosen.connect(self._add)
        self.shelf.left.connect(self._leave)
        self.blocked.left.connect(self._leave)
        self.blocked.retried.connect(lambda path: self.asked.emit(TryAgain(path)))
        self.block_button.clicked.connect(lambda: self._open(self.blocked))
        keys = (
            (QKeySequence(QKeySequence.StandardKey.Undo), lambda: self.asked.emit(Undo())),
            (QKeySequence(QKeySequence.StandardKey.Redo), lambda: self.asked.emit(Redo())),
            (QKeySequence(QKeySequence.StandardKey.New), lambda: self._offer(False)),
        )
        for sequence, act in keys:
            QShortcut(sequence, self).activated.connect(act)

    # What is so.

    def show_session(self, session: Session) -> None:
        """What is plugged in and taught."""
        self._session = session
        if self._wanted is None or self._is_so():
            self._take()
        self._show()

    def show_state(self, snapshot: Snapshot) -> None:
        """What is being taught, and whether there is sound."""
        sound = snapshot.sound
        waits = "" if sound.state == "on" else sound.detail.strip() or _NOT_YET
        if (snapshot.surface.learning, waits) != (self._learning, self._waits):
            self._learning, self._waits = snapshot.surface.learning, waits
            self._show()

    def show_plugins(self, state: PluginsState) -> None:
        """How the plugins are; which are blocked and which may be added."""
        self._chain = state.chain
        if self._wanted is None:
            self._line = self._line.reported(state.chain)
        else:
            self._patience -= 1
            if self._patience <= 0 or (self._is_so() and state.chain.number > self._stale):
                self._wanted = None
                self._take()
        if state.known != self._stock:
            self._stock = state.known
            self._known = _by_file(state.known)
        blocked = frozenset(entry.path for entry in state.blocked)
        self.shelf.show_known(state.known, blocked)
        self.blocked.show_blocked(state.blocked)
        self.block_button.setText(f"Blocked: {len(blocked)}")
        self.block_button.setVisible(bool(blocked))
        self._show()

    def _is_so(self) -> bool:
        """True where the session is as the last edit wants it."""
        if self._session is None or self._wanted is None:
            return False
        preset = self._session.preset
        return _files((preset.instrument, *preset.effects)) == _files((self._wanted.instrument, *self._wanted.effects))

    def _take(self) -> None:
        """Believe session and reports."""
        if self._session is not None:
            edited = self._wanted is not None and self._chain.number <= self._stale
            if not edited:
                self._line = Line.of(self._session.preset, self._chain)

    def _show(self) -> None:
        seats = self._line.seats
        if self._selected not in seats:
            near = [place for place in seats if place <= (self._selected or 0)]
            self._selected = near[-1] if near else next(iter(seats), None)
        self.path.show_line(self._line, self._known, self._chain.editor, self._waits)
        self.path.select(self._selected)
        if self._selected is not None:
            place = self._selected
            head = target_of(place, "")
            learning = self._learning.removeprefix(head) if self._learning.startswith(head) else ""
            self.inspector.show_seat(place, seats[place], self._bindings(head), learning, self._wanted is None)
        page = self.pages.currentWidget()
        if page in (self.inspector, self.invitation):
            self._leave()
        self._tell()

    def _bindings(self, head: str) -> dict[str, Binding]:
        bindings = self._session.settings.bindings if self._session is not None else ()
        return {each.target.removeprefix(head): each for each in bindings if each.target.startswith(head)}

    def _tell(self) -> None:
        """What to do now, or what went wrong, along the lower edge."""
        text = self._chain.detail
        if self._learning.startswith("plugin "):
            name = self._learning.split(" ", 2)[-1]
            text = f"Move the knob, key or pad that should do “{name}”. Esc cancels."
        if text != self.note.text():
            self.note.setText(text)
        self.note.setVisible(bool(text))

    # What is asked for.

    def _edit(self, line: Line, selected: int | None) -> None:
        if line == self._line:
            return
        bindings = self._session.settings.bindings if self._session is not None else ()
        request = line.rewire(bindings)
        self._line, self._selected = line.settled(), selected
        self._wanted, self._stale, self._patience = request, self._chain.number, _PATIENCE
        self.asked.emit(request)
        self._show()

    def _add(self, slot: PluginSlot, instrument: bool) -> None:
        line = self._line.with_instrument(slot) if instrument else self._line.with_effect(slot)
        self._edit(line, INSTRUMENT if instrument else len(line.effects))
        self._leave()
        self._settle()

    def _remove(self, place: int) -> None:
        self._edit(self._line.without(place), place if place <= len(self._line.effects) - 1 else place - 1)
        self._settle()

    def _move(self, place: int, to: int) -> None:
        to = min(max(to, 1), len(self._line.effects))
        self._edit(self._line.moved(place, to), to)
        self.path.focus(to)

    def _retry(self, place: int) -> None:
        seat = self._line.seats.get(place)
        if seat is not None:
            self.asked.emit(TryAgain(seat.slot.path))

    def _turn(self, name: str, value: float) -> None:
        if self._selected is not None and self._wanted is None:
            self.asked.emit(SetParameter(self._selected, name, value))

    def _teach(self, verb: type[Learn] | type[Forget], name: str) -> None:
        if self._selected is not None:
            self.asked.emit(verb(target_of(self._selected, name)))

    # Where we are.

    def _pick(self, place: int) -> None:
        self._leave()
        self._enter(place)

    def _enter(self, place: int) -> None:
        self._selected = place
        self._show()

    def _offer(self, instrument: bool) -> None:
        self._open(self.shelf)
        self.shelf.ask_for(instrument)

    def _open(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)

    def _leave(self) -> None:
        self._open(self.inspector if self._line.seats else self.invitation)

    def _settle(self) -> None:
        """The keys go to the plugin that is shown."""
        if self._selected is not None:
            self.path.focus(self._selected)
        else:
            self.path.add.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.asked.emit(LookPlugins())
        self._look.start()
        if self.pages.currentWidget() in (self.inspector, self.invitation):
            self._settle()

    def hideEvent(self, event: QHideEvent) -> None:
        self._look.stop()
        super().hideEvent(event)

    def reject(self) -> None:
        """Esc ends teaching, then the page at the right, then the window."""
        if self._learning.startswith("plugin "):
            self.asked.emit(Learn(""))
        elif self.pages.currentWidget() in (self.shelf, self.blocked):
            self._leave()
            self._settle()
        else:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return belongs to what has the keys, never to a button beside it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(event)


def _by_file(plugins: Sequence[Plugin]) -> dict[str, Plugin]:
    """What is known of each file; where it holds several plugins, the first."""
    return {plugin.path: plugin for plugin in reversed(plugins)}


def _files(slots: Sequence[PluginSlot | None]) -> list[tuple[str, str] | None]:
    return [None if slot is None else (slot.path, slot.name) for slot in slots]
