"""The pattern at hand and the drafts: heard, used, taken away, taken up, thrown away and brought back."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMenu, QWidget

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.pattern_edits import EditDraft, RenameDraft, UndoDraft
from livemusic.midi.files import read_pattern
from livemusic.music.grid import STEP, Grid
from livemusic.session.pattern_edits import DrawHit
from livemusic.session.preset import Clip
from livemusic.session.sketchbook import Clean, Edited, Figures, Invent, Touch, Vary
from livemusic.ui.editor.grid import spot_of
from livemusic.ui.sketchbook import SketchbookDialog
from livemusic.ui.sketchbook.drafts import cross
from livemusic.ui.sketchbook.form import FormPage
from livemusic.ui.sketchbook.hand import Change
from livemusic.ui.sketchbook.page import Page
from tests.ui.studio_room import BEAT, BUSY, CORNERS, Room, click, page, snapshot

CTRL = Qt.KeyboardModifier.ControlModifier


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
    dialog.resize(1400, 900)
    QCoreApplication.processEvents()
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
    assert Path(wanted[0]).name == "Funk sketch 96 bpm.mid"
    assert Grid.from_pattern(read_pattern(tmp_path / "beat.mid").pattern) == BUSY.grid()
    assert dialog.hand.note.text() == "Written to beat.mid."
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "beat.mid" / "in.mid"), ""))
    QTest.keyClick(dialog, Qt.Key.Key_E, CTRL)
    assert dialog.hand.note.property("role") == "fault"


def test_a_drums_name_plays_it(dialog, room) -> None:
    spot = dialog.hand.grid.lane(0).center().toPoint()
    QTest.mouseClick(dialog.hand.grid, Qt.MouseButton.LeftButton, pos=spot)
    assert room.asked == [say.PlayDrum(0, 100), say.PlayDrum(0, 0)]


# Drafts.


def test_drafts_stand_newest_first_with_their_seed(dialog, room) -> None:
    room.make(Invent(seed=3, style="funk"), Vary(clip=BEAT, seed=9))
    drafts = dialog.drafts.list
    assert [drafts.draft(row).number for row in range(2)] == [2, 1]
    texts = [drafts.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert texts == ["Beat, varied: Beat varied 30% · seed 9", "Funk sketch: Sketch, Funk · seed 3"]
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


def test_return_takes_the_only_draft_up(dialog, room) -> None:
    room.make(Invent(seed=1))
    room.change(number=0)
    room.look()
    dialog.drafts.list.setFocus()
    dialog.drafts.list.setCurrentRow(0)
    QTest.keyClick(dialog.drafts.list, Qt.Key.Key_Return)
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
    assert dialog.hand.kept.text() == ("kept" if how == "delete" else "not kept")
    assert drafts.count() == 1
    assert drafts.currentRow() == (0 if how == "delete" else -1)
    assert dialog.drafts.gone.text() == "“Sketch 2” is gone."
    click(dialog.drafts.back)
    assert room.asked[-2:] == [say.Make(Invent(seed=2)), RenameDraft("Sketch 2")]
    room.look()
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


def test_a_drag_takes_the_pattern_out(dialog, room, monkeypatch) -> None:
    room.make(Invent(seed=2))
    taken: list[tuple] = []
    monkeypatch.setattr("livemusic.ui.sketchbook.hand.drag_clip", lambda widget, *what: taken.append(what))
    grid = dialog.hand.grid
    start = grid.handle().center()
    for kind, spot in ((QEvent.Type.MouseButtonPress, start), (QEvent.Type.MouseMove, start + QPointF(60, 0))):
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, spot, grid.mapToGlobal(spot), left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(grid, event)
    assert [clip.name for clip, *_ in taken] == ["Sketch"]


def test_the_pattern_at_hand_is_edited_and_its_edits_are_undone_first(dialog, room) -> None:
    room.make(Invent(seed=2))
    del room.asked[:]
    grid = dialog.hand.grid
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=spot_of(grid, 4, 6 * STEP))
    assert room.asked == [EditDraft(DrawHit(4, 6 * STEP)), say.PlayDrum(4, 100), say.PlayDrum(4, 0)]
    edited = DrawHit(4, 6 * STEP).made_of(BUSY.grid(), 16 * STEP)
    room.change(recipe=Edited(clip=BUSY, result=Clip.of(edited, "Beat")), clip=Clip.of(edited, "Beat"), can_undo=True)
    dialog._ask()
    assert grid.pattern.grid == edited
    assert dialog.hand.note.text() == "5 hits before, 6 now: 0 taken out, 1 added"
    del room.asked[:]
    QTest.keyClick(dialog, Qt.Key.Key_Z, CTRL)
    room.change(can_undo=False, can_redo=True)
    dialog._ask()
    QTest.keyClick(dialog, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(dialog, Qt.Key.Key_Y, CTRL)
    assert room.asked == [UndoDraft(), edits.Undo(), UndoDraft(again=True)]


def test_nothing_at_hand_cannot_be_edited(dialog, room) -> None:
    grid = dialog.hand.grid
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=spot_of(grid, 4, 6 * STEP))
    assert room.asked == []


def test_grace_notes_count_as_hits_that_come_and_go() -> None:
    plain = Clip("plain", 16, {"snare": ((4, 110, 0), (12, 100, 0))})
    flam = Clip("flam", 16, {"snare": ((4, 90, 10), (4, 40, -40), (12, 100, 0))})
    assert Change.between(plain, flam).words() == "2 hits before, 3 now: 0 taken out, 1 added"
    later = Clip("later", 16, {"snare": ((4, 80, 30), (4, 36, -20), (12, 100, 0))})
    assert Change.between(flam, later).words() == "3 hits, none added and none taken out"


def test_the_pattern_at_hand_is_renamed_by_a_key(dialog, room, monkeypatch) -> None:
    proposed: list[str] = []
    monkeypatch.setattr(
        QInputDialog,
        "getText",
        lambda *words: (proposed.append(words[-1]) or "  My\n fill ", True),  # type: ignore[func-returns-value]
    )
    QTest.keyClick(dialog, Qt.Key.Key_F2)
    assert proposed == []
    room.make(Invent(seed=2, style="funk"))
    QTest.keyClick(dialog, Qt.Key.Key_F2)
    assert proposed == ["Funk sketch"]
    assert room.last() == RenameDraft("My fill")
    assert dialog.hand.name.text() == "My fill"
    assert "seed 2" in dialog.hand.name.toolTip()
    assert dialog.drafts.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("My fill: ")


def test_a_draft_is_renamed_from_its_menu_and_is_at_hand_then(dialog, room, monkeypatch) -> None:
    room.make(Invent(seed=1), Invent(seed=2))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Verse", True))
    menu = QMenu()
    dialog.drafts.list.fill_menu(menu, room.book.draft(1))
    renaming, discarding = menu.actions()
    assert renaming.text().startswith("Rename…")
    renaming.trigger()
    assert room.asked[-2:] == [say.RecallDraft(1), RenameDraft("Verse", 1)]
    room.look()
    assert dialog.hand.name.text() == "Verse"
    discarding.trigger()
    assert room.last() == say.DiscardDraft(1)


def test_saving_twice_proposes_two_names(dialog, room, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    room.make(Invent(seed=2, style="funk"))
    wanted: list[str] = []

    def save(parent, title, start, kinds):
        wanted.append(Path(start).name)
        return start, ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", save)
    QTest.keyClick(dialog, Qt.Key.Key_E, CTRL)
    QTest.keyClick(dialog, Qt.Key.Key_E, CTRL)
    assert wanted == ["Funk sketch 96 bpm.mid", "Funk sketch 96 bpm 2.mid"]
