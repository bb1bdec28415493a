"""Teaching in the preferences: the table of targets, what moves them, and how far."""

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest

from livemusic.engine.actions import TARGETS, target_of
from livemusic.engine.edits import Configure, Forget
from livemusic.engine.messages import Learn
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, SurfaceState, TransportState
from livemusic.session.control import Binding, Control
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.ui.choices import Choices
from livemusic.ui.preferences import Preferences
from livemusic.ui.preferences.learn import LearnTable, TargetRow, pulse
from livemusic.ui.preferences.targets import GROUPS, group_of, is_value, words_of

KEYS = "Launchkey"
KNOB, PAD, KEY = Control(KEYS, "control", 1, 21), Control(KEYS, "note", 10, 40), Control(KEYS, "note", 1, 60)
BINDINGS = (
    Binding(KNOB, "pad x", 0.1, 0.903),
    Binding(PAD, "play/stop"),
    Binding(KEY, "plugin 1 Dry/Wet"),
)
EMPTY = Clip("Empty", 16, {})
PLAIN = Preset("Plain", (EMPTY, EMPTY, EMPTY, EMPTY))
SESSION = Session(PLAIN, Settings(controllers=(KEYS,), bindings=BINDINGS))


def snapshot(now: float, learning: str = "", heard: str = "") -> Snapshot:
    off = Plug()
    hands = SurfaceState(learning, heard)
    return Snapshot(now, 1, TransportState(), ListenState(), off, off, off, Health(), surface=hands)


@pytest.fixture
def asked() -> list[object]:
    return []


@pytest.fixture
def dialog(asked: list[object]) -> Iterator[Preferences]:
    dialog = Preferences()
    dialog.asked.connect(asked.append)
    dialog.show_choices(Choices(presets=(PLAIN, msgspec.structs.replace(PLAIN, name="Morning")), midi_ins=(KEYS,)))
    dialog.show_session(SESSION)
    dialog.open_page(dialog.controllers)
    dialog.show()
    yield dialog
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def table(dialog: Preferences) -> LearnTable:
    return dialog.controllers.learn


def row(dialog: Preferences, target: str) -> TargetRow:
    return table(dialog).rows[target]


def visible(dialog: Preferences) -> set[str]:
    return {target for target, row in table(dialog).rows.items() if row.isVisible()}


def test_the_table_and_the_engine_know_the_same_targets() -> None:
    listed = [target for _, targets in GROUPS for target, _ in targets]
    assert sorted(listed) == sorted(TARGETS)
    words = [word for _, targets in GROUPS for _, word in targets]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("target", "words", "group", "value"),
    [
        ("swing", "Swing", "Tempo", True),
        ("tap", "Tap the tempo", "Tempo", False),
        ("preset Late night", "Late night", "Presets", False),
        ("plugin 0 Cutoff", "Cutoff · instrument", "Plugins", True),
        ("plugin 2 Dry/Wet mix", "Dry/Wet mix · effect 2", "Plugins", True),
        ("of an older version", "of an older version", "Others", False),
    ],
)
def test_targets_in_words(target, words, group, value) -> None:
    assert (words_of(target), group_of(target), is_value(target)) == (words, group, value)


def test_each_target_shows_what_moves_it(dialog) -> None:
    assert row(dialog, "pad x").control.whole == str(KNOB)
    assert row(dialog, "play/stop").control.whole == str(PAD)
    assert row(dialog, "plugin 1 Dry/Wet").control.whole == str(KEY)
    assert row(dialog, "stop").control.whole == "–"
    forgettable = {target for target, row in table(dialog).rows.items() if row.forget.isVisible()}
    assert forgettable == {"pad x", "play/stop", "plugin 1 Dry/Wet"}
    assert {target for target, row in table(dialog).rows.items() if row.reach is not None} == {
        "pad x",
        "plugin 1 Dry/Wet",
    }
    assert row(dialog, "pad x").reach.low.isVisible()
    assert row(dialog, "pad x").reach.coding.isVisible()


def test_learning_from_the_press_to_the_binding(dialog, asked) -> None:
    swing = row(dialog, "swing")
    swing.learn.click()
    assert asked == [Learn("swing")]
    glows = []
    for now in (10.0, 10.2, 10.4):
        dialog.show_state(snapshot(now, "swing"))
        glows.append(swing._glow)
    assert len(set(glows)) == 3, "it pulses"
    assert swing.control.whole == "Move a knob, key or pad…"
    assert swing.learn.text() == "Cancel"
    assert [target for target, row in table(dialog).rows.items() if row.learn.isChecked()] == ["swing"]
    taught = Binding(Control(KEYS, "control", 1, 24), "swing")
    dialog.show_session(Session(PLAIN, msgspec.structs.replace(SESSION.settings, bindings=(*BINDINGS, taught))))
    dialog.show_state(snapshot(10.6, "", str(taught.control)))
    assert swing.control.whole == str(taught.control)
    assert swing.learn.text() == "Learn"
    assert 0 < swing._glow < 0.5, "it is the control moved last"
    assert table(dialog).heard.text() == f"Last moved: {taught.control}"


def test_teaching_can_be_called_off(dialog, asked) -> None:
    dialog.show_state(snapshot(10.0, "swing"))
    row(dialog, "swing").learn.click()
    assert asked == [Learn("")]


def test_nothing_is_taught_where_nobody_sees_it(dialog, asked) -> None:
    dialog.show_state(snapshot(10.0, "swing"))
    dialog.open_page(dialog.drums)
    dialog.show_state(snapshot(10.1, "lane kick"))
    dialog.hide()
    dialog.show()
    assert asked == [Learn(""), Learn("")]


def test_forgetting(dialog, asked) -> None:
    row(dialog, "pad x").forget.click()
    assert asked == [Forget("pad x")]
    left = msgspec.structs.replace(SESSION.settings, bindings=BINDINGS[1:2])
    dialog.show_session(Session(PLAIN, left))
    assert row(dialog, "pad x").control.whole == "–"
    assert "plugin 1 Dry/Wet" not in table(dialog).rows, "plugins are listed while they are taught"


def test_a_range_changes_its_binding_only(dialog, asked) -> None:
    box = row(dialog, "pad x").reach.low
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), "25")
    QTest.keyClick(box, Qt.Key.Key_Return)
    changed = (msgspec.structs.replace(BINDINGS[0], low=0.25, high=0.9), *BINDINGS[1:])
    assert asked == [Configure(SESSION.settings, msgspec.structs.replace(SESSION.settings, bindings=changed))]


def test_a_preset_can_be_taught_by_its_name(dialog, asked) -> None:
    row(dialog, "preset Morning").learn.click()
    assert asked == [Learn("preset Morning")]
    target_of(asked[0].target)
    dialog.show_choices(Choices(presets=(PLAIN,)))
    assert "preset Morning" not in table(dialog).rows


def test_what_is_taught_in_the_rack_shows_at_once(dialog) -> None:
    dialog.show_state(snapshot(10.0, "plugin 0 Cutoff"))
    assert row(dialog, "plugin 0 Cutoff").isVisible()
    assert row(dialog, "plugin 0 Cutoff").learn.isChecked()
    dialog.show_state(snapshot(10.1))
    assert "plugin 0 Cutoff" not in table(dialog).rows


def test_a_binding_of_another_version_can_be_seen_and_forgotten(dialog, asked) -> None:
    odd = Settings(controllers=(KEYS,), bindings=(Binding(KNOB, "wobble"),))
    dialog.show_session(Session(PLAIN, odd))
    row(dialog, "wobble").forget.click()
    assert asked == [Forget("wobble")]


def test_finding(dialog) -> None:
    table(dialog).find.setText("scene 3")
    assert visible(dialog) == {"scene 3", "store scene 3"}
    table(dialog).find.setText("launchkey note")
    assert visible(dialog) == {"play/stop", "plugin 1 Dry/Wet"}
    table(dialog).find.setText("nothing of the kind")
    assert visible(dialog) == set()
    dialog.show_state(snapshot(10.0, "swing"))
    assert visible(dialog) == {"swing"}, "what waits for the hands is always seen"
    table(dialog).find.clear()
    table(dialog).taught.click()
    assert visible(dialog) == {"pad x", "play/stop", "plugin 1 Dry/Wet", "swing"}


def test_a_control_that_nobody_hears_is_explained(dialog) -> None:
    dialog.show_session(Session(PLAIN, Settings()))
    dialog.show_state(snapshot(10.0, "swing"))
    assert "turn one on" in table(dialog).heard.text()


def test_a_pulse_stays_within_bounds() -> None:
    glows = [pulse(now / 20) for now in range(100)]
    assert 0.15 < min(glows) < 0.3
    assert 0.9 < max(glows) <= 1.0
