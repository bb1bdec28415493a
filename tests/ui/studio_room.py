"""A stand-in for the studio, and what a musician's hand does in the sketchbook's window."""

from time import perf_counter

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from livemusic.engine import messages as say
from livemusic.engine.pattern_edits import RenameDraft
from livemusic.engine.request import Request
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, StudioState, TransportState
from livemusic.session.draft_name import draft_name
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import AnyRecipe, Sketchbook
from livemusic.ui.sketchbook import SketchbookDialog
from livemusic.ui.sketchbook.form import FormPage

BEAT = Clip("Beat", 32, {"kick": ((0, 110, 0), (8, 100, 0)), "snare": ((4, 120, 12), (12, 118, -9))})
BUSY = Clip(
    "Beat", 32, {"kick": ((0, 110, 0),), "snare": ((4, 120, 12), (12, 118, -9)), "ride": ((3, 60, 0), (5, 60, 0))}
)
CORNERS = tuple(msgspec.structs.replace(BEAT, name=name) for name in ("Pocket & Co", "Straight", "Sparse", "Full"))
SESSION = Session(Preset("Plain", CORNERS, bpm=96.0), Settings())


def snapshot(**transport: object) -> Snapshot:
    whole = {"bpm": 96.04, "grid": BEAT.grid().to_bytes()} | transport
    return Snapshot(perf_counter(), 1, TransportState(**whole), ListenState(), Plug(), Plug(), Plug(), Health())


class Room:
    """A studio that makes the same pattern of everything, and remembers what it was asked."""

    def __init__(self, dialog: SketchbookDialog) -> None:
        self.dialog = dialog
        self.asked: list[Request] = []
        self.looks = 0
        self.book = Sketchbook()
        self.state = StudioState(1, ready=True, styles=("funk", "jazz"))
        self.gone = False
        self.clip = BUSY
        dialog.asked.connect(self.hear)

    def hear(self, request: Request) -> None:
        if isinstance(request, say.LookStudio):
            self.looks += 1
            if not self.gone:
                known = request.revision == self.state.revision
                self.dialog.show_studio(StudioState(request.revision) if known else self.state)
            return
        self.asked.append(request)
        match request:
            case say.Make(recipe):
                taken = [draft.clip.name for draft in self.book.drafts]
                named = msgspec.structs.replace(self.clip, name=draft_name(recipe, taken))
                self.book = self.book.added(recipe, named)
                self.take(self.book.drafts[-1].number)
            case say.Try(recipe):
                self.change(recipe=recipe, clip=self.clip, number=0)
            case say.RecallDraft(number):
                self.take(number)
            case say.DiscardDraft(number):
                self.book = self.book.without(number)
                self.change(drafts=self.book.drafts, number=0)
            case RenameDraft(name, number):
                draft = self.book.draft(self.state.number if number is None else number)
                renamed = msgspec.structs.replace(draft.clip, name=name)
                self.book = self.book.changed(draft.number, draft.recipe, renamed)
                self.take(draft.number)
            case say.Audition(on):
                self.change(auditioning=on)

    def take(self, number: int) -> None:
        draft = self.book.draft(number)
        self.change(number=number, recipe=draft.recipe, clip=draft.clip, drafts=self.book.drafts)

    def change(self, **how: object) -> None:
        whole = {"revision": self.state.revision + 1, "problem": ""} | how
        self.state = msgspec.structs.replace(self.state, **whole)

    def make(self, *recipes: AnyRecipe) -> None:
        """As somebody else might."""
        for recipe in recipes:
            self.hear(say.Make(recipe))
        self.look()

    def look(self) -> None:
        """What is seen a moment later."""
        self.dialog._ask()

    def last(self) -> Request:
        self.look()
        return self.asked[-1]


def timer(dialog: SketchbookDialog) -> QTimer:
    (found,) = (each for each in dialog.findChildren(QTimer) if each.interval() == 90)
    return found


def page(dialog: SketchbookDialog, name: str) -> FormPage:
    """The page called so, opened."""
    (found,) = (each for each in dialog.pages if each.name == name)
    dialog.open_page(found)
    QApplication.processEvents()
    return found


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def slide(page: FormPage, amount: QWidget, *places: int) -> None:
    """Move a slider by mouse over `places`, and let go."""
    amount.slider.setSliderDown(True)
    for place in places:
        amount.slider.setValue(place)
    amount.slider.setSliderDown(False)


def choose(box: QComboBox, text: str) -> None:
    """Choose an entry by hand."""
    box.showPopup()
    (row,) = (row for row in range(box.count()) if text in box.itemText(row))
    box.setCurrentIndex(row)
    box.activated.emit(row)
    box.hidePopup()
