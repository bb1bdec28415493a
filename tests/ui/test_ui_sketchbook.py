"""The sketchbook's window: tools ask for patterns, the pattern at hand is heard and used, drafts come back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLabel, QWidget

from livemusic.engine import messages as say
from livemusic.engine.engine import Engine
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, StudioState, TransportState
from livemusic.midi.files import read_pattern
from livemusic.music.grid import Grid
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import AnyRecipe, Clean, Figures, Invent, Sketchbook, Touch, Vary, words
from livemusic.ui import theme
from livemusic.ui.sketchbook import SketchbookDialog
from livemusic.ui.sketchbook.drafts import cross
from livemusic.ui.sketchbook.form import FormPage
from livemusic.ui.sketchbook.hand import Change
from livemusic.ui.sketchbook.page import Page

CTRL = Qt.KeyboardModifier.ControlModifier
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
        self.asked: list[say.Request] = []
        self.looks = 0
        self.book = Sketchbook()
        self.state = StudioState(1, ready=True, styles=("funk", "jazz"))
        self.gone = False
        self.clip = BUSY
        dialog.asked.connect(self.hear)

    def hear(self, request: say.Request) -> None:
        if isinstance(request, say.LookStudio):
            self.looks += 1
            if not self.gone:
                known = request.revision == self.state.revision
                self.dialog.show_studio(StudioState(request.revision) if known else self.state)
            return
        self.asked.append(request)
        match request:
            case say.Make(recipe):
                self.book = self.book.added(recipe, msgspec.structs.replace(self.clip, name=words(recipe)))
                self.take(self.book.drafts[-1].number)
            case say.Try(recipe):
                self.change(recipe=recipe, clip=self.clip, number=0)
            case say.RecallDraft(number):
                self.take(number)
            case say.DiscardDraft(number):
                self.book = self.book.without(number)
                self.change(drafts=self.book.drafts, number=0)
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

    def last(self) -> say.Request:
        self.look()
        return self.asked[-1]


@pytest.fixture
def dialog(app: QApplication) -> Iterator[SketchbookDialog]:
    app.setStyle("Fusion")
    app.setFont(theme.font())
    app.setStyleSheet(theme.STYLE_SHEET)
    dialog = SketchbookDialog()
    yield dialog
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.setStyleSheet("")


@pytest.fixture
def room(dialog: SketchbookDialog) -> Room:
    """A studio that is there, and the window on it."""
    room = Room(dialog)
    dialog.show_session(SESSION)
    dialog.show_state(snapshot())
    dialog.show()
    timer(dialog).stop()  # the test says when it looks
    QApplication.processEvents()
    return room


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


# The window.


def test_it_looks_at_the_studio_only_while_it_is_seen(dialog) -> None:
    looks: list[object] = []
    dialog.asked.connect(looks.append)
    assert not timer(dialog).isActive()
    dialog.show()
    assert looks == [say.LookStudio(-1, "")]
    assert timer(dialog).isActive()
    dialog.hide()
    assert not timer(dialog).isActive()
    assert looks == [say.LookStudio(-1, "")]


def test_every_tool_is_in_the_list_and_says_what_it_is_good_for(dialog, room) -> None:
    names = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert names[:5] == ["Sketch", "Vary", "Clean up", "Humanise", "Tap"]
    for tool in dialog.pages:
        dialog.open_page(tool)
        assert dialog.title.text() == tool.name
        assert dialog.lead.text() == tool.purpose
        assert tool.purpose.endswith(".")
        assert tool.isEnabled()


def test_an_answer_that_is_known_changes_nothing(dialog, room, monkeypatch) -> None:
    told: list[StudioState] = []
    monkeypatch.setattr(dialog.hand, "show_studio", told.append)
    room.look()
    room.look()
    assert told == []
    room.make(Invent(seed=4))
    assert [state.number for state in told] == [1]


def test_without_an_engine_it_waits_and_says_so(dialog, room) -> None:
    room.make(Invent(seed=4))
    room.gone = True
    for _ in range(12):
        room.look()
    assert "does not answer" in dialog.note.text()
    assert not any(tool.isEnabled() for tool in dialog.pages)
    assert not dialog.hand.listen.isEnabled()
    room.gone = False
    room.look()
    assert dialog.note.text() == ""
    assert all(tool.isEnabled() for tool in dialog.pages)
    assert dialog.hand.listen.isEnabled()


def test_without_a_dictionary_it_says_what_to_do(dialog, room) -> None:
    room.change(ready=False)
    room.look()
    assert "preferences" in dialog.note.text()
    assert not any(tool.isEnabled() for tool in dialog.pages)


def test_it_opens_at_the_tool_that_made_what_is_at_hand(dialog) -> None:
    room = Room(dialog)
    room.hear(say.Make(Touch(clip=BEAT, looseness=0.7, seed=12)))
    dialog.show()
    timer(dialog).stop()
    assert dialog.title.text() == "Humanise"
    assert dialog.hand.name.text() == "Beat humanised 100% · seed 12"


def test_undo_and_redo_are_the_engines(dialog, room) -> None:
    for keys, request in (("Z", say.Undo()), ("Y", say.Redo())):
        QTest.keyClick(dialog, getattr(Qt.Key, f"Key_{keys}"), CTRL)
        assert room.asked == [request]
        room.asked.clear()
    QTest.keyClick(dialog, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert room.asked == [say.Redo()]


@pytest.mark.parametrize("size", [(960, 640), (1240, 840)])
def test_no_word_is_cut_off(dialog, room, size) -> None:
    dialog.resize(*size)
    room.make(Clean(clip=CORNERS[0]))
    for tool in dialog.pages:
        if not isinstance(tool, FormPage):
            continue
        dialog.open_page(tool)
        QApplication.processEvents()
        scroll = dialog._stack.currentWidget()
        assert scroll.widget().width() <= scroll.viewport().width(), tool.name
        assert scroll.widget().height() <= scroll.viewport().height(), tool.name
        for button in dialog.findChildren(QAbstractButton):
            if button.isVisible() and button.text() and button not in dialog.hand.corners:
                face = button.fontMetrics()
                assert face.horizontalAdvance(button.text()) <= button.width(), button.text()
        for label in tool.findChildren(QLabel):
            if label.isVisible() and not label.wordWrap():
                assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.text()


def test_everything_is_named_and_explained_and_reached_with_the_keys(dialog, room) -> None:
    for tool in dialog.pages:
        if not isinstance(tool, FormPage):
            continue
        dialog.open_page(tool)
        for button in tool.findChildren(QAbstractButton):
            assert button.accessibleName(), button.text()
            assert button.toolTip(), button.text()
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.text()


# Tools.


def test_a_slider_tries_while_it_moves_and_makes_where_it_rests(dialog, room) -> None:
    tool = page(dialog, "Sketch")
    slide(tool, tool.variation, 40, 55, 60)
    tried = [request.recipe.variation for request in room.asked[:-1] if isinstance(request, say.Try)]
    assert tried == [0.4, 0.55, 0.6]
    assert room.asked[-1] == say.Make(room.asked[-2].recipe)
    room.look()
    assert dialog.hand.kept.text() == "draft 1"


def test_a_slider_moved_by_keys_makes_once_it_rests(dialog, room, until) -> None:
    tool = page(dialog, "Sketch")
    QTest.keyClick(tool.swing.slider, Qt.Key.Key_Right)
    QTest.keyClick(tool.swing.slider, Qt.Key.Key_Right)
    until(lambda: any(isinstance(request, say.Make) for request in room.asked))
    assert [type(request) for request in room.asked] == [say.Try, say.Try, say.Make]
    assert room.asked[-1].recipe.swing == 0.02


def test_a_sketch_has_the_musics_tempo_meter_and_length(dialog, room) -> None:
    tool = page(dialog, "Sketch")
    dialog.show_session(Session(msgspec.structs.replace(SESSION.preset, meter=(7, 8)), Settings()))
    choose(tool.style_box, "jazz")
    made = Invent(bpm=96.0, bar=14, seed=1, style="jazz", steps=32)
    assert room.last() == say.Make(made)


def test_density_is_left_to_the_tool_until_it_is_set(dialog, room) -> None:
    tool = page(dialog, "Sketch")
    assert tool.recipe().density is None
    slide(tool, tool.density, 80)
    assert room.last().recipe.density == 0.8
    click(tool.density.free)
    assert room.last().recipe.density is None


def test_another_roll_is_another_seed_and_the_number_gives_the_same_again(dialog, room) -> None:
    tool = page(dialog, "Sketch")
    seeds = set()
    for button in (tool.seed.dice, tool.seed.another) * 4:
        click(button)
        request = room.last()
        assert isinstance(request, say.Make)
        seeds.add(request.recipe.seed)
    assert len(seeds) > 4
    assert 0 <= min(seeds) <= max(seeds) < 10_000
    tool.seed.box.setFocus()
    tool.seed.box.selectAll()
    QTest.keyClicks(tool.seed.box, "77")
    QTest.keyClick(tool.seed.box, Qt.Key.Key_Return)
    assert room.last().recipe.seed == 77


def test_what_is_at_hand_already_is_not_made_twice(dialog, room) -> None:
    tool = page(dialog, "Clean up")
    click(tool.go)
    click(tool.go)
    room.look()
    click(tool.go)
    assert room.asked == [say.Make(Clean(bpm=96.0, clip=CORNERS[0], noise=0.2))]
    room.make(Invent(seed=3))
    click(tool.go)
    assert room.last() == room.asked[0]


def test_vary_keeps_the_voices_that_are_lit(dialog, room) -> None:
    tool = page(dialog, "Vary")
    click(tool.locks.switches[0])
    assert room.last() == say.Make(Vary(bpm=96.0, clip=CORNERS[0], amount=0.3, seed=1, locks=(0,)))
    click(tool.locks.switches[8])
    assert room.last().recipe.locks == (0, 8)


def test_humanise_asks_for_amount_and_looseness(dialog, room) -> None:
    tool = page(dialog, "Humanise")
    slide(tool, tool.share, 70)
    slide(tool, tool.looseness, 10)
    assert room.last() == say.Make(Touch(bpm=96.0, clip=CORNERS[0], amount=0.7, looseness=0.1, seed=1))


def test_a_page_without_a_pattern_asks_for_nothing(dialog) -> None:
    room = Room(dialog)
    dialog.show()
    timer(dialog).stop()
    tool = page(dialog, "Humanise")
    slide(tool, tool.share, 70)
    assert room.asked == []


def test_keys_that_nothing_else_wants_are_taps_on_the_tap_page(dialog, room) -> None:
    room.make(Invent(seed=1))
    tool = page(dialog, "Tap")
    for widget in (dialog.list, dialog.drafts.list, dialog):
        QTest.keyClick(widget, Qt.Key.Key_Space)
    assert len(tool.track.taps) == 3
    assert len(room.asked) == 1
    page(dialog, "Vary")
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert room.asked[-1] == say.Audition(True)


# The pattern at hand.


def test_nothing_at_hand_can_neither_be_heard_nor_used(dialog, room) -> None:
    hand = dialog.hand
    assert not any(button.isEnabled() for button in (hand.listen, hand.save, *hand.corners))
    QTest.keyClick(dialog, Qt.Key.Key_L)
    QTest.keyClick(dialog, Qt.Key.Key_1, CTRL)
    assert room.asked == []


@pytest.mark.parametrize("how", ["button", "l", "space"])
def test_it_is_heard_and_then_not(dialog, room, how) -> None:
    room.make(Invent(seed=1))
    room.asked.clear()
    for on in (True, False):
        if how == "button":
            click(dialog.hand.listen)
        else:
            QTest.keyClick(dialog, Qt.Key.Key_L if how == "l" else Qt.Key.Key_Space)
        assert room.last() == say.Audition(on)
        assert dialog.hand.listen.isChecked() == on


def test_the_playhead_runs_while_it_is_heard(dialog, room) -> None:
    room.make(Invent(seed=1))
    dialog.show_state(snapshot(playing=True, tick=480.0))
    assert dialog.hand.grid._tick == 0.0
    room.hear(say.Audition(True))
    room.look()
    dialog.show_state(snapshot(playing=True, tick=480.0))
    assert dialog.hand.grid._tick >= 480.0


def test_a_window_that_goes_lets_go_of_what_is_heard(dialog, room) -> None:
    room.make(Invent(seed=1))
    click(dialog.hand.listen)
    room.look()
    dialog.close()
    assert room.asked[-1] == say.Audition(False)
    dialog.show()
    dialog.close()
    assert room.asked.count(say.Audition(False)) == 1


def test_a_window_whose_parent_goes_lets_go_too(app) -> None:
    parent = QWidget()
    dialog = SketchbookDialog(parent)
    room = Room(dialog)
    room.hear(say.Make(Invent(seed=1)))
    room.hear(say.Audition(True))
    parent.show()
    dialog.show()
    parent.close()
    assert room.asked[-1] == say.Audition(False)
    dialog.close()
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_it_is_used_in_a_corner(dialog, room) -> None:
    room.make(Invent(seed=1))
    assert [button.text() for button in dialog.hand.corners] == ["◤ Pocket && Co", "◥ Straight", "◣ Sparse", "◢ Full"]
    click(dialog.hand.corners[2])
    assert room.asked[-1] == say.UseDraft(2)
    assert "bottom left" in dialog.hand.note.text()
    QTest.keyClick(dialog, Qt.Key.Key_4, CTRL)
    assert room.asked[-1] == say.UseDraft(3)


def test_what_a_tool_took_out_and_added_is_counted_and_shown(dialog, room) -> None:
    room.make(Clean(clip=BEAT))
    change = dialog.hand.grid.change
    assert [(block.lane, block.tick) for block in change.went] == [(0, 1920)]
    assert [(block.lane, block.tick) for block in change.came] == [(8, 720), (8, 1200)]
    assert dialog.hand.note.text() == "4 hits before, 5 now: 1 taken out, 2 added"
    room.make(Invent(seed=2))
    assert dialog.hand.grid.change is None
    assert dialog.hand.note.text() == ""
    assert Change.between(BEAT, BEAT).words() == "4 hits, none added and none taken out"
    assert Change.between(BEAT, msgspec.structs.replace(BEAT, steps=64)) is None


def test_a_wish_that_failed_is_said(dialog, room) -> None:
    room.change(problem="There is no drummer model.")
    room.look()
    assert dialog.hand.note.text() == "There is no drummer model."
    assert dialog.hand.note.property("role") == "fault"
    room.make(Invent(seed=2))
    assert dialog.hand.note.property("role") == "help"


def test_it_is_saved_as_a_midi_file(dialog, room, tmp_path, monkeypatch) -> None:
    room.make(Invent(seed=2, style="funk"))
    wanted: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *given: (wanted.append(given[2]), (str(tmp_path / "beat"), ""))[1]
    )
    click(dialog.hand.save)
    assert Path(wanted[0]).name == "Sketch funk seed 2 96 bpm.mid"
    assert Grid.from_pattern(read_pattern(tmp_path / "beat.mid").pattern) == BUSY.grid()
    assert dialog.hand.note.text() == "Written to beat.mid."
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "beat.mid" / "in.mid"), ""))
    QTest.keyClick(dialog, Qt.Key.Key_E, CTRL)
    assert dialog.hand.note.property("role") == "fault"


def test_a_drums_name_plays_it(dialog, room) -> None:
    spot = dialog.hand.grid.lane(0).center().toPoint()
    QTest.mouseClick(dialog.hand.grid, Qt.MouseButton.LeftButton, pos=spot)
    assert room.asked == [say.Strike(0, 100), say.Strike(0, 0)]


# Drafts.


def test_drafts_stand_newest_first_with_their_seed(dialog, room) -> None:
    room.make(Invent(seed=3, style="funk"), Vary(clip=BEAT, seed=9))
    drafts = dialog.drafts.list
    assert [drafts.draft(row).number for row in range(2)] == [2, 1]
    texts = [drafts.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert texts == ["Draft 2: Beat varied 30% · seed 9", "Draft 1: Sketch, funk · seed 3"]
    assert drafts.currentRow() == 0
    assert not dialog.drafts.empty.isVisible()
    assert not dialog.grab().isNull()


def row_spot(dialog: SketchbookDialog, row: int) -> QPoint:
    drafts = dialog.drafts.list
    return drafts.visualItemRect(drafts.item(row)).center()


def test_a_click_takes_a_draft_up_in_the_tool_that_made_it(dialog, room) -> None:
    vary = Vary(clip=CORNERS[2], amount=0.7, seed=9, style="jazz", locks=(1, 2))
    room.make(vary, Touch(clip=BUSY), Invent(seed=3, density=0.2, style="polka"))
    page(dialog, "Humanise")
    QTest.mouseClick(dialog.drafts.list.viewport(), Qt.MouseButton.LeftButton, pos=row_spot(dialog, 2))
    assert room.last() == say.RecallDraft(1)
    assert dialog.title.text() == "Vary"
    tool = page(dialog, "Vary")
    assert tool.recipe() == msgspec.structs.replace(vary, bpm=96.0)
    QTest.mouseClick(dialog.drafts.list.viewport(), Qt.MouseButton.LeftButton, pos=row_spot(dialog, 0))
    sketch = page(dialog, "Sketch")
    assert sketch.recipe() == Invent(bpm=96.0, seed=3, density=0.2, style="polka")
    assert [type(request) for request in room.asked[3:]] == [say.RecallDraft, say.RecallDraft]


def test_arrow_keys_go_through_the_drafts(dialog, room) -> None:
    room.make(Invent(seed=1), Invent(seed=2))
    QTest.keyClick(dialog.drafts.list, Qt.Key.Key_Down)
    assert room.asked[-1] == say.RecallDraft(1)


def test_a_double_click_lets_a_draft_be_heard(dialog, room) -> None:
    room.make(Invent(seed=1), Invent(seed=2))
    spot = row_spot(dialog, 1)
    view = dialog.drafts.list.viewport()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert say.RecallDraft(1) in room.asked
    assert room.asked[-1] == say.Audition(True)


@pytest.mark.parametrize("how", ["delete", "cross"])
def test_a_draft_that_is_thrown_away_can_be_brought_back(dialog, room, how) -> None:
    room.make(Invent(seed=1), Invent(seed=2))
    room.asked.clear()
    drafts = dialog.drafts.list
    if how == "delete":
        QTest.keyClick(drafts, Qt.Key.Key_Delete)
    else:
        spot = cross(drafts.visualItemRect(drafts.item(0))).center()
        QTest.mouseClick(drafts.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    room.look()
    assert room.asked == [say.DiscardDraft(2)] + ([say.RecallDraft(1)] if how == "delete" else [])
    assert dialog.hand.kept.text() == ("draft 1" if how == "delete" else "not kept")
    assert drafts.count() == 1
    assert drafts.currentRow() == (0 if how == "delete" else -1)
    assert dialog.drafts.gone.text() == "Draft 2 is gone."
    click(dialog.drafts.back)
    assert room.last() == say.Make(Invent(seed=2))
    assert not dialog.drafts.offer.isVisible()


def test_a_recipe_that_no_page_knows_leaves_the_page(dialog, room) -> None:
    class Blank(Page):
        pass

    assert not Blank().show_recipe(Figures(clip=BEAT))
    page(dialog, "Vary")
    dialog.pages = tuple(tool for tool in dialog.pages if isinstance(tool, FormPage))
    dialog._show_recipe(Figures(clip=BEAT))
    assert dialog.title.text() == "Vary"


def test_a_draft_with_no_hits_and_one_step_is_drawn(dialog, room) -> None:
    room.clip = Clip("Empty", 1, {})
    room.make(Invent(seed=1, steps=1))
    room.clip = Clip("Ünïcode 鼓", 1024, {"crash": tuple((step, 127, 0) for step in range(1024))})
    room.make(Vary(clip=room.clip))
    assert not dialog.grab().isNull()


# With an engine.


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(autosave=tmp_path / "session.json")
    preset = read_preset(find_preset("House"))
    engine.start(Session(preset, Settings(source="none", midi_out="none", sound_out="none")))
    yield engine
    engine.close()


def test_a_sketch_is_made_heard_and_used(dialog, engine, until: Callable) -> None:
    def ask(request: say.Request) -> None:
        reply = engine.ask(request)
        if isinstance(reply, StudioState):
            dialog.show_studio(reply)
        now = engine.ask(say.Look(points=-1))
        dialog.show_state(now)
        dialog.show_session(now.session)

    dialog.asked.connect(ask)
    dialog.show()
    until(lambda: dialog.pages[0].isEnabled())
    tool = page(dialog, "Sketch")
    choose(tool.style_box, "rock")
    until(lambda: dialog.hand.kept.text() == "draft 1")
    click(dialog.hand.listen)
    until(lambda: dialog.hand.listen.isChecked() and dialog.hand.grid._playing)
    click(dialog.hand.corners[1])
    until(lambda: dialog.hand.corners[1].accessibleName().endswith("in place of Sketch, rock · seed 1"))
    until(lambda: not dialog.hand.listen.isChecked())


def test_a_drag_takes_the_pattern_out(dialog, room, monkeypatch) -> None:
    room.make(Invent(seed=2))
    taken: list[tuple] = []
    monkeypatch.setattr("livemusic.ui.sketchbook.hand.drag_clip", lambda widget, *what: taken.append(what))
    grid = dialog.hand.grid
    start = grid.field().center()
    for kind, spot in ((QEvent.Type.MouseButtonPress, start), (QEvent.Type.MouseMove, start + QPointF(60, 0))):
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, spot, grid.mapToGlobal(spot), left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(grid, event)
    assert [clip.name for clip, *_ in taken] == ["Sketch, any style · seed 2"]
