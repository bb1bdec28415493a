"""Hands on pads and knobs: what is taught is done, what is played is heard and written, and controllers show it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.actions import TARGETS, target_of
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, SurfaceState, TransportState
from livemusic.engine.surface import ControlMessage, Mapping, Surface
from livemusic.engine.transport_view import TransportView
from livemusic.music.event import note_off, note_on
from livemusic.music.tempo import TempoMap
from livemusic.session.codec import read_preset
from livemusic.session.control import Binding, Control
from livemusic.session.library import find_preset
from livemusic.session.settings import Session
from livemusic.session.sketchbook import Played

PADS = "Pads"
#: 120 bpm, so a sixteenth is 0.125 s; song position 0 is at 100 s.
TEMPO = TempoMap(120.0, 100.0, 0)
KNOB = Control(PADS, "control", 1, 20)


def knob(value: int, number: int = 20) -> bytes:
    return bytes((0xB0, number, value))


class Rig:
    """Hands, and everything they touch."""

    def __init__(self, *bindings: Binding, **rules: Any) -> None:
        self.asked: list[object] = []
        self.struck: list[say.PlayDrum] = []
        self.taps: list[float] = []
        self.shown: list[tuple[str, bytes]] = []
        self.said: list[str] = []
        self.steps: list[tuple[str, str]] = []
        self.kept: list[Played] = []
        self.session = Session(read_preset(find_preset("House")))
        self.listen = ListenState()
        self.transport = TransportState()
        self.played = TransportView(playing=True, map=TEMPO)
        self.now = 100.0
        self.surface = Surface(
            self.ask,
            self.look,
            self.struck.append,
            self.change,
            lambda: self.played,
            lambda port, data: self.shown.append((port, data)),
            self.said.append,
            keep=lambda kept: self.kept.append(kept.recipe),
        )
        self.say(Mapping((PADS,), bindings, **rules))

    def ask(self, request: object) -> None:
        if isinstance(request, say.TapTempo):
            assert request.at is not None
            self.taps.append(request.at)
        else:
            self.asked.append(request)

    def look(self) -> Snapshot:
        surface = SurfaceState(self.surface.view.learning, "", self.surface.view.record, self.surface.view.erase)
        plug = Plug()
        return Snapshot(
            self.now, 1, self.transport, self.listen, plug, plug, plug, Health(), surface=surface, session=self.session
        )

    def change(self, alter: Callable[[Session], Session], words: str, group: str) -> None:
        self.session = alter(self.session)
        self.steps.append((words, group))

    def say(self, message: object) -> None:
        self.surface.handle(message, self.now)
        self.run(0.0)

    def come(self, data: bytes, port: str = PADS) -> None:
        self.say(ControlMessage(port, data, self.now))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while (wake := self.surface.advance(self.now)) is not None and wake <= end and wake > self.now:
            self.now = wake
        self.now = end
        self.surface.advance(self.now)

    def rows(self, voice: int, corner: int = 0) -> list[tuple[int, int, int]]:
        grid = self.session.preset.corners[corner].grid()
        return [(step, loud, offset) for step, where, loud, offset in grid.rows() if where == voice]


def test_a_pad_sounds_at_once_as_the_drum_it_is() -> None:
    rig = Rig()
    rig.come(note_on(9, 38, 111))
    rig.come(note_off(9, 38))
    assert rig.struck == [say.PlayDrum(1, 111)]
    rig.come(note_on(9, 38, 111), port="somewhere else")
    rig.come(note_on(9, 1, 111))
    assert len(rig.struck) == 1


def test_what_was_struck_is_remembered_with_its_place_in_the_song() -> None:
    rig = Rig(late=0.05)
    rig.run(0.55)
    for voice, velocity in ((0, 90), (1, 127)):
        rig.say(say.PlayDrum(voice, velocity, rig.now))
        rig.say(say.PlayDrum(voice, 0, rig.now))
        rig.run(0.25)
    assert rig.surface.view.hits == ((1, 960, 90), (2, 1440, 127))
    for _ in range(100):
        rig.come(note_on(9, 36, 100))
    assert [number for number, *_ in rig.surface.view.hits] == list(range(71, 103))


def test_without_thru_a_pad_is_silent_but_recorded() -> None:
    rig = Rig(thru=False)
    rig.say(say.SetRecord(True))
    rig.now += 0.5
    rig.come(note_on(9, 51, 90))
    rig.run(1.0)
    assert rig.struck == []
    assert rig.rows(8) == [(4, 90, 0)]


def test_a_knob_moves_what_it_was_taught_within_its_range() -> None:
    rig = Rig(Binding(KNOB, "swing", 0.2, 0.6))
    rig.come(knob(127))
    rig.come(knob(0))
    assert rig.asked == [say.SetSwing(0.6), say.SetSwing(0.2)]


def test_a_pickup_knob_waits_until_it_has_come_to_its_target() -> None:
    rig = Rig(Binding(KNOB, "swing"), pickup=True)
    rig.listen = replace_struct(rig.listen, swing=0.5)
    rig.come(knob(10))
    assert rig.asked == []
    rig.come(knob(70))
    assert rig.asked == [say.SetSwing(70 / 127)]


def test_a_fourteen_bit_knob_is_fine() -> None:
    rig = Rig(Binding(Control(PADS, "control14", 1, 5), "pad x"))
    rig.come(knob(0x40, 5))
    rig.come(knob(0x01, 37))
    assert rig.asked[-1] == say.MovePad(x=(0x40 << 7 | 1) / 16383)


def test_a_pad_taught_to_do_something_is_no_drum_any_more() -> None:
    rig = Rig(Binding(Control(PADS, "note", 10, 38), "play/stop"))
    rig.come(note_on(9, 38, 1))
    rig.come(note_off(9, 38))
    assert rig.asked == [say.Play()]
    assert rig.struck == []
    rig.transport = replace_struct(rig.transport, playing=True)
    rig.come(note_on(9, 38, 127))
    assert rig.asked[-1] == say.Stop()


def test_a_button_that_sends_controls_acts_once_a_press() -> None:
    rig = Rig(Binding(KNOB, "undo"))
    for value in (127, 127, 0, 127):
        rig.come(knob(value))
    assert rig.asked == [edits.Undo(), edits.Undo()]


def test_taps_carry_the_moment_they_came() -> None:
    rig = Rig(Binding(Control(PADS, "note", 1, 60), "tap"))
    for _ in range(3):
        rig.now += 0.5
        rig.come(note_on(0, 60, 99))
        rig.come(note_off(0, 60))
    assert rig.taps == [100.5, 101.0, 101.5]


def test_a_program_change_picks_the_preset_of_its_number() -> None:
    rig = Rig(Binding(Control(PADS, "program", 1, 3), "preset"))
    rig.come(bytes((0xC0, 7)))
    assert rig.asked == [edits.PickPreset(7)]


def test_a_program_taught_to_one_preset_calls_that() -> None:
    rig = Rig(Binding(Control(PADS, "program", 1, 3), "preset Waltz"))
    rig.come(bytes((0xC0, 7)))
    rig.come(bytes((0xC0, 3)))
    assert rig.asked == [edits.GoPreset("Waltz")]


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_everything_can_be_taught_and_done(target: str) -> None:
    kind = "program" if target == "preset" else "note"
    rig = Rig()
    rig.say(say.Learn(target))
    data = bytes((0xC0, 5)) if kind == "program" else note_on(0, 70, 80)
    rig.come(data)
    rig.run(0.2)
    assert [binding.target for binding in rig.session.settings.bindings] == [target]
    assert rig.surface.view.learning == ""
    rig.say(Mapping((PADS,), rig.session.settings.bindings))
    rig.come(data)
    assert rig.asked or rig.taps or rig.struck


def test_only_what_exists_can_be_taught() -> None:
    with pytest.raises(ValueError, match="nothing called 'fly'"):
        target_of("fly")
    assert target_of("plugin 1 Dry/Wet") is not None


def test_learning_finds_out_that_a_knob_has_fourteen_bits() -> None:
    rig = Rig()
    rig.say(say.Learn("pad y"))
    for value in range(3):
        rig.come(knob(40 + value, 7))
        rig.now += 0.001
        rig.come(knob(11, 39))
        rig.now += 0.01
    rig.run(0.2)
    assert rig.session.settings.bindings == (Binding(Control(PADS, "control14", 1, 7), "pad y"),)
    assert any("now does: pad y" in said for said in rig.said)


def test_letting_a_key_go_teaches_nothing() -> None:
    rig = Rig()
    rig.say(say.Learn("play"))
    rig.come(note_off(0, 60))
    rig.run(0.5)
    assert rig.surface.view.learning == "play"
    rig.say(say.Learn(""))
    rig.come(note_on(0, 60, 90))
    rig.run(0.5)
    assert rig.session.settings.bindings == ()


def test_a_drum_learns_by_being_hit() -> None:
    rig = Rig()
    rig.say(say.Learn("lane ride"))
    rig.come(knob(3))
    rig.run(0.2)
    assert rig.surface.view.learning == "lane ride"
    rig.come(note_on(9, 12, 90))
    rig.run(0.2)
    assert rig.session.settings.drum_map.voice(12) == 8


def test_what_is_played_joins_the_loop_where_it_was_played() -> None:
    rig = Rig(quantise=0.5)
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 4 * 2.0 + 0.125 * 6 + 0.02  # in the fifth bar, 20 ms after its seventh sixteenth
    rig.come(note_on(9, 51, 77))
    assert rig.rows(8) == []
    rig.run(0.5)
    steps = rig.session.preset.corners[0].steps
    assert rig.rows(8) == [((4 * 16 + 6) % steps, 77, 19)]


def test_a_hit_is_not_written_before_the_loop_has_passed_it() -> None:
    """Or it would be heard twice: once by hand, once by the loop."""
    rig = Rig()
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 0.125 * 4 - 0.05  # early: it moves forward to its step
    rig.come(note_on(9, 51, 77))
    rig.run(0.1)
    assert rig.rows(8) == []
    rig.run(0.3)
    assert rig.rows(8) == [(4, 77, 0)]


def test_a_hit_is_written_though_the_song_jumps_back_or_stops() -> None:
    rig = Rig()
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 3.9
    rig.come(note_on(9, 51, 77))
    rig.played = TransportView(playing=True, map=TempoMap(120.0, rig.now, 0))
    rig.run(0.5)
    assert rig.rows(8) == [(15, 77, 0)]
    rig.come(note_on(9, 49, 66))
    rig.played = TransportView(playing=False, map=TEMPO)
    rig.run(0.5)
    assert len(rig.rows(7)) == 1


def test_a_roll_is_written_while_it_is_played() -> None:
    rig = Rig()
    rig.say(say.SetRecord(True))
    for number in range(8):
        rig.now = 100.0 + 0.125 * number
        rig.come(note_on(9, 51, 60 + number))
    assert [step for step, *_ in rig.rows(8)] == [0, 1, 2, 3, 4, 5]
    rig.run(0.5)
    assert [step for step, *_ in rig.rows(8)] == list(range(8))


def test_late_gear_is_allowed_for() -> None:
    rig = Rig(late=0.040)
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 0.125 * 4 + 0.040
    rig.come(note_on(9, 51, 77))
    rig.run(0.5)
    assert rig.rows(8) == [(4, 77, 0)]


def test_a_roll_faster_than_the_grid_is_recorded_stroke_by_stroke() -> None:
    for quantise, moved in ((0.0, 8), (1.0, 0)):
        rig = Rig(quantise=quantise)
        rig.say(say.SetRecord(True))
        for tick, velocity in ((848, 60), (908, 70), (968, 80)):
            rig.now = TEMPO.seconds + tick * TEMPO.seconds_per_tick
            rig.come(note_on(9, 51, velocity))
            rig.come(note_off(9, 51))
        rig.run(1.0)
        assert rig.rows(8) == [(4, 80, moved), (4, 60, moved - 120), (4, 70, moved - 60)]


@pytest.mark.parametrize(("to", "corner"), [("nearest", 2), ("A", 0), ("D", 3)])
def test_recording_goes_to_the_corner_asked_for_says_which_and_leaves_the_hand(to: str, corner: int) -> None:
    rig = Rig(record_to=to)
    rig.listen = replace_struct(rig.listen, weights=(0.1, 0.2, 0.6, 0.1))
    rig.say(say.SetRecord(True))
    assert rig.asked == []
    assert rig.said == [f"Recording into {'ABCD'[corner]}, “{rig.session.preset.corners[corner].name}”."]
    assert rig.surface.view.into == corner
    rig.listen = replace_struct(rig.listen, weights=(0.9, 0.0, 0.1, 0.0))  # the hand goes elsewhere
    rig.now = 100.0 + 0.125 * 4
    rig.come(note_on(9, 49, 77))
    rig.run(0.5)
    assert rig.rows(7, corner) == [(4, 77, 0)]


@pytest.mark.parametrize("bars", [0, 1, 2])
def test_recording_starts_the_drums_after_the_count_in(bars: int) -> None:
    rig = Rig(count_in=bars)
    rig.played = TransportView(playing=False)
    rig.say(say.SetRecord(True))
    assert rig.asked == [say.Play(bars)]


def test_while_the_drums_play_recording_begins_at_once() -> None:
    rig = Rig(count_in=2)
    rig.say(say.SetRecord(True))
    assert rig.asked == []
    assert "bar" not in rig.said[-1]


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


def test_only_while_recording_and_playing_something_is_written() -> None:
    rig = Rig()
    before = rig.session
    rig.come(note_on(9, 51, 77))
    rig.run(1.0)
    rig.say(say.SetRecord(True))
    rig.played = TransportView(playing=False, map=TEMPO)
    rig.come(note_on(9, 51, 77))
    rig.run(1.0)
    assert rig.session == before


def test_a_struck_drum_is_erased_and_a_held_one_as_long_as_it_is_held() -> None:
    rig = Rig()
    before = rig.rows(0)
    assert [step for step, *_ in before][:2] == [0, 4]
    rig.say(say.SetErase(True))
    rig.now = 100.01
    rig.come(note_on(9, 36, 90))
    rig.come(note_off(9, 36))
    assert rig.rows(0) == before[1:]
    assert rig.struck == []
    rig.come(note_on(9, 36, 90))
    rig.run(2.0 * rig.session.preset.corners[0].steps / 16)
    rig.say(say.SetErase(False))
    assert rig.rows(0) == []


def test_the_window_can_strike_too() -> None:
    rig = Rig(thru=False)
    rig.say(say.PlayDrum(3, 100, rig.now))
    rig.say(say.PlayDrum(3, 0, rig.now))
    assert rig.struck == [say.PlayDrum(3, 100)]


def test_controllers_show_how_things_stand_but_not_against_the_hand() -> None:
    light = Control(PADS, "note", 1, 40)
    rig = Rig(Binding(KNOB, "swing"), Binding(light, "record"))
    rig.run(0.1)
    assert rig.shown == [(PADS, knob(0)), (PADS, note_on(0, 40, 0))]
    rig.shown.clear()
    rig.say(say.SetRecord(True))
    rig.run(0.1)
    assert rig.shown == [(PADS, note_on(0, 40, 127))]
    rig.shown.clear()
    rig.come(knob(64))
    rig.listen = replace_struct(rig.listen, swing=0.9)
    rig.run(0.2)
    assert rig.shown == []
    rig.run(0.3)
    assert rig.shown == [(PADS, knob(114))]
    rig.run(1.0)
    assert len(rig.shown) == 1


def test_what_can_no_longer_be_done_is_said() -> None:
    rig = Rig(Binding(KNOB, "fly"))
    rig.come(knob(100))
    assert "fly" in rig.said[0]


def test_nonsense_from_a_controller_does_nothing() -> None:
    rig = Rig(Binding(KNOB, "swing"))
    for data in (b"", b"\x90", b"\xf0\x01", b"\xb0\x14\xff", bytes((0xF8,)), b"\x00\x00"):
        rig.come(data)
    assert rig.asked == []


def replace_struct(value: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(value, **changes) if isinstance(value, msgspec.Struct) else replace(value, **changes)
