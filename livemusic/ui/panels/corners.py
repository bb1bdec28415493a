"""Under the pad: let the music move it, and capture where each corner lives on the path."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from livemusic.engine.edits import SetMode
from livemusic.engine.messages import Capture, ClearAnchors, SetFollow
from livemusic.engine.snapshot import ListenState
from livemusic.session.preset import CORNERS, Preset
from livemusic.ui import theme
from livemusic.ui.panels.button import button

_TRADE = "Morph by trading figures: every hit comes from one of the patterns.\nClick to blend."
_BLEND = "Morph by blending: the hits that the patterns share come first.\nClick to trade."


class CornersPanel(QWidget):
    """Follow on or off, and a capture button for each corner; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follow = button(
            "Follow",
            "The path, or the harmony, moves the pad [F]\nCapture at least one corner first.",
            self,
        )
        self.follow.setCheckable(True)
        self.mode = button("Morph: trade", _TRADE, self)
        self.clear = button("Clear", "Clear all captured corners", self)
        self.capture = tuple(
            button(
                arrow,
                f"Capture: the music as it sounds now recalls the {corner} pattern [{index + 1}]",
                self,
                "corner",
                f"Capture {corner}",
            )
            for index, (arrow, corner) in enumerate(zip(theme.CORNERS, CORNERS, strict=True))
        )
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.follow, 1)
        above.addWidget(self.mode)
        layout.addLayout(above, 0, 0, 1, 6)
        self._caption = QLabel("Capture", self)
        self._caption.setProperty("role", "caption")
        layout.addWidget(self._caption, 1, 0)
        for index, capture in enumerate(self.capture):
            capture.setCheckable(True)
            layout.addWidget(capture, 1, index + 1)
            capture.setMinimumWidth(26)
            capture.clicked.connect(lambda _, corner=index: self.asked.emit(Capture(corner)))
        layout.addWidget(self.clear, 1, 5)
        self.follow.clicked.connect(lambda on: self.asked.emit(SetFollow(on)))
        self.clear.clicked.connect(lambda: self.asked.emit(ClearAnchors()))
        self.mode.clicked.connect(lambda: self.asked.emit(SetMode("trade" if self._blends else "blend")))
        self._blends = False

    def make_room(self, scarce: bool) -> None:
        """In a narrow window the buttons do without their caption."""
        self._caption.setVisible(not scarce)

    def show_preset(self, preset: Preset) -> None:
        """How one pattern becomes another."""
        self._blends = preset.mode == "blend"
        self.mode.setText("Morph: blend" if self._blends else "Morph: trade")
        self.mode.setToolTip(_BLEND if self._blends else _TRADE)

    def show_state(self, listen: ListenState) -> None:
        """What the engine says."""
        self.follow.setChecked(listen.follow)
        self.follow.setText("Follow harmony" if listen.followed == "harmony" else "Follow")
        for capture, anchor in zip(self.capture, listen.captured, strict=False):
            capture.setChecked(anchor is not None)
        self.clear.setEnabled(any(anchor is not None for anchor in listen.captured))
