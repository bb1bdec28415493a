"""Preferences: which notes the drums are sent as, and which play them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QInputDialog, QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.errors import PresetError
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.drum_map import DRUM_MAPS, DrumMap, Lane
from livemusic.session.map_library import list_maps, read_map, write_map
from livemusic.session.settings import Settings
from livemusic.ui.panels.button import button
from livemusic.ui.panels.sources import ChoiceBox
from livemusic.ui.preferences.lanes import LaneTable
from livemusic.ui.preferences.learn import pulse
from livemusic.ui.preferences.map_edits import base_name, moved, shown_name, with_lane
from livemusic.ui.preferences.own_maps import keep_map, map_file_name
from livemusic.ui.preferences.page import Page, entries_of, words
from livemusic.ui.preferences.style import LABEL_WIDTH
from livemusic.ui.saving import ask_file

_HIT = "Press “Hit to learn” and hit a pad: its note joins those that play the drum, and leaves any other."
_DEAF = "To learn by hitting, switch on your pads on the page “Controllers” first."
_MAP_FILES = "Drum maps (*.json);;All files (*)"


class DrumsPage(Page):
    """The drum map: chosen, edited, learned by hitting, kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Drums", "The notes each drum is sent as, and the notes that play it.", parent)
        self._map = Settings().drum_map
        self._maps: tuple[DrumMap, ...] = DRUM_MAPS
        self.map = ChoiceBox("Drum map", "Fits the drums to your instrument and your pads", self.sheet)
        self.map.chosen.connect(self._choose)
        self.lanes = LaneTable(self.sheet)
        for row in self.lanes.rows:
            row.edited.connect(lambda lane, voice=row.voice: self._edit(voice, lane))
            row.asked.connect(self.asked)
            row.puzzled.connect(self._say)
        self.save = button("Save as…", "Keep the map as it is now under a name", self.sheet)
        self.bring = button("Import…", "Read a map from a file and keep it", self.sheet)
        self.give = button("Export…", "Write the map to a file, for another machine or another player", self.sheet)
        self.save.clicked.connect(self._save)
        self.bring.clicked.connect(self._import)
        self.give.clicked.connect(self._export)
        self.said = words("", "warning", self.sheet)
        self.said.setAccessibleName("Result of the last change")
        self.said.hide()
        chosen = self.card("DRUM MAP")
        chosen.add("Map", self.map, "Choose what your instrument understands, then change single drums below.")
        files = QHBoxLayout()
        files.setSpacing(8)
        files.addSpacing(LABEL_WIDTH + 14)
        for each in (self.save, self.bring, self.give):
            files.addWidget(each)
        files.addStretch(1)
        chosen.rows.addLayout(files)
        chosen.rows.addWidget(self.said)
        table = self.card("DRUMS")
        table.rows.addWidget(self.lanes)
        self._hint = words("", "help", self.sheet)
        table.rows.addWidget(self._hint)
        self.cards.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """What is so."""
        self._map = settings.drum_map
        self._hint.setText(_HIT if settings.controllers or settings.midi_in != "none" else _DEAF)
        for row, lane in zip(self.lanes.rows, self._map.lanes, strict=True):
            row.show_lane(lane)
        self._fill()

    def show_maps(self, maps: tuple[DrumMap, ...]) -> None:
        """Which maps there are."""
        self._maps = maps
        self._fill()

    def show_state(self, snapshot: Snapshot) -> None:
        """Which drum is being learned."""
        learning = snapshot.surface.learning
        for row in self.lanes.rows:
            row.show_learning(learning == f"lane {VOICE_NAMES[row.voice]}", pulse(snapshot.now))

    def _fill(self) -> None:
        names = tuple(each.name for each in self._maps)
        name = shown_name(self._map, self._maps)
        self.map.show_entries(entries_of(names if name in names else (*names, name)), name)

    def _choose(self, name: str) -> None:
        self._say("")
        chosen = next((each for each in self._maps if each.name == name), None)
        if chosen is not None:
            self.changed.emit({"drum_map": chosen})

    def _edit(self, voice: int, lane: Lane) -> None:
        self._say(moved(self._map, voice, lane.hears))
        self.changed.emit({"drum_map": with_lane(self._map, voice, lane, self._maps)})

    def _save(self) -> None:
        name, meant = QInputDialog.getText(
            self, "Save the drum map", "A name for the map:", text=base_name(self._map.name)
        )
        name = name.strip()
        if not meant or not name:
            return
        if any(each.name.casefold() == name.casefold() for each in DRUM_MAPS):
            self._say(f"{name!r} is built in: choose another name.")
        else:
            self._keep(DrumMap(name, self._map.lanes))

    def _import(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Import a drum map", str(Path.home()), _MAP_FILES)
        if path:
            self._try(lambda: self._keep(read_map(path)))

    def _export(self) -> None:
        wanted = Path.home() / map_file_name(self._map.name)
        path = ask_file(self, "Export the drum map", wanted, _MAP_FILES, (".json",))
        if path is not None:
            self._try(lambda: write_map(path, self._map))

    def _keep(self, drum_map: DrumMap) -> None:
        def keep() -> None:
            keep_map(drum_map)
            self.show_maps(list_maps())
            self.changed.emit({"drum_map": drum_map})

        self._try(keep)

    def _try(self, do: Callable[[], None]) -> None:
        self._say("")
        try:
            do()
        except PresetError as problem:
            self._say(str(problem))

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
