"""Beside Record: the metronome, how loud it is and where it is heard, the count-in, and where recording goes."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QWidget, QWidgetAction

from livemusic.engine.recording_edits import SetClickLevel, SetMetronome, SetRecordTo
from livemusic.music.metronome import LEVEL_DB
from livemusic.session.metronome import COUNT_INS, OUTPUTS, named_outputs
from livemusic.session.settings import RECORD_TO, Settings
from livemusic.ui.panels.button import button
from livemusic.ui.panels.heading import add_heading


class MetronomePanel(QWidget):
    """A button that clicks, and one that opens level, outputs and count-in. `asked` carries the requests."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on = button("Click", "Metronome: click on every beat [U]", self, "left", "Metronome")
        self.on.setCheckable(True)
        self.more = button(
            "▾",
            "Level, where the click is heard, count-in, and where recording goes",
            self,
            "right",
            "Metronome and count-in",
        )
        self.more.setFixedWidth(28)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.on)
        row.addWidget(self.more)
        self.menu = self._menu()
        self.on.clicked.connect(lambda on: self.asked.emit(SetMetronome(on=on)))
        self.more.clicked.connect(lambda: self.menu.exec(self.more.mapToGlobal(QPoint(0, self.more.height()))))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        add_heading(menu, "Metronome")
        self.level, self._db = QSlider(Qt.Orientation.Horizontal, menu), QLabel(menu)
        self.level.setRange(round(LEVEL_DB[0]), round(LEVEL_DB[1]))
        self.level.setFixedWidth(130)
        self.level.setAccessibleName("Level of the metronome")
        self.level.setToolTip("How loud the click is at the speakers")
        self.level.valueChanged.connect(self._turn)
        line = QWidget(menu)
        row = QHBoxLayout(line)
        row.setContentsMargins(14, 4, 14, 4)
        row.addWidget(QLabel("Level", line))
        row.addWidget(self.level)
        row.addWidget(self._db)
        entry = QWidgetAction(menu)
        entry.setDefaultWidget(line)
        menu.addAction(entry)
        self.speakers = menu.addAction("To the speakers")
        self.outputs = menu.addMenu("Click to")
        self.pairs, pairs = dict[str, QAction](), QActionGroup(menu)
        for to in OUTPUTS:
            choice = self.pairs[to] = self.outputs.addAction(named_outputs(to).capitalize())
            choice.setCheckable(True)
            choice.triggered.connect(lambda *_, to=to: self.asked.emit(SetMetronome(outputs=to)))
            pairs.addAction(choice)
        self.midi = menu.addAction("To MIDI")
        for choice, field in ((self.speakers, "speakers"), (self.midi, "midi")):
            choice.setCheckable(True)
            choice.triggered.connect(lambda on, field=field: self.asked.emit(SetMetronome(**{field: on})))
        add_heading(menu, "Count-in")
        group, self.count_ins = QActionGroup(menu), []
        for bars in COUNT_INS:
            choice = menu.addAction("Off" if bars == 0 else f"{bars} bar{'s' * (bars > 1)}")
            choice.setCheckable(True)
            choice.triggered.connect(lambda *_, bars=bars: self.asked.emit(SetMetronome(count_in=bars)))
            group.addAction(choice)
            self.count_ins.append(choice)
        add_heading(menu, "Record to")
        corners, self.record_to = QActionGroup(menu), dict[str, QAction]()
        for to in RECORD_TO:
            choice = self.record_to[to] = menu.addAction("Nearest corner" if to == RECORD_TO[0] else to)
            choice.setCheckable(True)
            choice.triggered.connect(lambda *_, to=to: self.asked.emit(SetRecordTo(to)))
            corners.addAction(choice)
        return menu

    def _turn(self, db: int) -> None:
        self._say(db)
        self.asked.emit(SetClickLevel(float(db)))

    def _say(self, db: int) -> None:
        self._db.setText("off" if db <= LEVEL_DB[0] else f"{db} dB")

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce everything moves together."""
        self.on.setText("♩" if scarce else "Click")
        self.on.setFixedWidth(34 if scarce else 58)

    def show_state(self, settings: Settings, outputs: int = 0) -> None:
        """What is so; the audio output has so many `outputs`."""
        metronome = settings.metronome
        self.record_to[settings.record_to].setChecked(True)
        self.on.setChecked(metronome.on)
        self.speakers.setChecked(metronome.speakers)
        self.speakers.setText("To the speakers" if metronome.pairs == 1 else f"To {named_outputs(metronome.outputs)}")
        for pair, choice in enumerate(self.pairs.values(), 1):
            choice.setVisible(pair in (1, metronome.pairs) or outputs >= 2 * pair)
        self.pairs[metronome.outputs].setChecked(True)
        self.outputs.menuAction().setVisible(outputs >= 4 or metronome.pairs > 1)
        self.midi.setChecked(metronome.midi)
        self.midi.setText(f"To MIDI, channel {metronome.channel}, notes {metronome.accent} and {metronome.beat}")
        self.count_ins[COUNT_INS.index(metronome.count_in)].setChecked(True)
        if not self.level.isSliderDown() and self.level.value() != round(metronome.level_db):
            self.level.blockSignals(True)
            self.level.setValue(round(metronome.level_db))
            self.level.blockSignals(False)
        self._say(self.level.value())
