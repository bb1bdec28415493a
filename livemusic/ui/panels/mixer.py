"""The mixer: a strip for each drum, and the groups that are muted together."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.edits import SetMuteGroup
from livemusic.engine.messages import PlayDrum
from livemusic.engine.mixer_state import MixerState
from livemusic.engine.mixing import HearAll, MuteLanes, SetLane
from livemusic.music.kit import VOICE_NAMES
from livemusic.music.tempo import Seconds
from livemusic.session.lane_mix import LEVELS_DB, MUTE_GROUPS, VELOCITY_SCALES, LaneMix, MuteGroup, group_muted
from livemusic.ui import theme
from livemusic.ui.panels.button import button
from livemusic.ui.panels.fader import Fader, in_decibels

_STRENGTH = 100
_KEY, _GROUP = 20, 68
#: What stands over the strips.
_SHORT_NAMES = ("kick", "snare", "hat", "open", "low", "mid", "high", "crash", "ride")
_RESET = "Double click puts it back."


class Strip(QWidget):
    """One drum. `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, voice: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.voice = voice
        drum = VOICE_NAMES[voice]
        self.name = QPushButton(_SHORT_NAMES[voice], self)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name.setToolTip(f"Hear the {drum}")
        self.name.setAccessibleName(f"Hear the {drum}")
        sheet = (
            f"QPushButton {{ color: {theme.LANES[voice]}; border: 0; background: transparent; padding: 0;"
            f" font-size: {theme.SMALL - 2}px; text-align: left; min-height: 0; }}"
            f"QPushButton:focus {{ border-bottom: 1px solid {theme.ACCENT}; }}"
        )
        self.name.setStyleSheet(theme.dressed(sheet))
        self.mute = _key("M", f"Mute the {drum}", theme.BAD, self)
        self.solo = _key("S", f"Solo the {drum}: only soloed drums are heard", theme.WARN, self)
        self.level = Fader(
            f"Level of the {drum}", LEVELS_DB, 0.0, 0.1, 10, in_decibels, f"How loud it is in the kit. {_RESET}", self
        )
        self.pan = Fader(
            f"Pan of the {drum}", (-1.0, 1.0), 0.0, 0.01, 5, _place, f"Where it is in the kit. {_RESET}", self
        )
        self.velocity = Fader(
            f"MIDI velocity of the {drum}",
            VELOCITY_SCALES,
            1.0,
            0.01,
            5,
            lambda scale: f"{scale:.0%}",
            f"Scales its velocities at the MIDI port. {_RESET}",
            self,
        )
        self.level.show_level(-120.0, -120.0, 0.0)
        grid = QGridLayout(self)
        grid.setContentsMargins(3, 3, 3, 3)
        grid.setHorizontalSpacing(3)
        grid.setVerticalSpacing(1)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.mute, 0, 1)
        grid.addWidget(self.solo, 0, 2)
        for row, fader in enumerate((self.level, self.pan, self.velocity), 1):
            grid.addWidget(fader, row, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.name.pressed.connect(lambda: self.asked.emit(PlayDrum(voice, _STRENGTH)))
        self.name.released.connect(lambda: self.asked.emit(PlayDrum(voice, 0)))
        self.mute.clicked.connect(lambda on: self.asked.emit(SetLane(voice, mute=on)))
        self.solo.clicked.connect(lambda on: self.asked.emit(SetLane(voice, solo=on)))
        self.level.moved.connect(lambda db: self.asked.emit(SetLane(voice, level_db=db)))
        self.pan.moved.connect(lambda place: self.asked.emit(SetLane(voice, pan=place)))
        self.velocity.moved.connect(lambda scale: self.asked.emit(SetLane(voice, velocity=scale)))

    def show_lane(self, lane: LaneMix, peak_db: float, now: Seconds) -> None:
        """How it is mixed, and how loud it is."""
        self.mute.setChecked(lane.mute)
        self.solo.setChecked(lane.solo)
        self.level.show_number(lane.level_db)
        self.pan.show_number(lane.pan)
        self.velocity.show_number(lane.velocity)
        self.level.show_level(peak_db, -120.0, now)


class MixerPanel(QWidget):
    """Strips from the kick to the ride, then the mute groups. `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Mixer")
        self.strips = tuple(Strip(voice, self) for voice in range(len(VOICE_NAMES)))
        self.groups = tuple(_key("+", "A new mute group", theme.BAD, self) for _ in range(MUTE_GROUPS))
        self.all = button("Unmute all", "No drum is muted or soloed any more", self, "quiet")
        self._state = MixerState()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(2)
        row.addLayout(self._captions())
        for strip in self.strips:
            strip.asked.connect(self.asked)
            row.addWidget(strip, 1)
        column = QVBoxLayout()
        column.setSpacing(2)
        pairs = QGridLayout()
        pairs.setSpacing(2)
        for number, group in enumerate(self.groups):
            group.setFixedWidth(_GROUP)
            pairs.addWidget(group, number // 2, number % 2)
            group.clicked.connect(lambda on, number=number: self._press(number, on))
        column.addWidget(_caption("mute groups", self))
        column.addLayout(pairs)
        self.all.setFixedSize(2 * _GROUP + 2, _KEY + 4)
        self.all.setStyleSheet(f"padding: 0; min-height: 0; font-size: {theme.SMALL}px;")
        column.addWidget(self.all)
        column.addStretch(1)
        row.addLayout(column)
        self.all.clicked.connect(lambda: self.asked.emit(HearAll()))

    def _captions(self) -> QGridLayout:
        """What the rows of the strips are."""
        grid = QGridLayout()
        grid.setContentsMargins(0, 3, 0, 3)
        grid.setVerticalSpacing(1)
        grid.setRowMinimumHeight(0, _KEY)
        for row, words in enumerate(("level", "pan", "vel"), 1):
            grid.addWidget(_caption(words, self), row, 0)
            grid.setRowMinimumHeight(row, 18)
        return grid

    def show_state(self, state: MixerState, now: Seconds) -> None:
        """What the engine says."""
        self._state = state
        if not self.isVisible():
            return
        for strip, lane, peak in zip(self.strips, state.lanes, state.levels.voices_db, strict=True):
            strip.show_lane(lane, peak, now)
        for number, key in enumerate(self.groups):
            group = state.groups[number] if number < len(state.groups) else None
            key.setText("+" if group is None else key.fontMetrics().elidedText(group.name, _SHORT, _GROUP - 8))
            key.setVisible(number <= len(state.groups))
            key.setChecked(group is not None and group_muted(group, state.lanes))
            name = "A new mute group" if group is None else f"Mute group {number + 1}, {group.name}"
            key.setAccessibleName(name)
            drums = ", ".join(group.lanes) if group is not None else ""
            key.setToolTip(f"{name}: {drums}\nRight click changes it." if drums else name)

    def _press(self, number: int, on: bool) -> None:
        if number < len(self._state.groups):
            self.asked.emit(MuteLanes(number, on))
        else:
            self.asked.emit(SetMuteGroup(number, MuteGroup(f"Group {number + 1}", (VOICE_NAMES[0],))))

    def fill_menu(self, menu: QMenu, number: int) -> None:
        """Offer which drums are in a group, its name, and to take it away."""
        if number >= len(self._state.groups):
            return
        group = self._state.groups[number]
        for drum in VOICE_NAMES:
            entry = menu.addAction(drum.capitalize())
            entry.setCheckable(True)
            entry.setChecked(drum in group.lanes)
            entry.toggled.connect(lambda on, drum=drum: self._regroup(number, drum, on))
        menu.addSeparator()
        menu.addAction("Rename…").triggered.connect(lambda *_: self._rename(number))
        menu.addAction("Remove this group").triggered.connect(lambda *_: self.asked.emit(SetMuteGroup(number, None)))

    def _regroup(self, number: int, drum: str, on: bool) -> None:
        group = self._state.groups[number]
        lanes = tuple(name for name in VOICE_NAMES if (on if name == drum else name in group.lanes))
        self.asked.emit(SetMuteGroup(number, MuteGroup(group.name, lanes)))

    def _rename(self, number: int) -> None:
        group = self._state.groups[number]
        name, agreed = QInputDialog.getText(self, "Rename the mute group", "Name:", text=group.name)
        if agreed and name.strip():
            self.asked.emit(SetMuteGroup(number, MuteGroup(name.strip()[:40], group.lanes)))


_SHORT = Qt.TextElideMode.ElideRight


def _caption(words: str, parent: QWidget) -> QLabel:
    label = QLabel(words, parent)
    label.setProperty("role", "caption")
    return label


def _key(text: str, tip: str, lit: str, parent: QWidget) -> QPushButton:
    """A small button that stays down."""
    key = button(text, tip, parent, "quiet", tip)
    key.setCheckable(True)
    key.setFixedSize(_KEY, _KEY)
    sheet = (
        f"QPushButton {{ padding: 0; min-height: 0; border-radius: 5px; font-size: {theme.SMALL}px;"
        f" background: {theme.RAISED}; border: 1px solid {theme.LINE}; color: {theme.TEXT}; }}"
        f"QPushButton:focus {{ border-color: {theme.ACCENT}; }}"
        f"QPushButton:checked {{ background: {lit}; color: {theme.BACKGROUND}; border-color: {lit}; }}"
        f"QPushButton:checked:focus {{ border-color: {theme.TEXT}; }}"
    )
    key.setStyleSheet(theme.dressed(sheet))
    return key


def _place(pan: float) -> str:
    """A place from left to right in words."""
    if abs(pan) < 0.005:
        return "centre"
    return f"{abs(pan):.0%} {'left' if pan < 0 else 'right'}"
