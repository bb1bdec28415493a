"""Under the pad: let the music move it, and capture where each corner lives on the path."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemusic.engine.edits import SetMode
from livemusic.engine.messages import Capture, ClearAnchors, SetFollow
from livemusic.engine.snapshot import ListenState
from livemusic.session.preset import CORNERS, Preset
from livemusic.ui import theme
from livemusic.ui.panels.button import button

#: As Qt has it where a widget may be as wide as it likes.
_ANY_WIDTH = (1 << 24) - 1
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
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        self._above, self._below = QHBoxLayout(), QHBoxLayout()
        for row in (self._above, self._below):
            row.setSpacing(4)
            rows.addLayout(row)
        self._above.addWidget(self.follow, 1)
        self._above.addWidget(self.mode)
        self._caption = QLabel("Capture", self)
        self._caption.setProperty("role", "caption")
        for index, capture in enumerate(self.capture):
            capture.setCheckable(True)
            capture.setMinimumWidth(26)
            capture.clicked.connect(lambda _, corner=index: self.asked.emit(Capture(corner)))
        self._blends = self._harmony = self._tight = False
        self.make_room(tight=False, narrow=False)
        self.follow.clicked.connect(lambda on: self.asked.emit(SetFollow(on)))
        self.clear.clicked.connect(lambda: self.asked.emit(ClearAnchors()))
        self.mode.clicked.connect(lambda: self.asked.emit(SetMode("trade" if self._blends else "blend")))

    def make_room(self, tight: bool, narrow: bool) -> None:
        """In a low window all is one row, and clearing is left to the menu; in a narrow one the caption goes."""
        self._tight = tight
        row = self._above if tight else self._below
        self._below.addWidget(self._caption)
        for capture in self.capture:
            row.addWidget(capture, 0 if tight else 1)
            capture.setMaximumWidth(32 if tight else _ANY_WIDTH)
        self._below.addWidget(self.clear)
        self._caption.setVisible(not (tight or narrow))
        self.clear.setVisible(not tight)
        self._label()

    def _label(self) -> None:
        mode = "blend" if self._blends else "trade"
        self.mode.setText(mode.capitalize() if self._tight else f"Morph: {mode}")
        full, short = ("Follow harmony", "Harmony") if self._harmony else ("Follow", "Follow")
        self.follow.setText(short if self._tight else full)

    def show_preset(self, preset: Preset) -> None:
        """How one pattern becomes another."""
        self._blends = preset.mode == "blend"
        self._label()
        self.mode.setToolTip(_BLEND if self._blends else _TRADE)

    def show_state(self, listen: ListenState) -> None:
        """What the engine says."""
        self.follow.setChecked(listen.follow)
        self._harmony = listen.followed == "harmony"
        self._label()
        for capture, anchor in zip(self.capture, listen.captured, strict=False):
            capture.setChecked(anchor is not None)
        self.clear.setEnabled(any(anchor is not None for anchor in listen.captured))
