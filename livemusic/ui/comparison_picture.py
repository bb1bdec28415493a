"""A picture of how two takes compare: tempo bar by bar, where they differ, and which moments belong together."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from livemusic.session.comparison import Comparison
from livemusic.ui import theme
from livemusic.ui.picture import application, write_drawn
from livemusic.ui.timeline.clock import in_minutes, marks

_SIZE = QSize(1600, 900)
_LEFT, _RIGHT, _TITLE, _FOOT = 90.0, 40.0, 96.0, 50.0
_TOP_SHARE, _STRIP, _GAP = 0.42, 56.0, 44.0
_LEAST_PERCENT = 2.0
_TOUCH = 0.01
_MARK_APART, _LINES = 110.0, 60


def draw_comparison(path: Path, found: Comparison) -> None:
    """Save it as a whole PNG or none. `MediaError`."""
    app = application()
    image = QImage(_SIZE, QImage.Format.Format_RGB32)
    image.fill(theme.colour(theme.DARKEST))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, found)
    painter.end()
    drawn = QByteArray()
    buffer = QBuffer(drawn)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    write_drawn(path, drawn)
    del app


def _draw(painter: QPainter, found: Comparison) -> None:
    width = _SIZE.width() - _LEFT - _RIGHT
    longest = max(found.seconds_a, found.seconds_b, 0.1)
    painter.setPen(theme.colour(theme.TEXT))
    painter.setFont(theme.font(24, theme.QFont.Weight.DemiBold))
    title = painter.fontMetrics().elidedText(f"{found.a}  and  {found.b}", Qt.TextElideMode.ElideMiddle, int(width))
    painter.drawText(QRectF(_LEFT, 20, width, 40), title)
    painter.setFont(theme.font(15))
    painter.setPen(theme.colour(theme.MUTED))
    painter.drawText(QRectF(_LEFT, 60, width, 26), _caption(found))
    room = _SIZE.height() - _TITLE - _FOOT
    tempo = QRectF(_LEFT, _TITLE, width, _TOP_SHARE * room)
    first = QRectF(_LEFT, tempo.bottom() + _GAP, width, _STRIP)
    second = QRectF(_LEFT, _SIZE.height() - _FOOT - _STRIP, width, _STRIP)
    _draw_tempo(painter, tempo, found, longest)
    _draw_strips(painter, first, second, found, longest)


def _caption(found: Comparison) -> str:
    said = [f"{100 * found.confidence:.0f} % sure", f"the second {found.percent:+.1f} % in tempo"]
    if found.semitones:
        said.append(f"{found.semitones:+d} semitones")
    said.append(f"{found.louder_db:+.1f} dB")
    return "   ·   ".join(said)


def _draw_tempo(painter: QPainter, area: QRectF, found: Comparison, longest: float) -> None:
    """The second take's tempo beside the first's, bar by bar, over the first take."""
    most = max([_LEAST_PERCENT, *(abs(bar.percent) for bar in found.bars)]) * 1.15
    painter.fillRect(area, theme.colour(theme.SURFACE))
    painter.setFont(theme.font(13))

    def height(percent: float) -> float:
        return area.center().y() - percent / most * area.height() / 2

    for percent in (-most / 1.15, 0.0, most / 1.15):
        y = height(percent)
        painter.setPen(QPen(theme.colour(theme.LINE), 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(theme.colour(theme.MUTED))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, y - 10, _LEFT - 10, 20), flags, f"{percent:+.1f} %" if percent else "as fast")
    if not found.bars:
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, found.beat)
        return
    painter.setPen(QPen(theme.colour(theme.ACCENT), 2.5))
    line, last = QPolygonF(), found.bars[0].begin
    for bar in found.bars:
        if bar.begin - last > _TOUCH:  # what is between only one take has
            painter.drawPolyline(line)
            line = QPolygonF()
        for at in (bar.begin, bar.end):
            line.append(QPointF(area.left() + at / longest * area.width(), height(bar.percent)))
        last = bar.end
    painter.drawPolyline(line)


def _draw_strips(painter: QPainter, first: QRectF, second: QRectF, found: Comparison, longest: float) -> None:
    """Both takes one over the other, lit where they differ, with lines between moments that belong together."""
    for area, name, seconds, alone in (
        (first, found.a, found.seconds_a, found.only_a),
        (second, found.b, found.seconds_b, found.only_b),
    ):
        painter.fillRect(
            QRectF(area.left(), area.top(), seconds / longest * area.width(), area.height()),
            theme.colour(theme.RAISED),
        )
        which = 0 if area is first else 1
        painter.setPen(Qt.PenStyle.NoPen)
        for pair, after, amount in zip(found.pairs, found.pairs[1:], found.difference, strict=False):
            left, right = (area.left() + at / longest * area.width() for at in (pair[which], after[which]))
            tone = theme.colour(theme.WARN, min(1.0, max(0.0, amount)))
            painter.fillRect(QRectF(left, area.top(), right - left + 0.4, area.height()), tone)
        for span in alone:
            left, right = (area.left() + at / longest * area.width() for at in (span.begin, span.end))
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), theme.colour(theme.BAD, 0.85))
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(14, theme.QFont.Weight.DemiBold))
        painter.drawText(area.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, name)
    painter.setPen(QPen(theme.colour(theme.FAINT), 1))
    for a, b in found.pairs[:: max(1, len(found.pairs) // _LINES)]:
        ends = (QPointF(first.left() + a / longest * first.width(), first.bottom()),
                QPointF(second.left() + b / longest * second.width(), second.top()))  # fmt: skip
        painter.drawLine(QLineF(*ends))
    painter.setFont(theme.font(13))
    painter.setPen(theme.colour(theme.MUTED))
    for time in marks(0.0, longest, int(first.width() / _MARK_APART))[1]:
        x = second.left() + time / longest * second.width()
        painter.drawText(QRectF(x - 40, second.bottom() + 6, 80, 20), Qt.AlignmentFlag.AlignCenter, in_minutes(time, 0))
