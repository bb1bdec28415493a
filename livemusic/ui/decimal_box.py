"""A number to type, with a decimal point or a decimal comma; it is shown with a point, as everywhere in the window."""

from typing import ClassVar

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QResizeEvent, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from livemusic.session.number import plain


class DecimalBox(QDoubleSpinBox):
    """Reads and shows numbers in the same way on every system, whatever its language. `rim`: so many pixels at the
    sides, and above and below, are not the digits'; None: as the style has it.
    """

    rim: ClassVar[tuple[int, int] | None] = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        return super().validate(plain(text), place)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(plain(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._make_room()

    def _make_room(self) -> None:
        """Without buttons a style sheet leaves the digits no room, and does so again whenever it is changed."""
        if self.rim is not None:
            across, down = self.rim
            self.lineEdit().setGeometry(self.rect().adjusted(across, down, -across, -down))
