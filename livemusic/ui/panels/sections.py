"""The menu of the music's sections: what each kind is called, what it brings, and whether they are followed."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from livemusic.engine.edits import CarrySection, FollowSections, NameSection
from livemusic.engine.snapshot import StructureState
from livemusic.latent.structure import letter
from livemusic.session.preset import CORNERS, Preset
from livemusic.session.section import SECTIONS, Notes, SectionNote, called, note_on
from livemusic.ui.panels.heading import add_heading
from livemusic.ui.panels.naming import ask_name

_NONE_YET = "No sections yet: they appear a few seconds into the music"


class SectionsMenu(QMenu):
    """An entry for every kind of section that was heard or has a note; `asked` carries the requests.

    `fill` makes it anew from what the engine told last.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sections", parent)
        self.aboutToShow.connect(lambda: self.fill(*self._known))
        self._known: tuple[StructureState, Preset | None, tuple[str, ...]] = (StructureState(), None, ())

    def show_state(self, state: StructureState, preset: Preset | None, presets: tuple[str, ...]) -> None:
        """What was heard, what is noted, and the names of the presets there are."""
        self._known = state, preset, presets

    def fill(self, state: StructureState, preset: Preset | None, presets: tuple[str, ...]) -> None:
        """Make the entries."""
        self.clear()
        notes = () if preset is None else preset.sections
        follow = self.addAction("Follow the sections")
        follow.setCheckable(True)
        follow.setChecked(preset is not None and preset.follow_sections)
        follow.setToolTip("When a section begins, go to what it recalls at the next bar")
        follow.triggered.connect(lambda on: self.asked.emit(FollowSections(on)))
        self.addSeparator()
        labels = _labels(state, notes)
        here = state.sections[state.here].label if 0 <= state.here < len(state.sections) else -1
        for label in labels:
            menu = self.addMenu(_title(label, note_on(label, notes)) + (" — now" if label == here else ""))
            self._fill_one(menu, label, note_on(label, notes), preset, presets)
        if not labels:
            self.addAction(_NONE_YET).setEnabled(False)

    def offer_names(self, menu: QMenu) -> None:
        """Put into a menu of another place that each kind of section can be renamed."""
        state, preset, _ = self._known
        notes = () if preset is None else preset.sections
        for label in _labels(state, notes):
            name = note_on(label, notes).name
            entry = menu.addAction(f"Section {letter(label)}{f', {name}' if name else ''}…".replace("&", "&&"))
            entry.triggered.connect(lambda *_, label=label, name=name: self._rename(label, name))

    def fill_section(self, menu: QMenu, label: int) -> None:
        """Put into a menu of another place what can be done with one kind of section."""
        _, preset, presets = self._known
        if label < SECTIONS:
            self._fill_one(menu, label, note_on(label, () if preset is None else preset.sections), preset, presets)

    def _fill_one(
        self, menu: QMenu, label: int, note: SectionNote, preset: Preset | None, presets: tuple[str, ...]
    ) -> None:
        """What can be done with one kind of section."""
        menu.addAction("Rename…").triggered.connect(lambda *_: self._rename(label, note.name))
        add_heading(menu, "Recalls")
        group = QActionGroup(menu)
        choices = [("Nothing", CarrySection(label))]
        choices += [(f"The {corner} corner", CarrySection(label, corner=place)) for place, corner in enumerate(CORNERS)]
        choices += [
            (f"Scene {scene.name}", CarrySection(label, scene=place))
            for place, scene in enumerate(() if preset is None else preset.scenes)
            if scene is not None
        ]
        for text, request in choices:
            self._offer(menu, group, text, request, note)
        if presets:
            more = menu.addMenu("A preset")
            for name in presets:
                self._offer(more, group, name, CarrySection(label, preset=name), note)

    def _offer(self, menu: QMenu, group: QActionGroup, text: str, request: CarrySection, note: SectionNote) -> None:
        entry = group.addAction(text)
        entry.setCheckable(True)
        entry.setChecked((request.corner, request.scene, request.preset) == (note.corner, note.scene, note.preset))
        entry.triggered.connect(lambda *_: self.asked.emit(request))
        menu.addAction(entry)

    def _rename(self, label: int, name: str) -> None:
        new = ask_name(self, "Rename the section", f"What is section {letter(label)} called?", name)
        if new is not None:
            self.asked.emit(NameSection(label, new))


def names_of(notes: Notes) -> dict[int, str]:
    """The names that were given, by label."""
    return {label: note.name for label, note in enumerate(notes) if note is not None and note.name}


def _labels(state: StructureState, notes: Notes) -> list[int]:
    """The kinds of sections that were heard or have a note."""
    heard = {section.label for section in state.sections if section.label < SECTIONS}
    return sorted(heard | {label for label, note in enumerate(notes) if note is not None})


def _title(label: int, note: SectionNote) -> str:
    """A section's letter, its name and what it brings."""
    words = letter(label) if not note.name else f"{letter(label)}  {called(label, (*[None] * label, note))}"
    if note.corner is not None:
        return f"{words} → {CORNERS[note.corner]}"
    if note.scene is not None:
        return f"{words} → scene {note.scene + 1}"
    return f"{words} → {note.preset}" if note.preset else words
