"""The pattern is edited in the main window: which corner is never in doubt, and what plays comes back afterwards."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from livemusic.engine.messages import LaunchCorner, StepTempo
from livemusic.engine.pattern_edits import EditPattern, SelectCorner
from livemusic.music.grid import STEP, Grid
from livemusic.session.pattern_edits import ChangeVelocity, DrawHit
from livemusic.ui.editor.grid import spot_of

LEFT = Qt.MouseButton.LeftButton
TOM = 4


def test_the_key_edits_the_corner_that_is_heard_most_and_ends_that(window, link, until) -> None:
    link.pad = (0.9, 0.8)
    link.surface = msgspec.structs.replace(link.surface, corner=1)
    until(lambda: window.desk.snapshot is not None and window.desk.snapshot.surface.corner == 1)
    QTest.keyClick(window.pad, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.editor.editing == 1 and window.editor.header.isVisible())
    header = window.editor.header
    assert header.corner.currentText() == "B, Four to the floor"
    assert header.remark.text() == "You hear a mix: 72 % of this"
    assert window.grid.hasFocus()
    header.hear.click()
    header.done.click()
    until(lambda: window.editor.editing is None and not header.isVisible())
    assert link.asked == [SelectCorner(1), LaunchCorner(1), SelectCorner(None)]


def test_a_click_on_what_plays_begins_and_the_next_one_draws(window, link, until) -> None:
    until(lambda: window.desk.session is not None and window.desk.snapshot is not None)
    QTest.mouseClick(window.grid, LEFT, pos=spot_of(window.grid, TOM, 3 * STEP))
    until(lambda: window.editor.editing == 0)
    QTest.mouseClick(window.grid, LEFT, pos=spot_of(window.grid, TOM, 3 * STEP))
    until(lambda: any(isinstance(request, EditPattern) for request in link.asked))
    assert EditPattern(0, DrawHit(TOM, 3 * STEP)) in link.asked
    until(lambda: (3, 100, 0) in window.desk.session.preset.corners[0].hits["low tom"])
    assert window.grid.pattern.grid == window.desk.session.preset.corners[0].grid()


def test_another_corner_is_chosen_in_the_header_and_shown(window, link, until) -> None:
    lone = Grid.of([(2, 8, 90, 0)], 16)
    corners = list(link.session.preset.corners)
    corners[3] = type(corners[3]).of(lone, "Lone ride")
    link.take(
        msgspec.structs.replace(
            link.session, preset=msgspec.structs.replace(link.session.preset, corners=tuple(corners))
        )
    )
    until(lambda: window.desk.corner_names[3] == "Lone ride")
    window.editor.toggle()
    until(lambda: window.editor.editing == 0)
    box = window.editor.header.corner
    box.activated.emit(box.findData("3"))
    until(lambda: window.editor.editing == 3 and window.grid.pattern.grid == lone)
    assert window.grid.length == 16 * STEP
    assert box.currentText() == "D, Lone ride"
    window.editor.toggle()
    until(lambda: window.editor.editing is None and window.grid.length == 32 * STEP)


def test_plus_and_minus_are_the_tempo_until_the_grid_has_the_keys(window, link, until) -> None:
    until(lambda: window.desk.session is not None and window.desk.snapshot is not None)
    window.editor.toggle()
    until(lambda: window.editor.editing == 0)
    window.grid.pattern.cursor = (0, 0)
    QTest.keyClick(window.grid, Qt.Key.Key_Plus)
    until(lambda: any(isinstance(request, EditPattern) for request in link.asked))
    edit = link.asked[-1]
    assert (edit.corner, edit.edit) == (0, ChangeVelocity(((0, 0),), 8))
    QTest.keyClick(window.pad, Qt.Key.Key_Plus)
    until(lambda: link.asked[-1] == StepTempo(1.0))


def test_lanes_that_are_edited_are_tall_enough_and_give_the_room_back(window, link, until) -> None:
    until(lambda: window.desk.session is not None and window.desk.snapshot is not None)
    before = window.grid.field().height()
    window.editor.toggle()
    until(lambda: window.editor.editing == 0 and window.grid.field().height() >= 200)
    window.editor.toggle()
    until(lambda: window.editor.editing is None and abs(window.grid.field().height() - before) < 4)
