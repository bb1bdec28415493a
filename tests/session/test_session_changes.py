import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from livemusic.session.changes import EVERYTHING, History, differences
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings

SESSION = Session(Preset("a", (Clip("a", 16, {"kick": ((0, 100, 0),)}),) * 4))
OTHER_CORNERS = (Clip("b", 16, {"kick": ((0, 99, 0),)}), *SESSION.preset.corners[1:])


def with_settings(**fields: object) -> Session:
    return replace(SESSION, settings=replace(SESSION.settings, **fields))


def with_preset(**fields: object) -> Session:
    return replace(SESSION, preset=replace(SESSION.preset, **fields))


def test_every_field_of_a_session_is_a_change() -> None:
    fields = {*Settings.__struct_fields__, *Preset.__struct_fields__} - {"format"}
    assert fields == EVERYTHING


def test_without_a_session_before_everything_changes() -> None:
    assert differences(None, SESSION) == EVERYTHING


def test_equal_sessions_change_nothing() -> None:
    assert differences(SESSION, Session(replace(SESSION.preset), replace(SESSION.settings))) == frozenset()


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        (with_settings(source="b.wav"), {"source"}),
        (with_settings(midi_out="none", sound_out="none"), {"midi_out", "sound_out"}),
        (with_settings(drums="drums-2"), {"drums"}),
        (with_preset(bpm=90.0), {"bpm"}),
        (with_preset(mode="blend", locks=(1,)), {"mode", "locks"}),
        (with_preset(corners=OTHER_CORNERS), {"corners"}),
        (with_preset(name="b", anchors=((1.0,), None, None, None)), {"name", "anchors"}),
    ],
)
def test_only_what_differs_changes_either_way(new: Session, changes: set[str]) -> None:
    assert differences(SESSION, new) == changes
    assert differences(new, SESSION) == changes


def test_undo_and_redo_walk_the_same_way() -> None:
    sessions = [SESSION, with_preset(bpm=90.0), with_preset(bpm=91.0)]
    history = History(sessions[0]).push(sessions[1]).push(sessions[2])
    assert history.undo().present == sessions[1]
    assert history.undo().undo().present == sessions[0]
    assert history.undo().undo().redo().redo() == history


def test_a_new_change_forgets_what_was_undone() -> None:
    history = History(SESSION).push(with_preset(bpm=90.0)).undo().push(with_preset(bpm=80.0))
    assert history.redo() == history
    assert history.undo().present == SESSION


def test_applying_the_present_again_is_no_step() -> None:
    history = History(SESSION).push(with_preset(bpm=90.0)).undo()
    assert history.push(with_preset()) == history


@settings(deadline=None)
@given(st.lists(st.sampled_from((30.0, 40.0, 50.0, 60.0, "undo", "redo"))), st.integers(0, 4))
def test_history_does_what_two_stacks_do(moves: list[float | str], limit: int) -> None:
    history = History(SESSION, limit=limit)
    past, present, future = [], SESSION, []
    for move in moves:
        if move == "undo":
            history = history.undo()
            if past:
                future.append(present)
                present = past.pop()
        elif move == "redo":
            history = history.redo()
            if future:
                past.append(present)
                present = future.pop()
        else:
            session = with_preset(bpm=move)
            history = history.push(session)
            if session != present:
                past.append(present)
                past, present, future = past[-limit:] if limit else [], session, []
        assert history.present == present
        assert [step.session for step in history.past] == past
