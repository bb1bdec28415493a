"""Where everything stands in the window, and what makes room for what in a small one."""

from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from livemusic.engine.snapshot import PerformState
from livemusic.music.kit import VOICE_NAMES
from livemusic.ui import theme
from livemusic.ui.face import Face
from livemusic.ui.panels.perform import in_words
from livemusic.ui.panels.tabs import Tabs
from livemusic.ui.room import card, scrolling, splitter, stacked

#: Below these heights what is used least makes room, and everything moves together; below this width too.
_LOW, _LOWEST, _NARROW = 830, 560, 970
_SIDE, _NARROW_SIDE = 300, 272
#: Below this height the pad would be too low for a hand: what surrounds it moves into fewer rows.
_TIGHT = 800
#: Below the first width everything in the row over the pattern is narrower, and from the second on it still has what
#: is played with, though a menu has that, too.
_SHORT, _DIRECT = 1320, 1220
#: The path has at least this part of the window's height, up to so many pixels, and never less than the least.
_PATH_SHARE, _PATH_ENOUGH, _PATH_LEAST = 1 / 3, 260, 80


class Arrangement(QObject):
    """Lays out the widgets of `face`, and shares out its room again whenever it or what is in it changes."""

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._face = face
        self._side, below, top, self._page, within = card(), card(), card(), QWidget(), QWidget()
        self._column = QVBoxLayout(within)
        self._column.addWidget(face.pad, 1)
        self.tabs = Tabs((
            ("Setup", "What is plugged in: preset, input, MIDI, sound, tempo", face.sources),
            ("Perform", "Density, fills, half and double time, variation, the next section", face.perform),
        ))  # fmt: skip
        self._levels = QGridLayout()
        self._levels.setContentsMargins(0, 0, 0, 0)
        self._levels.setHorizontalSpacing(8)
        for part in (face.corners, self.tabs):
            self._column.addWidget(part)
        self._column.addLayout(self._levels)
        around = QVBoxLayout(self._side)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(within, self._side))
        rows = QVBoxLayout(below)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(face.pattern)
        rows.addWidget(face.editor, 1)
        stack = QWidget()
        self._pile = QVBoxLayout(stack)
        self._pile.setContentsMargins(0, 0, 0, 0)
        self._pile.addWidget(face.scenes)
        self._pile.addWidget(face.mixer)
        self._pile.addWidget(below, 1)
        self._below = below
        face.mixer.hide()
        face.output.opened.connect(self._open_mixer)
        views = splitter(Qt.Orientation.Horizontal, (face.trajectory, face.harmony.view), (620, 420), (3, 2))
        above = stacked(views, face.heard)
        reviewed = splitter(Qt.Orientation.Vertical, (above, face.timeline), (400, 150), (3, 1))
        left = splitter(Qt.Orientation.Vertical, (reviewed, stack), (580, 340), (3, 2))
        face.editor.grow_in(left)
        across = splitter(Qt.Orientation.Horizontal, (left, self._side), (1180, 400), (3, 1))
        self._parts: dict[str, QSplitter] = {"left": left, "across": across, "review": reviewed, "views": views}
        for name, parts in self._parts.items():
            parts.setObjectName(name)
        self._top = QHBoxLayout(top)
        self._top.addWidget(face.transport)
        self._page.setObjectName("page")
        self._rows = QVBoxLayout(self._page)
        self._rows.addWidget(top)
        self._rows.addWidget(across, 1)
        self._rows.addWidget(face.health)
        face.setCentralWidget(self._page)
        self._page.installEventFilter(self)

    def restore(self, settings: QSettings) -> None:
        """The shares as they were kept."""
        for name, parts in self._parts.items():
            if state := settings.value(name):
                parts.restoreState(state)
        self.tabs.turn(int(settings.value("side", 0)))
        self._face.output.mixer.setChecked(settings.value("mixer") == "open")

    def keep(self, settings: QSettings) -> None:
        """The shares for the next time."""
        for name, parts in self._parts.items():
            settings.setValue(name, parts.saveState())
        settings.setValue("side", self.tabs.pages.currentIndex())
        settings.setValue("mixer", "open" if self._face.output.mixer.isChecked() else "closed")

    def offer_dials(self, menu: QMenu, voice: int) -> None:
        """Put the way to the dials of a drum into a menu."""

        def turn() -> None:
            self._face.perform.choose(voice)
            self.tabs.turn(1)

        menu.addAction(f"Perform the {VOICE_NAMES[voice]}…").triggered.connect(lambda *_: turn())

    def show_perform(self, perform: PerformState) -> None:
        """What is performed shows on its tab, too, where another is open."""
        self._face.perform.show_state(perform)
        self.tabs.remark(1, in_words(perform))

    def _open_mixer(self, on: bool) -> None:
        self._face.mixer.setVisible(on)
        self.make_room()

    def make_room(self) -> None:
        """Share out the window as large as it is now."""
        face = self._face
        low, narrow, scarce = face.height() < _LOWEST, face.width() < _NARROW, face.height() < _LOW
        face.sources.make_room(scarce=scarce)
        tight = face.height() < _TIGHT and not narrow
        face.corners.make_room(tight=tight, narrow=narrow)
        self._place_levels(beside=tight)
        face.perform.make_room(scarce=scarce)
        self.tabs.make_room(scarce=scarce)
        face.pattern.make_room(scarce=face.width() < _SHORT, direct=face.width() >= _DIRECT)
        face.meter.make_room(scarce=scarce)
        face.heard.make_room(scarce=scarce)
        face.scenes.make_room(scarce=scarce)
        for rows in (self._pile, self._rows):
            rows.setSpacing(4 if scarce else 8)
        self._column.setSpacing(4 if tight else 6 if scarce else theme.GAP)
        self._levels.setVerticalSpacing(6 if scarce else theme.GAP)
        self._column.setContentsMargins(12, 2 if low else 6, 12, 4 if low else 10)
        self._side.setMinimumWidth(_NARROW_SIDE if narrow else _SIDE)
        above, beside = 2 if scarce else 6, 6 if narrow else theme.GAP
        self._top.setContentsMargins(0 if narrow else 8, above, 2 if narrow else 12, above)
        self._rows.setContentsMargins(beside, 4, beside, 2)
        self._share()

    def _place_levels(self, beside: bool) -> None:
        """The meters of what comes in and goes out under each other, or side by side."""
        meter, output = self._face.meter, self._face.output
        self._levels.addWidget(meter, 0, 0, 1, 1 if beside else 2)
        self._levels.addWidget(output, *((0, 1) if beside else (1, 0, 1, 2)))
        for column, share in enumerate((2, 5) if beside else (1, 1)):
            self._levels.setColumnStretch(column, share)

    def _share(self) -> None:
        """Give the path its part of the height, as far as all else can do with what is left: where the mixer leaves
        no room for the pattern, the pattern makes way.
        """
        path, below = self._face.trajectory, self._below.minimumSizeHint().height() + self._pile.spacing()
        others = self._needed() - path.minimumHeight()
        wanted = min(_PATH_ENOUGH, round(self._face.height() * _PATH_SHARE))
        if self._face.output.mixer.isChecked():
            with_pattern = others if not self._below.isHidden() else others + below
            self._below.setVisible(with_pattern + wanted <= self._page.height())
            others = with_pattern if not self._below.isHidden() else with_pattern - below
        else:
            self._below.show()
        least = max(_PATH_LEAST, min(wanted, self._page.height() - others))
        if least != path.minimumHeight():
            path.setMinimumHeight(least)

    def _needed(self) -> int:
        """The least height of all that is there now; a layout would tell what it was before something came or went."""
        margins, rows = self._rows.contentsMargins(), [self._rows.itemAt(at) for at in range(self._rows.count())]
        least = sum(row.widget().minimumSizeHint().height() for row in rows)
        return int(least + self._rows.spacing() * (len(rows) - 1) + margins.top() + margins.bottom())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # something came or went
            self._share()
        return super().eventFilter(watched, event)
