"""A take of the loop: one step of undo, and each pass of it kept and heard again."""

from livemusic.engine import messages as say
from livemusic.engine.transport_view import TransportView
from livemusic.music.event import note_off, note_on
from tests.engine.surface_room import Rig


def play(rig: Rig, *steps: int) -> None:
    """Strike the crash on these steps of the song, the velocity telling which it was."""
    for step in steps:
        rig.run(max(0.0, 100.0 + 0.125 * step - rig.now))
        rig.come(note_on(9, 49, step + 1))
        rig.come(note_off(9, 49))


def test_a_take_is_one_step_of_undo_that_says_how_much_was_played() -> None:
    rig = Rig()
    rig.say(say.SetRecord(True))
    play(rig, 0, 3, 40)
    rig.run(1.0)
    rig.say(say.SetRecord(False))
    assert {group for _, group in rig.steps} == {"take 1"}
    assert rig.steps[-1][0] == "take of 3 hits in A"
    rig.say(say.SetRecord(True))
    play(rig, 70)
    rig.run(1.0)
    assert rig.steps[-1] == ("take of 1 hit in A", "take 2")


def test_each_pass_of_the_loop_is_kept_as_a_draft_of_its_own() -> None:
    rig = Rig()
    steps = rig.session.preset.corners[0].steps
    rig.say(say.SetRecord(True))
    play(rig, 2, steps + 5, steps + 9)
    rig.run(0.5)
    assert [(kept.take, kept.number, kept.corner) for kept in rig.kept] == [(1, 1, "A")]
    play(rig, 2 * steps + 7)
    rig.say(say.SetRecord(False))
    rig.run(1.0)
    assert [(kept.take, kept.number) for kept in rig.kept] == [(1, 1), (1, 2), (1, 3)]
    assert [[step for step, _, _ in kept.clip.hits["crash"]] for kept in rig.kept] == [[2], [5, 9], [7]]
    assert [step for step, *_ in rig.rows(7)] == [2, 5, 7, 9]
    assert rig.surface.view.passes == 3


def test_passes_are_compared_in_place_and_all_of_them_come_back() -> None:
    rig = Rig()
    steps = rig.session.preset.corners[0].steps
    rig.say(say.SetRecord(True))
    play(rig, 2, steps + 5)
    rig.say(say.SetRecord(False))
    rig.run(1.0)
    recorded = rig.session
    for number, crash in ((1, [2]), (2, [5]), (0, [2, 5])):
        rig.say(say.HearPass(number))
        assert [step for step, *_ in rig.rows(7)] == crash
        assert rig.surface.view.heard_pass == number
    assert rig.session == recorded
    assert rig.steps[-1] == ("all passes of take 1 in A", "passes 1")
    rig.say(say.HearPass(3))
    assert "There is no pass 3" in rig.said[-1]


def test_stop_ends_a_take_and_keeps_what_was_played() -> None:
    rig = Rig()
    rig.say(say.SetRecord(True))
    play(rig, 2)
    rig.played = TransportView(playing=False, stopped_at=600, stops=1)
    rig.run(1.0)
    assert not rig.surface.view.record
    assert [step for step, *_ in rig.rows(7)] == [2]
    assert len(rig.kept) == 1


def test_before_anything_was_recorded_there_is_no_pass_to_hear() -> None:
    rig = Rig()
    rig.say(say.HearPass(1))
    assert rig.said == ["Nothing was recorded yet: press Record and play."]
