"""The set list: presets in the order of the show with notes, and how one gives way to the next."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.edits import Configure, GoSetList
from livemusic.session.set_list import SetEntry, place_of
from livemusic.session.settings import Session, Settings
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.rack.widgets import press, words
from livemusic.ui.room import fit

_SIZE, _LEAST = QSize(640, 560), QSize(420, 320)
_LEAD = "Next and previous preset (Page Down and Page Up, or a pedal that has learned them) go along this list."
_CHANGES = (("Right away", "now"), ("At the next bar", "bar"), ("At the next 4 bars", "4 bars"))
_PRESET, _NOTE = 0, 1


class SetListDialog(QDialog):
    """Edits the set list of the settings and walks along it; `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Set list")
        self._session: Session | None = None
        self._shown: tuple[SetEntry, ...] = ()
        self.list = QTableWidget(0, 2, self)
        self.list.setAccessibleName("Set list")
        self.list.setHorizontalHeaderLabels(["Preset", "Notes"])
        self.list.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.list.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.list.horizontalHeader().setSectionResizeMode(_NOTE, QHeaderView.ResizeMode.Stretch)
        self.list.setColumnWidth(_PRESET, 220)
        self.list.verticalHeader().hide()
        self.list.horizontalHeader().setAccessibleName("Columns")
        self.list.setTabKeyNavigation(False)
        self.presets = ChoiceBox("Preset to add", "Choose a preset to add to the end of the list", self)
        self.add = press("Add", "Add this preset after the chosen one", self)
        self.remove = press("Remove", "Take the chosen entry out of the list; the preset itself stays", self)
        self.up = press("Up", "Play it earlier", self)
        self.down = press("Down", "Play it later", self)
        self.go = press("Go", "Change to this preset", self)
        self.change = ChoiceBox("Change presets", "When another preset takes over while the drums play", self)
        self.keep_tempo = QCheckBox("Keep my tempo", self)
        self.keep_tempo.setToolTip("Another preset comes in at the tempo that is playing, not at its own")
        self.keep_scenes = QCheckBox("Keep my scenes", self)
        self.keep_scenes.setToolTip("Another preset comes in without its scenes: F2 to F9 stay as they are")
        self._lay_out()
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.go.clicked.connect(self._go)
        self.list.cellDoubleClicked.connect(lambda _, column: self._go() if column == _PRESET else None)
        self.list.itemChanged.connect(self._note)
        self.list.itemSelectionChanged.connect(self._enable)
        self.change.chosen.connect(lambda value: self._ask(preset_change=value))
        self.keep_tempo.clicked.connect(lambda on: self._ask(keep_tempo=on))
        self.keep_scenes.clicked.connect(lambda on: self._ask(keep_scenes=on))
        fit(self, _SIZE, _LEAST)
        self._enable()

    def _lay_out(self) -> None:
        column, adding, row, below = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(words(_LEAD, "lead", self, wrap=True))
        column.addWidget(self.list, 1)
        adding.addWidget(self.presets, 1)
        adding.addWidget(self.add)
        column.addLayout(adding)
        for button in (self.go, self.up, self.down, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        below.addWidget(words("Change presets", "", self))
        below.addWidget(self.change, 1)
        below.addWidget(self.keep_tempo)
        below.addWidget(self.keep_scenes)
        column.addLayout(below)

    @property
    def chosen(self) -> int | None:
        """The row that is chosen."""
        rows = self.list.selectionModel().selectedRows()
        return rows[0].row() if rows else None

    def show_presets(self, names: Sequence[str]) -> None:
        """What there is to choose from."""
        self.presets.show_entries(tuple((name, name) for name in names), self.presets.currentData() or "")
        if self.presets.currentIndex() < 0:
            self.presets.setCurrentIndex(0)
        self._enable()

    def show_session(self, session: Session) -> None:
        """What is in the list and what plays."""
        self._session = session
        settings = session.settings
        if settings.set_list != self._shown or self.list.rowCount() != len(settings.set_list):
            self._fill(settings.set_list)
        here = place_of(settings.set_list, settings.set_place, session.preset.name)
        self.list.blockSignals(True)
        there = {self.presets.itemData(place).casefold() for place in range(self.presets.count())}
        for row, entry in enumerate(self._shown):
            missing = " (missing)" if there and entry.preset.casefold() not in there else ""
            self.list.item(row, _PRESET).setText(f"{'▶' if row == here else row + 1}  {entry.preset}{missing}")
        self.list.blockSignals(False)
        self.change.show_entries(_CHANGES, settings.preset_change)
        self.keep_tempo.setChecked(settings.keep_tempo)
        self.keep_scenes.setChecked(settings.keep_scenes)
        self._enable()

    def show_state(self, snapshot: object) -> None:
        """Nothing of what the engine says from moment to moment is shown here."""

    def _fill(self, entries: tuple[SetEntry, ...]) -> None:
        chosen, self._shown = self.chosen, entries
        self.list.blockSignals(True)
        self.list.setRowCount(len(entries))
        for row, entry in enumerate(entries):
            name = QTableWidgetItem(entry.preset)
            name.setFlags(name.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.list.setItem(row, _PRESET, name)
            self.list.setItem(row, _NOTE, QTableWidgetItem(entry.note))
        self.list.blockSignals(False)
        if chosen is not None and entries:
            self.list.selectRow(min(chosen, len(entries) - 1))

    def _enable(self) -> None:
        chosen, count = self.chosen, len(self._shown)
        for button in (self.remove, self.go):
            button.setEnabled(chosen is not None)
        self.up.setEnabled(chosen is not None and chosen > 0)
        self.down.setEnabled(chosen is not None and chosen < count - 1)
        self.add.setEnabled(bool(self.presets.currentData()))

    def _add(self) -> None:
        at = len(self._shown) if self.chosen is None else self.chosen + 1
        entry = SetEntry(self.presets.currentData())
        self._change((*self._shown[:at], entry, *self._shown[at:]), at)

    def _remove(self) -> None:
        if (row := self.chosen) is not None:
            self._change(self._shown[:row] + self._shown[row + 1 :], row)

    def _move(self, by: int) -> None:
        if (row := self.chosen) is not None and 0 <= row + by < len(self._shown):
            entries = list(self._shown)
            entries.insert(row + by, entries.pop(row))
            self._change(tuple(entries), row + by)

    def _note(self, item: QTableWidgetItem) -> None:
        row = item.row()
        if item.column() == _NOTE and row < len(self._shown):
            entry = msgspec.structs.replace(self._shown[row], note=item.text().strip())
            self._change((*self._shown[:row], entry, *self._shown[row + 1 :]), row)

    def _go(self) -> None:
        if (row := self.chosen) is not None:
            self.asked.emit(GoSetList(row + 1))

    def _change(self, entries: tuple[SetEntry, ...], chosen: int) -> None:
        self._fill(entries)
        if entries:
            self.list.selectRow(min(chosen, len(entries) - 1))
        self._ask(set_list=entries)

    def _ask(self, **changes: object) -> None:
        if self._session is not None:
            known = self._session.settings
            wanted: Settings = msgspec.structs.replace(known, **changes)
            self._session = msgspec.structs.replace(self._session, settings=wanted)
            self.asked.emit(Configure(known, wanted))
