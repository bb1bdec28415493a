"""Hands on pads and knobs: what is taught is done, what is played is heard and written, and controllers show it."""

import pytest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.actions import TARGETS, target_of
from livemusic.engine.surface import Mapping
from livemusic.music.event import note_off, note_on
from livemusic.session.control import Binding, Control
from tests.engine.surface_room import PADS, Rig, knob, replace_struct

KNOB = Control(PADS, "control", 1, 20)


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
