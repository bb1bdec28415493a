"""A number to type, with a decimal point or a decimal comma; it is shown with a point, as everywhere in the window."""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from livemusic.session.number import plain


class DecimalBox(QDoubleSpinBox):
    """Reads and shows numbers in the same way on every system, whatever its language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        return super().validate(plain(text), place)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(plain(text))
