"""Teach any control to a knob, key or pad: the offers in the context menus, the banner and the glow."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from livemusic.engine.edits import Forget
from livemusic.engine.messages import Learn
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds
from livemusic.session.settings import Session
from livemusic.ui.panels.banner import Banner, Glow
from livemusic.ui.preferences.targets import words_of


@dataclass(frozen=True, slots=True)
class _Offer:
    """Within `area` of `widget` these targets can be taught, `further` ones in a menu of their own; `extend` may put
    more into the menu first.
    """

    widget: QWidget
    targets: Callable[[], tuple[str, ...]]
    area: Callable[[], QRect]
    extend: Callable[[QMenu], None] | None
    further: tuple[str, ...] = ()


class Teaching(QObject):
    """Knows which control does what; `asked` carries the requests.

    The glow lies over `page`, the banner over `view`.
    """

    asked = Signal(object)

    def __init__(self, page: QWidget, view: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._offers: list[_Offer] = []
        self._session: Session | None = None
        self.learning = ""
        self._locked = False
        self.banner, self.glow = Banner(view), Glow(page)

    def offer(
        self,
        widget: QWidget,
        *targets: str,
        area: Callable[[], QRect] | None = None,
        extend: Callable[[QMenu], None] | None = None,
        more: Callable[[], tuple[str, ...]] = tuple,
        further: tuple[str, ...] = (),
    ) -> None:
        """A right click within `area` of `widget` (all of it unless told) offers to teach `targets` and `more()`, and
        in a menu of their own the `further` ones.
        """
        if widget.contextMenuPolicy() != Qt.ContextMenuPolicy.CustomContextMenu:
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            widget.customContextMenuRequested.connect(lambda spot: self._open(widget, spot))
        self._offers.append(_Offer(widget, lambda: targets + more(), area or widget.rect, extend, further))

    def show_locked(self, on: bool) -> None:
        """While locked, a right click offers nothing."""
        self._locked = on

    def _open(self, widget: QWidget, spot: QPoint) -> None:
        if (menu := self.menu(widget, spot)) is not None:
            menu.popup(widget.mapToGlobal(spot))

    def menu(self, widget: QWidget, spot: QPoint) -> QMenu | None:
        """What a right click at `spot` of `widget` offers; None where that is nothing."""
        offers = [each for each in self._offers if each.widget is widget and each.area().contains(spot)]
        if not offers or self._locked:
            return None
        menu = QMenu(widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for offer in offers:
            if offer.extend is not None:
                offer.extend(menu)
                menu.addSeparator()
            self.fill(menu, *offer.targets())
            if offer.further:
                self.fill(menu.addMenu("Learn MIDI: more"), *offer.further)
        return menu

    def fill(self, menu: QMenu, *targets: str) -> None:
        """Put an offer for each target into a menu."""
        for target in targets:
            self._add(menu, target)

    def _add(self, menu: QMenu, target: str) -> None:
        menu.addAction(f"Learn MIDI: {words_of(target)}").triggered.connect(lambda *_: self.asked.emit(Learn(target)))
        bindings = self._session.settings.bindings if self._session is not None else ()
        for binding in bindings:
            if binding.target == target:
                forget = menu.addAction(f"Forget {binding.control}")
                forget.triggered.connect(lambda *_: self.asked.emit(Forget(target)))

    def cancel(self) -> None:
        """End teaching."""
        self.asked.emit(Learn(""))

    def show_session(self, session: Session) -> None:
        """What has been taught."""
        self._session = session

    def show_state(self, snapshot: Snapshot) -> None:
        """What is being taught."""
        self.learning = snapshot.surface.learning
        self.banner.stand(self._sentence(snapshot))

    def lose(self) -> None:
        """The engine is gone, and its lesson with it."""
        self.learning = ""
        self.banner.stand("")

    def _sentence(self, snapshot: Snapshot) -> str:
        if not self.learning:
            return ""
        heard = f" Last moved: {snapshot.surface.heard}." if snapshot.surface.heard else ""
        if not snapshot.surface.controllers and snapshot.midi_in.state != "on":
            heard = " No controller is chosen yet: File, Preferences."
        return f"Move the knob, key or pad that should do “{words_of(self.learning)}”.\nEsc cancels.{heard}"

    def shine(self, now: Seconds) -> None:
        """Let the control glow that is being taught; call for every frame."""
        self.glow.surround(self._place(self.learning) if self.learning else None, now)

    def _place(self, target: str) -> QRect | None:
        for offer in self._offers:
            if target in (*offer.targets(), *offer.further) and offer.widget.isVisible():
                area = offer.area()
                return QRect(offer.widget.mapTo(self._page, area.topLeft()), area.size())
        return None
