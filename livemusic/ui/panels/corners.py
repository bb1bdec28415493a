"""Under the pad: let the music move it, and capture where each corner lives on the path."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from livemusic.engine.messages import Capture, ClearAnchors, SetFollow
from livemusic.engine.snapshot import ListenState
from livemusic.session.preset import CORNERS
from livemusic.ui.panels.button import button

_ARROWS = ("◤", "◥", "◣", "◢")


class CornersPanel(QWidget):
    """Follow on or off, and a capture button for each corner; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follow = button(
            "Follow the music", "Let the path move the pad by itself [F]\nCapture at least one corner first.", self
        )
        self.follow.setCheckable(True)
        self.clear = button("Clear", "Forget all captured corners", self)
        self.capture = tuple(
            button(
                f"{index + 1} {arrow}",
                f"Capture: the music as it is now calls up the {corner} pattern [{index + 1}]",
                self,
                "corner",
                f"Capture {corner}",
            )
            for index, (arrow, corner) in enumerate(zip(_ARROWS, CORNERS, strict=True))
        )
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.follow, 0, 0, 1, 3)
        layout.addWidget(self.clear, 0, 3)
        for index, capture in enumerate(self.capture):
            capture.setCheckable(True)
            layout.addWidget(capture, 1, index)
            capture.clicked.connect(lambda _, corner=index: self.asked.emit(Capture(corner)))
        self.follow.clicked.connect(lambda on: self.asked.emit(SetFollow(on)))
        self.clear.clicked.connect(lambda: self.asked.emit(ClearAnchors()))

    def show_state(self, listen: ListenState) -> None:
        """What the engine says."""
        self.follow.setChecked(listen.follow)
        for capture, anchor in zip(self.capture, listen.anchors, strict=False):
            capture.setChecked(anchor is not None)
        self.clear.setEnabled(any(anchor is not None for anchor in listen.anchors))
