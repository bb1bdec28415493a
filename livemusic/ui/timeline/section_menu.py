"""What can be done with a section of the music: repeat it, name it, and say what begins with it."""

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QWidget

from livemusic.engine.edits import CarrySection, FollowSections, NameSection
from livemusic.engine.messages import LoopSong
from livemusic.engine.request import Request
from livemusic.session.section import SECTIONS, SectionNote, note_on
from livemusic.session.settings import Session
from livemusic.ui import theme
from livemusic.ui.timeline.sections import Span

Ask = Callable[[Request], None]


def section_menu(parent: QWidget, span: Span, session: Session, ask: Ask) -> QMenu:
    """A menu for `span`; what is chosen is asked for."""
    menu, preset = QMenu(parent), session.preset
    menu.addAction(f"Repeat “{span.name}”").triggered.connect(lambda *_: ask(LoopSong(span.begin, span.end)))
    if span.label >= SECTIONS:
        return menu
    menu.addAction("Name it…").triggered.connect(lambda *_: _name(parent, span, ask))
    menu.addSeparator()
    begins, note = menu.addMenu(f"With “{span.name}” begins"), note_on(span.label, preset.sections)
    _offer(begins, "Nothing", SectionNote(note.name) == note, lambda: ask(CarrySection(span.label)))
    begins.addSeparator()
    for corner, clip in enumerate(preset.corners):
        _offer(
            begins,
            f"{theme.CORNERS[corner]} {clip.name}",
            note.corner == corner,
            lambda corner=corner: ask(CarrySection(span.label, corner=corner)),
        )
    begins.addSeparator()
    for number, scene in enumerate(preset.scenes):
        if scene is not None:
            _offer(
                begins,
                f"Scene {scene.name}",
                note.scene == number,
                lambda number=number: ask(CarrySection(span.label, scene=number)),
            )
    begins.addSeparator()
    mine = f"The preset “{note.preset or preset.name}”"
    _offer(begins, mine, bool(note.preset), lambda: ask(CarrySection(span.label, preset=note.preset or preset.name)))
    _offer(
        menu,
        "Follow the sections: let begin what they bring",
        preset.follow_sections,
        lambda: ask(FollowSections(not preset.follow_sections)),
    )
    return menu


def _offer(menu: QMenu, words: str, chosen: bool, do: Callable[[], None]) -> None:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(chosen)
    action.triggered.connect(lambda *_: do())


def _name(parent: QWidget, span: Span, ask: Ask) -> None:
    question = "What are these parts called? Without a name they have their letter."
    name, sure = QInputDialog.getText(parent, "Name a section", question, QLineEdit.EchoMode.Normal, span.name)
    if sure:
        ask(NameSection(span.label, name.strip()))
