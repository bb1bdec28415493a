"""Under the pad: let the music move it, and capture where each corner lives on the path."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from livemusic.engine.messages import Capture, ClearAnchors, SetFollow
from livemusic.engine.snapshot import ListenState
from livemusic.session.preset import CORNERS

_ARROWS = ("◤", "◥", "◣", "◢")


class CornersPanel(QWidget):
    """Follow on or off, and a capture button for each corner; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follow = self._button(
            "Follow the music", "Let the path move the pad by itself [F]\nCapture at least one corner first."
        )
        self.follow.setCheckable(True)
        self.clear = self._button("Clear", "Forget all captured corners")
        self.capture = tuple(
            self._button(
                f"{index + 1} {arrow}",
                f"Capture: the music as it is now calls up the {corner} pattern [{index + 1}]",
                f"Capture {corner}",
            )
            for index, (arrow, corner) in enumerate(zip(_ARROWS, CORNERS, strict=True))
        )
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.follow, 0, 0, 1, 3)
        layout.addWidget(self.clear, 0, 3)
        for index, button in enumerate(self.capture):
            button.setProperty("role", "corner")
            button.setCheckable(True)
            layout.addWidget(button, 1, index)
            button.clicked.connect(lambda _, corner=index: self.asked.emit(Capture(corner)))
        self.follow.clicked.connect(lambda on: self.asked.emit(SetFollow(on)))
        self.clear.clicked.connect(lambda: self.asked.emit(ClearAnchors()))

    def show_state(self, listen: ListenState) -> None:
        """What the engine says."""
        self.follow.setChecked(listen.follow)
        for button, anchor in zip(self.capture, listen.anchors, strict=False):
            button.setChecked(anchor is not None)
        self.clear.setEnabled(any(anchor is not None for anchor in listen.anchors))

    def _button(self, text: str, tip: str, name: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(name or text)
        button.setToolTip(tip)
        return button
