"""The song over time: ruler, sections, waveform and spectrogram, with the play head and the loop."""

from math import ceil, floor

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QImage, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from livemusic.music.tempo import Seconds
from livemusic.session.comparison import Comparison
from livemusic.ui import theme
from livemusic.ui.heard.ribbon import Rows, ribbon
from livemusic.ui.heard.rows import ROWS
from livemusic.ui.timeline.clock import Bars, in_minutes
from livemusic.ui.timeline.columns import BANDS, HIGHEST_HZ, LOWEST_HZ, STEP_DB
from livemusic.ui.timeline.items import (
    Layer,
    Picture,
    View,
    draw_head,
    draw_loop,
    draw_ruler,
    draw_sections,
)
from livemusic.ui.timeline.lane import HEIGHT, LOW, Lane
from livemusic.ui.timeline.pyramid import Pyramid
from livemusic.ui.timeline.sections import Span

_RULER, _STRIP, _NARROW_STRIP = 22, 20, 5
#: The least room below the ruler, and how much of it the waveform has beside a comparison, in pixels.
_LEAST, _LEAST_WAVE = 34, 20
#: Pixels of a row of drums, and the height from which there is room for all rows, in pixels.
_DRUM_ROW, _DRUMS_FROM = 5, 96
#: Lower than this there is no room for a spectrogram beside the waveform.
_BOTH = 56
#: And lower than this none for its frequencies.
_LABELLED = 44
_LEAST_SECONDS = 2.0
#: Of what is seen, when the play head has left it: how much lies before the head then.
_BEFORE = 0.08
#: So far below the loudest a band is dark.
_DEPTH_DB = 66.0
#: The waveform is enlarged for soft recordings, so many times at most.
_MOST_GAIN = 12.0
#: The time that is shown beside the mouse is narrower than this.
_WIDEST = 300
_FREQUENCIES = ((100.0, "100 Hz"), (1000.0, "1 kHz"), (10000.0, "10 kHz"))
_WAVE = (theme.DARKEST, theme.AGES[2])
_HEAT = (
    theme.DARKEST,
    theme.Ink("#0f1626", "#d3deef"),
    theme.Ink("#1d2c52", "#b3c6e6"),
    theme.AGES[0],
    theme.AGES[2],
    theme.AGES[4],
    theme.AGES[5],
    theme.AGES[6],
)
Bytes = npt.NDArray[np.uint8]


class TimePlot(pg.GraphicsView):
    """Shows what `Pyramid`s hold of a song; what is seen is drawn anew by `advance` only.

    While it is `held` by a hand the hand knows better: neither loop nor view follow what is told.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=theme.colour(theme.DARKEST))
        self._box = pg.ViewBox(enableMenu=False, invertY=True, border=None)
        self._box.setMouseEnabled(False, False)
        self._box.disableAutoRange()
        self._box.setDefaultPadding(0)
        self._wave, self._heat = Picture(_WAVE, smooth=False), Picture(_HEAT, smooth=True)
        for picture in (self._wave, self._heat):
            self._box.addItem(picture, ignoreBounds=True)
        self.lane = Lane()
        self._box.addItem(self.lane.curve, ignoreBounds=True)
        self.setCentralItem(self._box)
        self._ground, self._top = Layer(self._draw_ground), Layer(self._draw_top)
        for depth, layer in ((10, self._ground), (20, self._top)):
            layer.setZValue(depth)
            self.scene().addItem(layer)
        self._peaks: Pyramid | None = None
        self._bands: Pyramid | None = None
        self.length: Seconds = 1.0
        self.spans: tuple[Span, ...] = ()
        self._bars: Bars | None = None
        self._loop: tuple[Seconds, Seconds] | None = None
        self.hits: Rows = np.empty((0, 3), np.float32)
        self._drums: QImage | None = None
        self.head: Seconds = 0.0
        self._hover: Seconds | None = None
        self.caption = ""
        self.held = False
        self._stale = True
        self.setMinimumSize(200, _RULER + _LEAST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Time line of the song")
        self.show_song(1.0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setBackground(theme.colour(theme.DARKEST))
            for picture in (self._wave, self._heat):
                picture.dress()
            self.lane.dress()
            self._stale = True

    # What is shown.

    @property
    def view(self) -> View:
        """What is seen, and where."""
        (begin, end), _ = self._box.viewRange()
        return View(begin, end, 0.0, float(self.viewport().width()))

    @property
    def loop(self) -> tuple[Seconds, Seconds] | None:
        """The loop as it is drawn."""
        return self._loop

    def show_song(self, length: Seconds) -> None:
        """Another song, all of it, with nothing known yet but how long it is."""
        self.length = max(length, 0.05)
        self._peaks = self._bands = None
        self.spans, self._bars, self._loop, self.caption = (), None, None, ""
        self.hits = self.hits[:0]
        self.held, self._hover = False, None
        least = min(_LEAST_SECONDS, self.length)
        self._box.setLimits(xMin=0, xMax=self.length, minXRange=least, maxXRange=self.length)
        self.show_all()

    def show_columns(self, peaks: Pyramid | None, bands: Pyramid | None, caption: str) -> None:
        """What is known of the sound by now; `caption` says what is still to come, or what is wrong."""
        self._peaks, self._bands, self.caption = peaks, bands, caption
        self._stale = True

    def show_sections(self, spans: tuple[Span, ...]) -> None:
        """The song's sections."""
        if spans != self.spans:
            self.spans = spans
            self._stale = True

    def show_comparison(self, found: Comparison | None) -> None:
        """How the song compares with another take; None for none."""
        self.lane.show_comparison(found)
        self.setMinimumHeight(_RULER + (_LEAST if found is None else _NARROW_STRIP + _LEAST_WAVE + LOW))
        self._stale = True

    def show_hits(self, hits: Rows) -> None:
        """The song's drums as far as they are known, rows `place, lane, velocity`."""
        self.hits = hits
        self._stale = True

    def show_bars(self, bars: Bars | None) -> None:
        """The song's bars, where the tempo is known."""
        if bars != self._bars:
            self._bars = bars
            self._ground.update()

    def show_loop(self, loop: tuple[Seconds, Seconds] | None) -> None:
        """The loop that is played; while one is being drawn by hand, that is seen."""
        if not self.held and loop != self._loop:
            self.draw_loop(loop)

    def draw_loop(self, loop: tuple[Seconds, Seconds] | None) -> None:
        """Another loop."""
        self._loop = loop
        self._top.update()

    def show_hover(self, seconds: Seconds | None) -> None:
        """The time that is pointed at, or none."""
        before, self._hover = self._hover, seconds
        for time in (before, seconds):
            if time is not None:
                self._top.update(QRectF(self.view.x(time) - _WIDEST, 0, 2 * _WIDEST, self.height()))

    def show_head(self, seconds: Seconds, playing: bool) -> None:
        """Where the song is now; while it plays, what is seen goes along."""
        view = self.view
        was_seen = view.begin <= self.head <= view.end
        before, after = view.x(self.head), view.x(seconds)
        if abs(after - before) >= 0.5 / self.devicePixelRatioF() or seconds in (0.0, self.length):
            self.head = seconds
            for x in (before, after):
                self._top.update(QRectF(x - 8, 0, 16, self.height()))
        if playing and was_seen and not self.held and not view.begin <= seconds <= view.end:
            self.look(seconds - _BEFORE * (view.end - view.begin), view.end - view.begin)

    def show_all(self) -> None:
        """All of the song."""
        self.look(0.0, self.length)

    def zoom(self, factor: float, around: Seconds | None = None) -> None:
        """Nearer by `factor`, `around` a time (that of the head unless told) that stays where it is."""
        view = self.view
        span = min(max((view.end - view.begin) / factor, min(_LEAST_SECONDS, self.length)), self.length)
        fixed = self.head if around is None else around
        if around is None and not view.begin <= fixed <= view.end:
            fixed = (view.begin + view.end) / 2
        part = (fixed - view.begin) / (view.end - view.begin)
        self.look(fixed - part * span, span)

    def look(self, begin: Seconds, span: Seconds) -> None:
        """What is seen begins there and is so long, as far as the song goes."""
        begin = min(max(begin, 0.0), max(0.0, self.length - span))
        self._box.setXRange(begin, min(begin + span, self.length), padding=0)
        self._stale = True

    # How it is drawn.

    def advance(self) -> None:
        """Draw anew what has changed; call for every frame."""
        if self._stale and self.isVisible():
            self._stale = False
            self._draw_sound()
            for layer in (self._ground, self._top):
                layer.cover(QRectF(self.viewport().rect()))

    @property
    def ruler(self) -> QRectF:
        """Where the ruler is, in pixels."""
        return QRectF(0, 0, self.viewport().width(), _RULER)

    @property
    def _field(self) -> QRectF:
        return QRectF(0, _RULER, self.viewport().width(), max(1, self.viewport().height() - _RULER))

    @property
    def heat(self) -> QRectF:
        """Where the spectrogram is, in pixels; empty where it has no room."""
        return self._split()[1]

    @property
    def strip(self) -> int:
        """How high the strip of sections under the ruler is."""
        if not self.spans:
            return 0
        return _STRIP if self._field.height() >= _BOTH else _NARROW_STRIP

    @property
    def drums(self) -> QRectF:
        """Where the drums are, in pixels, under all else; empty where there are none or no room."""
        field = self._field
        if not len(self.hits) or field.height() < _DRUMS_FROM:
            return QRectF()
        return field.adjusted(0, field.height() - len(ROWS) * _DRUM_ROW, 0, 0)

    def _split(self) -> tuple[QRectF, QRectF]:
        """Where waveform and spectrogram go; the second is empty where there is no room."""
        field = self._field.adjusted(0, self.strip, 0, -self.drums.height() - self._lane)
        if field.height() < _BOTH:
            return field, QRectF()
        half = floor(0.45 * field.height())
        below = field.adjusted(0, half, 0, 0)
        field.setHeight(half)
        return field, below

    @property
    def _lane(self) -> int:
        """How high the lane of the comparison is: where there is little room the spectrogram makes way."""
        room = self._field.height() - self.strip - self.drums.height()
        if self.lane.found is None or room < LOW + _LEAST_WAVE:
            return 0
        return HEIGHT if room >= 2 * HEIGHT else LOW

    def _draw_sound(self) -> None:
        self._box.setYRange(0, max(1, self.viewport().height()), padding=0)
        bottom = self._field.bottom() - self.drums.height()
        self.lane.cover(QRectF(self._field.left(), bottom - self._lane, self._field.width(), self._lane))
        self._drums = ribbon(self.hits, self.view, _DRUM_ROW, self.devicePixelRatioF()) if self.drums.height() else None
        wave, heat = self._split()
        if self._peaks is None or self._bands is None or not len(self._peaks):
            self._wave.hide()
            self._heat.hide()
            return
        ratio = self.devicePixelRatioF()
        view, pixels = self.view, max(1, round(self.viewport().width() * ratio))
        pixel_s = (view.end - view.begin) / pixels
        first = floor(view.begin / pixel_s)
        swings = self._peaks.seen(first, pixel_s, pixels + 1)
        loudest = self._peaks.seen(0, self.length + 1, 1).max(initial=1)
        image = waveform(swings, max(1, round(wave.height() * ratio)), min(32767 / loudest, _MOST_GAIN))
        self._wave.show_image(image, QRectF(first * pixel_s, wave.top(), len(swings) * pixel_s, wave.height()))
        if heat.isEmpty():
            self._heat.hide()
            return
        step_s = max(pixel_s, self._bands.step_s)
        first = floor(view.begin / step_s)
        levels = self._bands.seen(first, step_s, ceil((view.end - view.begin) / step_s) + 1)
        highest = int(self._bands.seen(0, self.length + 1, 1).max(initial=1))
        self._heat.show_image(
            spectrogram(levels, highest), QRectF(first * step_s, heat.top(), len(levels) * step_s, heat.height())
        )

    def _draw_ground(self, painter: QPainter) -> None:
        view, field = self.view, self._field
        draw_sections(painter, field, self.strip, view, self.spans)
        draw_ruler(painter, self.ruler, view, self._bars)
        self.lane.draw_ground(painter, view)
        if self._drums is not None:
            painter.fillRect(self.drums, theme.colour(theme.DARKEST))
            painter.drawImage(self.drums.topLeft(), self._drums)
        heat = self.heat
        painter.setFont(theme.font(theme.SMALL - 2))
        if not heat.isEmpty():
            painter.setPen(theme.colour(theme.LINE))
            painter.drawLine(heat.topLeft(), heat.topRight())
            octaves = np.log2(HIGHEST_HZ / LOWEST_HZ)
            for hertz, text in _FREQUENCIES:
                y = heat.bottom() - heat.height() * np.log2(hertz / LOWEST_HZ) / octaves
                place = QRectF(3, y - 7, painter.fontMetrics().horizontalAdvance(text) + 6, 14)
                if heat.height() >= _LABELLED and heat.top() + 1 <= place.top() and place.bottom() <= heat.bottom():
                    painter.fillRect(place, theme.colour(theme.DARKEST, 0.85))
                    painter.setPen(theme.colour(theme.MUTED))
                    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_top(self, painter: QPainter) -> None:
        view, ruler, field = self.view, self.ruler, self._field
        if self._loop is not None:
            draw_loop(painter, ruler, field.adjusted(0, self.strip, 0, 0), view, self._loop)
        if self.caption:
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(theme.colour(theme.MUTED))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextWordWrap
            painter.drawText(self._split()[0].adjusted(60, 0, -12, 0), flags, self.caption)
        if self._hover is not None:
            x = view.x(self._hover)
            painter.setPen(theme.colour(theme.TEXT, 0.5))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
            self._draw_time(painter, x, self._hover)
        draw_head(painter, ruler, field, view.x(self.head), theme.colour(theme.ACCENT))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(theme.ACCENT), 1))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _draw_time(self, painter: QPainter, x: float, time: Seconds) -> None:
        text = in_minutes(time)
        if self._bars is not None:
            text += f"   bar {self._bars.at(time)}"
        if (percent := self.lane.percent_at(time)) is not None:
            text += f"   other take {percent:+.1f} %"
        painter.setFont(theme.font(theme.SMALL))
        place = QRectF(x + 6, 2, painter.fontMetrics().horizontalAdvance(text) + 12, _RULER - 4)
        if place.right() > self.ruler.right():
            place.moveRight(x - 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.BACKGROUND))
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(theme.colour(theme.TEXT))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    # What Qt says.

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._stale = True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._top.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._top.update()


def waveform(swings: npt.NDArray[np.int16], rows: int, gain: float) -> Bytes:
    """A picture `(rows, n)` of depths and heights `(n, 2)`, full scale 32767: 255 where the sound swings, else 0.

    Silence is a line one pixel thick.
    """
    middle = rows / 2
    reach = np.maximum(swings.astype(np.float32) * np.float32(gain * middle / 32767), 0.5)
    row = np.arange(rows, dtype=np.float32)[:, None]
    inside = np.minimum(row + 1, middle + reach[:, 0]) - np.maximum(row, middle - reach[:, 1])
    return (np.clip(inside, 0, 1) * 255).astype(np.uint8)


def spectrogram(levels: Bytes, highest: int) -> Bytes:
    """A picture `(BANDS, n)`, high bands on top, of levels `(n, BANDS)`: 255 at the `highest`, 0 far below it."""
    depth = int(_DEPTH_DB / STEP_DB)
    shown = (levels.T[::-1].astype(np.int32) - (highest - depth)) * 255 // depth
    assert shown.shape[0] == BANDS
    return np.ascontiguousarray(np.clip(shown, 0, 255).astype(np.uint8))
