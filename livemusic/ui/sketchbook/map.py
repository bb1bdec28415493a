"""The style map: what drummers played, laid out by the figures it is made of."""

from collections import Counter
from time import perf_counter

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from livemusic.engine.messages import Audition, Make, Try, UseDraft
from livemusic.engine.snapshot import Landmarks, StudioState
from livemusic.music.tempo import Seconds
from livemusic.session.preset import CORNERS
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe, Landmark
from livemusic.sketch.style_names import in_words
from livemusic.ui import theme
from livemusic.ui.rack.widgets import Elided
from livemusic.ui.sketchbook.flow import Flow
from livemusic.ui.sketchbook.map_view import MapView
from livemusic.ui.sketchbook.pace import Pace
from livemusic.ui.sketchbook.timed import TimedPage
from livemusic.ui.sketchbook.tones import tone

#: After the hand has left the map, the engine's older answers are not believed for so long.
_HOLD_SECONDS: Seconds = 0.5
_HINT = "Move over the map to hear patterns. Click to keep one; drag it to a corner of the pad."
_KEYS = "click or Enter keeps it; drag it to a corner, or press 1 to 4"


class StyleMapPage(TimedPage):
    """Hover plays, a click keeps, a drag goes to a corner of the pad.

    What is under the hand is heard while it is over the map; then the pad's again, unless it was auditioned before.
    """

    name = "Style map"
    purpose = "Patterns played by drummers, similar ones close together."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._styles: tuple[str, ...] = ()
        self._places = np.zeros((0, 2), np.float32)
        self._names: tuple[str, ...] = ("",) * len(CORNERS)
        self._studio: StudioState | None = None
        self._over = False
        self._listened = False
        self._believe_after: Seconds = 0.0
        self._pace = Pace(self.asked.emit, self)
        self.legend = Legend(self)
        self.view = MapView(self)
        self.hint = Elided("help", self)
        self.hint.show_text(_HINT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.legend)
        column.addWidget(self.view, 1)
        column.addWidget(self.hint)
        self.legend.chosen.connect(self.view.show_only)
        self.view.pointed.connect(self._point)
        self.view.entered.connect(self._enter)
        self.view.left.connect(self._leave)
        self.view.kept.connect(self._keep)
        self.view.dropped.connect(self._drop)

    def show_session(self, session: Session) -> None:
        super().show_session(session)
        self._names = tuple(clip.name or "unnamed" for clip in session.preset.corners)
        self._show_corners()

    def show_studio(self, studio: StudioState) -> None:
        self._studio = studio
        if studio.landmarks is not None:
            self._show_landmarks(studio.landmarks)
        self._show_corners()
        recipe = studio.recipe
        self.view.show_hand((recipe.x, recipe.y) if isinstance(recipe, Landmark) else studio.place)

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        if not isinstance(recipe, Landmark):
            return False
        self.legend.choose("")
        self.view.show_hand((recipe.x, recipe.y))
        return True

    def leave(self) -> None:
        self._leave()

    def _show_landmarks(self, marks: Landmarks) -> None:
        self._places = np.frombuffer(marks.places, np.float32).reshape(-1, 2)
        self._styles = marks.styles
        counts = Counter(marks.styles).most_common()
        tones = {style: tone(number) for number, (style, _) in enumerate(counts)}
        self.legend.show_styles(tuple(style for style, _ in counts), tones)
        self.view.show_landmarks(self._places, marks.styles, tones)
        self.hint.setVisible(bool(marks.styles))

    def _show_corners(self) -> None:
        self.view.show_corners(self._names, () if self._studio is None else self._studio.places)

    def _recipe(self, number: int) -> Landmark:
        x, y = (min(1.0, max(0.0, float(part))) for part in self._places[number])
        return Landmark(x=x, y=y, style=self._styles[number], bpm=self.bpm, bar=self.bar)

    def _point(self, number: int) -> None:
        self.hint.show_text(f"{in_words(self._styles[number])} · {_KEYS}")
        self._pace.ask(Try(self._recipe(number)))

    def _enter(self) -> None:
        self._over = True
        if perf_counter() >= self._believe_after:
            self._listened = self._studio is not None and self._studio.auditioning
        self.asked.emit(Audition(True))

    def _leave(self) -> None:
        self.hint.show_text(_HINT)
        if self._over:
            self._over = False
            self._believe_after = perf_counter() + _HOLD_SECONDS
            if not self._listened:
                self.asked.emit(Audition(False))

    def _keep(self, number: int) -> None:
        self._pace.forget()
        self.asked.emit(Make(self._recipe(number)))

    def _drop(self, number: int, corner: int) -> None:
        """Put it on a corner; the engine goes back to the pad at the bar line by itself."""
        self._keep(number)
        self.asked.emit(UseDraft(corner))
        self._over = False
        self._believe_after = perf_counter() + _HOLD_SECONDS
        self.hint.show_text(f"On its way to the {CORNERS[corner]} corner; Ctrl+Z takes it back.")


class Legend(QWidget):
    """The styles with their colours. `chosen` names the one that is to be shown alone, or nothing for all."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._flow = Flow(self, 5)
        self.chips: tuple[Chip, ...] = ()

    def show_styles(self, styles: tuple[str, ...], tones: dict[str, str]) -> None:
        """What there is, in this order."""
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = tuple(Chip(style, tones[style], self) for style in styles)
        for chip in self.chips:
            self._flow.addWidget(chip)
            chip.clicked.connect(lambda on, style=chip.style_name: self.choose(style if on else ""))
        self.choose("")

    def choose(self, style: str) -> None:
        """Show one style alone, or all."""
        for chip in self.chips:
            chip.setChecked(chip.style_name == style)
            chip.show_faint(bool(style) and chip.style_name != style)
        self.chosen.emit(style)


class Chip(QAbstractButton):
    """A style in its colour."""

    def __init__(self, style: str, tone: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.style_name = style
        self._tone = tone
        self._faint = False
        self.setText(style)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Only {style}")
        self.setToolTip(f"Show only {style}; once more for all styles")

    def show_faint(self, faint: bool) -> None:
        """Whether another one is shown alone."""
        self._faint = faint
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(self.text()) + 28, 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        lit = self.isChecked() or self.underMouse() or self.hasFocus()
        painter.setPen(theme.colour(theme.ACCENT if self.hasFocus() else self._tone if lit else theme.LINE))
        painter.setBrush(theme.colour(self._tone, 0.18) if self.isChecked() else theme.colour(theme.SURFACE))
        painter.drawRoundedRect(box, 11, 11)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._tone, 0.3 if self._faint else 1.0))
        painter.drawEllipse(QRectF(8, 7, 8, 8))
        painter.setPen(theme.colour(theme.FAINT if self._faint else theme.TEXT))
        painter.setFont(theme.font(theme.SMALL))
        painter.drawText(box.adjusted(20, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
