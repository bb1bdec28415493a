"""The sketchbook's window: tools, what they ask for, and that it always knows how the studio is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.engine import Engine
from livemusic.engine.request import Request
from livemusic.engine.snapshot import StudioState
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import Clean, Invent, Touch, Vary
from livemusic.ui.sketchbook.form import FormPage
from tests.ui.studio_room import BEAT, CORNERS, SESSION, Room, choose, click, page, slide, timer

CTRL = Qt.KeyboardModifier.ControlModifier


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
    assert dialog.hand.name.text() == "Beat, humanised"


def test_undo_and_redo_are_the_engines(dialog, room) -> None:
    for keys, request in (("Z", edits.Undo()), ("Y", edits.Redo())):
        QTest.keyClick(dialog, getattr(Qt.Key, f"Key_{keys}"), CTRL)
        assert room.asked == [request]
        room.asked.clear()
    QTest.keyClick(dialog, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert room.asked == [edits.Redo()]


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
    assert dialog.hand.kept.text() == "kept"


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
    choose(tool.style_box, "Jazz")
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
    assert room.asked == [say.Make(Clean(bpm=96.0, clip=CORNERS[0], noise=None))]
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


# With an engine.


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(autosave=tmp_path / "session.json")
    preset = read_preset(find_preset("House"))
    engine.start(Session(preset, Settings(source="none", midi_out="none", sound_out="none")))
    yield engine
    engine.close()


def test_a_sketch_is_made_heard_and_used(dialog, engine, until: Callable) -> None:
    def ask(request: Request) -> None:
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
    choose(tool.style_box, "Rock")
    until(lambda: dialog.hand.kept.text() == "kept")
    click(dialog.hand.listen)
    until(lambda: dialog.hand.listen.isChecked() and dialog.hand.grid._playing)
    click(dialog.hand.corners[1])
    until(lambda: dialog.hand.corners[1].accessibleName().endswith("in place of Rock sketch"))
    until(lambda: not dialog.hand.listen.isChecked())
