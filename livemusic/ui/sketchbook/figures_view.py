"""The figures of a pattern: on a strip in their colours, and each on a card."""

from collections.abc import Mapping, Set

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemusic.engine.snapshot import Figure
from livemusic.music.grid import STEP
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.session.preset import Clip
from livemusic.ui import theme
from livemusic.ui.rack.widgets import press
from livemusic.ui.sketchbook.atoms import Picture, draw_atom, drums_in, drums_of, picture

_NAMES, _LANE = 84.0, 11.0
_CARD = QSize(238, 104)
_PICTURE = QRectF(12, 10, 60, 84)
_TEXT = QRectF(84, 6, _CARD.width() - 94, 20)

Cell = tuple[int, int]


def begins(step: int, bar: int, beat: int) -> str:
    """Where a step lies as drummers count it; `bar`, `beat`: steps of each."""
    number, inside = divmod(step, bar)
    whole, rest = divmod(inside, beat)
    parts = {4: ("", " e", " and", " a"), 2: ("", " and")}.get(beat, ("",))
    return f"Bar {number + 1}, beat {whole + 1}{parts[rest] if rest < len(parts) else f' + {rest}'}"


class FigureStrip(QWidget):
    """A pattern with each hit in its figure's colour. Hits that are not heard are hollow, new ones have a white rim.

    `pointed` tells which figure the hand is over, -1 for none.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._clip: Clip | None = None
        self._heard: dict[Cell, float] = {}
        self._owners: dict[Cell, int] = {}
        self._tones: Mapping[int, str] = {}
        self._rows: list[tuple[int, int, float]] = []
        self._ornaments: list[tuple[int, int, float, float]] = []
        self._lit: int | None = None
        self._spans: dict[int, tuple[int, int]] = {}
        self._bar, self._beat = 16, 4
        self.setMouseTracking(True)
        self.setFixedHeight(int(_LANE * VOICE_COUNT) + 10)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The pattern and its figures")
        self.setToolTip("Each hit has its figure's colour.\nHollow: not heard now. With a white rim: new.")

    def show_clip(self, clip: Clip | None, figures: Mapping[int, Figure], tones: Mapping[int, str]) -> None:
        """The pattern as it is before anything is changed, and its figures."""
        self._clip, self._tones = clip, tones
        self._rows, self._ornaments = _parted(clip)
        self._owners = {cell: number for number, figure in figures.items() for cell in figure.hits}
        self._spans = {
            number: (figure.step, figure.step + max((len(picture(data)) for data in figure.pictures[:1]), default=1))
            for number, figure in figures.items()
        }
        self.update()

    def show_heard(self, clip: Clip | None) -> None:
        """What is left of it, and what is new."""
        self._heard = {(step, voice): loud for step, voice, loud in _parted(clip)[0]}
        self.update()

    def show_meter(self, bar: int, beat: int) -> None:
        """Steps of a bar and of a beat."""
        if (bar, beat) != (self._bar, self._beat):
            self._bar, self._beat = bar, beat
            self.update()

    def light(self, figure: int | None) -> None:
        """Let the hits of one figure stand out."""
        if figure != self._lit:
            self._lit = figure
            self.update()

    @property
    def lit(self) -> int | None:
        """The figure that stands out."""
        return self._lit

    def field(self) -> QRectF:
        """Where the cells lie inside the widget."""
        return QRectF(_NAMES, 4, max(1.0, self.width() - _NAMES - 2), _LANE * VOICE_COUNT)

    def cell(self, step: int, voice: int) -> QRectF:
        """Where a hit lies."""
        field = self.field()
        width = field.width() / max(1, self._clip.steps if self._clip is not None else 16)
        return QRectF(field.left() + step * width, field.bottom() - (voice + 1) * _LANE, width, _LANE)

    def figure_at(self, spot: QPointF) -> int | None:
        """The figure whose hit is at a point of the widget."""
        return next((owner for cell, owner in self._owners.items() if self.cell(*cell).contains(spot)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        figure = self.figure_at(event.position())
        self.pointed.emit(-1 if figure is None else figure)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter)
        for step, voice, loud in self._rows:
            owner = self._owners.get((step, voice))
            heard = (step, voice) in self._heard
            tone = theme.FAINT if owner is None else self._tones.get(owner, theme.FAINT)
            strength = (0.45 + 0.55 * loud) * (1.0 if self._lit in (None, owner) else 0.22)
            self._draw_hit(painter, step, voice, tone, strength, heard)
        self._draw_ornaments(painter)
        known = {(step, voice) for step, voice, _ in self._rows}
        for step, voice in self._heard.keys() - known:
            self._draw_hit(painter, step, voice, theme.TEXT, 0.9 if self._lit is None else 0.3, False)
            painter.setBrush(theme.colour(theme.TEXT, 0.8 if self._lit is None else 0.3))
            middle = self._block(step, voice).center()
            painter.drawEllipse(middle, 1.5, 1.5)
        painter.end()

    def _draw_ornaments(self, painter: QPainter) -> None:
        """A bar at its place for each, as tall as it is loud."""
        for step, voice, loud, place in self._ornaments:
            owner = self._owners.get((step, voice))
            heard = (step, voice) in self._heard
            strength = (0.9 if heard else 0.35) * (1.0 if self._lit in (None, owner) else 0.22)
            cell = self.cell(step, voice)
            height = (0.3 + 0.5 * loud) * cell.height()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.TEXT, strength))
            painter.drawRect(QRectF(cell.left() + place * cell.width(), cell.bottom() - 1 - height, 1.5, height))

    def _block(self, step: int, voice: int) -> QRectF:
        cell = self.cell(step, voice).adjusted(1.5, 1.0, -1.5, -1.0)
        return QRectF(cell.left(), cell.top(), min(cell.width(), 30.0), cell.height())

    def _draw_hit(self, painter: QPainter, step: int, voice: int, tone: str, strength: float, filled: bool) -> None:
        if filled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(tone, strength))
        else:
            painter.setPen(QPen(theme.colour(tone, strength), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._block(step, voice), 2.5, 2.5)

    def _draw_ground(self, painter: QPainter) -> None:
        field = self.field()
        painter.setFont(theme.font(10))
        for voice in range(VOICE_COUNT):
            lane = QRectF(field.left(), field.bottom() - (voice + 1) * _LANE, field.width(), _LANE)
            if voice % 2 == 0:
                painter.fillRect(lane, theme.colour(theme.RAISED, 0.45))
            painter.setPen(theme.colour(theme.MUTED))
            name = QRectF(0, lane.top(), _NAMES - 10, _LANE)
            painter.drawText(name, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, VOICE_NAMES[voice])
        steps = 16 if self._clip is None else self._clip.steps
        for step in range(0, steps + 1, self._beat):
            x = field.left() + step * field.width() / steps
            painter.setPen(QPen(theme.colour(theme.FAINT, 0.9 if step % self._bar == 0 else 0.35), 1))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
        if self._lit in self._spans:
            first, last = self._spans[self._lit]
            left, right = self.cell(first, 0).left(), self.cell(min(last, steps) - 1, 0).right()
            span = QRectF(left, field.top(), right - left, field.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self._tones.get(self._lit, theme.TEXT), 0.13))
            painter.drawRoundedRect(span, 4, 4)


def _parted(clip: Clip | None) -> tuple[list[tuple[int, int, float]], list[tuple[int, int, float, float]]]:
    """Main hits as step, voice, velocity 0..1, and ornaments as that and their place in steps from the step."""
    rows, ornaments = list[tuple[int, int, float]](), list[tuple[int, int, float, float]]()
    for step, voice, (main, *others) in () if clip is None else clip.grid().cells():
        rows.append((step, voice, main[0] / 127))
        ornaments += ((step, voice, loud / 127, offset / STEP) for loud, offset in others)
    return rows, ornaments


class FigureCard(QWidget):
    """One figure: its picture, where it begins and what it strikes; `mute`, `solo` and `swap` change it.

    `pointed` tells whether the hand is over it.
    """

    pointed = Signal(bool)

    def __init__(self, number: int, figure: Figure, tone: str, where: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.number, self.figure = number, figure
        self._tone = tone
        self._where = where
        self._atom: Picture = picture(figure.pictures[0]) if figure.pictures else picture(b"")
        self._what = drums_in(voice for _, voice in figure.hits)
        self._silent = self._swapped = self._lit = False
        self.setFixedSize(_CARD)
        self.mute = press("Mute", "Mute this figure", self, "small", f"Mute figure {number + 1}")
        self.solo = press("Solo", "Solo this figure", self, "small")
        self.solo.setAccessibleName(f"Solo figure {number + 1}")
        others = "Swap this figure" if figure.others else "No alternatives"
        self.swap = press("Swap", others, self, "small", f"Swap figure {number + 1}")
        self.swap.setEnabled(bool(figure.others))
        left = _TEXT.left()
        for button, width in ((self.mute, 46), (self.solo, 46), (self.swap, 50)):
            button.setStyleSheet(f"font-size: {theme.SMALL}px; padding: 0 2px; min-height: 16px;")
            button.setCheckable(True)
            button.setGeometry(int(left), 72, width, 24)
            left += width + 3
        self._describe()

    def show_figure(self, muted: bool, solo: bool, atom: int, silent: bool) -> None:
        """How it is: `atom` plays in its place; `silent` where it is not heard."""
        self.mute.setChecked(muted)
        self.solo.setChecked(solo)
        atoms = (self.figure.atom, *self.figure.others)
        self._swapped = atom != self.figure.atom
        self.swap.setChecked(self._swapped)
        if atom in atoms and self.figure.pictures:
            self._atom = picture(self.figure.pictures[atoms.index(atom)])
        self._what = drums_of(self._atom) if self._swapped else drums_in(voice for _, voice in self.figure.hits)
        self._silent = silent
        self._describe()
        self.update()

    def light(self, on: bool) -> None:
        """Let it stand out."""
        if on != self._lit:
            self._lit = on
            self.update()

    def _describe(self) -> None:
        swapped = ", swapped" if self._swapped else ""
        state = ", silent" if self._silent else ""
        self.setAccessibleName(f"Figure {self.number + 1}: {self._where}, {self._what}{swapped}{state}")
        self.setToolTip(f"{self._where}: {self._what}")

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rim = self._tone if self._lit or self.solo.isChecked() else theme.LINE
        painter.setPen(QPen(theme.colour(rim), 1.6 if self._lit else 1.0))
        painter.setBrush(theme.colour(theme.RAISED if self._lit else theme.SURFACE))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.setOpacity(0.35 if self._silent else 1.0)
        draw_atom(painter, _PICTURE, self._atom, self._tone)
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL, theme.QFont.Weight.DemiBold))
        painter.drawText(_TEXT, Qt.AlignmentFlag.AlignVCenter, self._where)
        face = theme.font(theme.SMALL)
        painter.setFont(face)
        painter.setPen(theme.colour(self._tone if self._swapped else theme.MUTED))
        for line, text in enumerate(_two_lines(self._what, QFontMetrics(face), int(_TEXT.width()))):
            painter.drawText(_TEXT.translated(0, 20 + 18 * line), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def _two_lines(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """A list of drums on at most two lines, the second ends in … where there is no room."""
    words, first = text.split(", "), ""
    while words and metrics.horizontalAdvance(first + words[0] + ",") <= width:
        first += words.pop(0) + (", " if words else "")
    second = metrics.elidedText(", ".join(words), Qt.TextElideMode.ElideRight, width)
    return [line for line in (first, second) if line]


def silent(number: int, muted: Set[int], solo: Set[int]) -> bool:
    """Whether a figure is not heard."""
    return number not in solo if solo else number in muted
