"""What must be so of everything that a hand can use, in the window and in every dialog of it."""

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QScrollArea, QWidget

from livemusic.engine.messages import SetFollow, SetLaunch
from livemusic.engine.snapshot import HeardState, SongState
from livemusic.ui import theme
from livemusic.ui.tips import Tips, beside, shown_tip
from tests.ui import tree

#: What has keys only while it is edited; else it is dragged out, which a menu does, too.
DRAGGED_OUT = ("EditorGrid", "HandGrid", "PianoRoll")
#: The room that screens have, in logical pixels, less a bar along an edge: 1366 x 768, and 2560 x 1600 at 2.
SCREENS = [QSize(1366, 728), QSize(1280, 760)]


@pytest.fixture
def full(app, window, link, until, monkeypatch):
    """A window with a song, heard drums, the harmony and captured corners."""
    plain = link.snapshot

    def crowded(look):
        told = plain(look)
        surface = msgspec.structs.replace(told.surface, show=msgspec.structs.replace(told.surface.show, harmony=True))
        return msgspec.structs.replace(told, heard=HeardState(on=True), surface=surface)

    monkeypatch.setattr(link, "snapshot", crowded)
    link.song = SongState("/songs/late.wav", 30.0, 12.0, other="/songs/early.wav")
    link.anchors = [tuple(link.points[0, 2:].tolist())] * 4
    theme.wear(app, light=False)
    window.resize(1338, 721)
    until(lambda: window.timeline.isVisible() and window.heard.isVisible() and window.harmony.view.isVisible())
    yield window
    app.setStyleSheet("")


def everything(window):
    """The window with all that can be opened in it, then every dialog with each of its pages; each is closed again."""
    yield "Window", window
    window.output.mixer.click()
    window.arrangement.tabs.turn(1)
    QApplication.processEvents()
    yield "Window, to mix and perform", window
    for name, opened in tree.DIALOGS.items():
        dialog = opened(window)
        for _ in tree.pages(dialog):
            yield name, dialog
        QDialog.close(dialog)


def test_every_dialog_is_in_the_table() -> None:
    assert tree.dialog_classes() == set(tree.DIALOGS)


@pytest.mark.parametrize("room", SCREENS, ids=["1366x768", "2560x1600 at 2"])
def test_every_dialog_fits_its_screen(full, room, monkeypatch) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda self: room)
    for name, dialog in everything(full):
        if dialog is full:
            continue
        size, least = QWidget.size(dialog), dialog.minimumSizeHint()
        assert size.width() <= room.width(), (name, size)
        assert size.height() <= room.height(), (name, size)
        assert least.width() <= size.width(), (name, least, size)
        assert least.height() <= size.height(), (name, least, size)
        for area in dialog.findChildren(QScrollArea):
            if area.isVisible() and area.widget() is not None and not area.horizontalScrollBar().isVisible():
                assert area.widget().minimumSizeHint().width() <= area.viewport().width() + 1, (name, area)


def test_whatever_a_hand_can_use_has_a_name(full) -> None:
    nameless = {tree.place(widget) for _, root in everything(full) for widget in tree.controls(root)}
    nameless = {place for place in nameless if " '' in " in place}
    assert not nameless


def test_names_are_looked_for(full) -> None:
    full.corners.follow.setAccessibleName("")
    full.corners.follow.setText("")
    assert not tree.spoken(full.corners.follow)
    assert full.corners.follow in tree.controls(full)
    assert full.pad in tree.controls(full)


def test_tab_comes_to_whatever_a_hand_can_use(full) -> None:
    for name, root in everything(full):
        for widget in tree.controls(root):
            if type(widget).__name__ not in DRAGGED_OUT:
                assert tree.takes_tab(widget), (name, tree.place(widget))


def test_tab_goes_round_the_window(full) -> None:
    full.activateWindow()
    wanted = {w for w in tree.controls(full) if w.isEnabled() and tree.takes_tab(w)}
    full.transport.play.setFocus()
    seen = set()
    for _ in range(2 * len(wanted)):
        QTest.keyClick(full.focusWidget(), Qt.Key.Key_Tab)
        seen.add(full.focusWidget())
    missed = {widget for widget in wanted - seen if not (tree.together(widget) & seen)}
    assert {tree.place(widget) for widget in missed} == set()


def looks(widget: QWidget) -> object:
    QApplication.processEvents()
    return widget.grab().toImage()


def test_whatever_has_the_keys_shows_it(full, until) -> None:
    full._timer.stop()
    for name, root in everything(full):
        root.activateWindow()
        until(root.isActiveWindow)
        for widget in tree.controls(root):
            if widget.isEnabled() and tree.takes_tab(widget):
                if (before := root.focusWidget()) is not None:
                    before.clearFocus()
                plain = looks(widget)
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                assert looks(widget) != plain, (name, tree.place(widget))


def test_return_presses_and_space_still_plays(full, link, until) -> None:
    full.corners.follow.setFocus()
    QTest.keyClick(full.corners.follow, Qt.Key.Key_Return)
    until(lambda: link.asked == [SetFollow(True)])
    full.transport.launches["bar"].setFocus()
    QTest.keyClick(full.transport.launches["bar"], Qt.Key.Key_Enter)
    until(lambda: link.asked[1:] == [SetLaunch("bar")])
    QTest.keyClick(full.corners.follow, Qt.Key.Key_Space)
    until(lambda: full.desk.snapshot.transport.playing)
    assert link.follow


def test_return_opens_a_list(full) -> None:
    box = full.sources.source
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.view().isVisible()
    box.hidePopup()


@pytest.mark.parametrize("view", ["trajectory", "spiral"])
def test_arrows_turn_what_is_seen(full, view) -> None:
    seen = full.trajectory if view == "trajectory" else full.harmony.view
    seen.setFocus(Qt.FocusReason.TabFocusReason)
    before = seen.camera
    QTest.keyClick(seen, Qt.Key.Key_Right)
    turned = seen.camera
    assert turned.yaw != before.yaw
    QTest.keyClick(seen, Qt.Key.Key_Up)
    assert seen.camera.pitch > turned.pitch
    QTest.keyClick(seen, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert seen.camera.zoom > before.zoom


def test_a_click_on_the_path_leaves_the_arrows_to_the_pad(full) -> None:
    full.pad.setFocus()
    QTest.mouseClick(full.trajectory, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert full.pad.hasFocus()


def test_no_tooltip_covers_what_it_explains(app, full) -> None:
    tips = Tips(app)
    shown = 0
    for name, root in everything(full):
        for widget in tree.controls(root):
            if not widget.toolTip() or widget.visibleRegion().isEmpty():
                continue
            spot = widget.rect().center()
            QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, spot, widget.mapToGlobal(spot)))
            if (label := shown_tip()) is None:
                continue
            shown += 1
            around = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
            covered = around.intersected(label.geometry())
            screen = widget.screen().availableGeometry()
            roomless = around.height() > screen.height() / 2 and around.width() > screen.width() / 2
            assert covered.isEmpty() or roomless, (name, tree.place(widget), label.geometry(), around)
            label.hide()
    assert shown > 40
    app.removeEventFilter(tips)
    tips.deleteLater()


SCREEN = QRect(0, 0, 1000, 700)


@pytest.mark.parametrize(
    ("around", "side"),
    [
        (QRect(100, 100, 80, 30), "below"),
        (QRect(900, 100, 90, 30), "below"),
        (QRect(100, 660, 80, 30), "above"),
        (QRect(0, 10, 300, 680), "right"),
        (QRect(700, 10, 300, 680), "left"),
        (QRect(0, 0, 1000, 700), "over"),
    ],
)
def test_a_tooltip_finds_a_place(around, side) -> None:
    size = QSize(200, 60)
    spot = QRect(beside(around, size, around.center(), SCREEN), size)
    assert SCREEN.contains(spot)
    assert spot.intersects(around) == (side == "over")
    assert {
        "below": spot.top() > around.bottom(),
        "above": spot.bottom() < around.top(),
        "right": spot.left() > around.right(),
        "left": spot.right() < around.left(),
        "over": True,
    }[side]


def test_labels_that_are_too_long_for_their_place_are_shortened_or_wrapped(full) -> None:
    for name, root in everything(full):
        for label in root.findChildren(QLabel):
            if label.isVisible() and label.window() is root and label.text() and not label.wordWrap():
                short = tree.is_ours(label, ("paintEvent", "minimumSizeHint", "resizeEvent"))
                wide = label.sizeHint().width() <= label.width() + 2
                assert short or wide or label.toolTip(), (name, label.text())
