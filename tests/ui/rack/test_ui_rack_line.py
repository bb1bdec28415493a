"""The plugins in order: edits, what they keep, and what is said of a control."""

from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.session.control import Binding
from livemusic.session.control import Control as Knob
from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import Clip, Preset
from livemusic.sound.plugins.description import Parameter
from livemusic.sound.protocol import ChainReport, Control, PluginReport
from livemusic.ui.rack.line import Line
from livemusic.ui.rack.readings import by_use, latency_text, load_text, number, short, value_text

CLIP = Clip("c", 16, {})
A, B, C = (PluginSlot(f"/{name}.vst3", state=name.encode(), values={"Old": 0.1}) for name in "abc")
SYNTH = PluginSlot("/synth ü.vst3", "Two")


def preset(*effects: PluginSlot, instrument: PluginSlot | None = None) -> Preset:
    return Preset("p", (CLIP, CLIP, CLIP, CLIP), instrument=instrument, effects=effects)


def report(place: int, slot: PluginSlot, **values: float) -> PluginReport:
    controls = tuple(Control(Parameter(name), value, "") for name, value in values.items())
    return PluginReport(place, slot.path, controls=controls)


def test_a_moved_plugin_keeps_its_state_and_where_its_controls_are_now() -> None:
    chain = ChainReport(1, (report(1, A, Drive=0.7), report(2, B, Mix=0.25)))
    asked = Line.of(preset(A, B, C, instrument=SYNTH), chain).moved(1, 3).rewire()
    assert [slot.path for slot in asked.effects] == [B.path, C.path, A.path]
    assert asked.instrument == SYNTH
    assert asked.effects[2] == PluginSlot(A.path, "", b"a", {"Old": 0.1, "Drive": 0.7})
    assert asked.effects[0].values == {"Old": 0.1, "Mix": 0.25}
    assert asked.effects[1] == C  # nothing was reported of it


def test_a_control_that_says_no_number_stays_as_it_was_wanted() -> None:
    slot = msgspec.structs.replace(A, values={"Drive": 0.3})
    chain = ChainReport(1, (report(1, slot, Drive=nan, Mix=inf, Gain=1.5, Low=-0.5),))
    assert Line.of(preset(slot), chain).rewire().effects[0].values == {"Drive": 0.3, "Gain": 1.0, "Low": 0.0}


def test_a_report_about_another_file_is_not_about_us() -> None:
    seats = Line.of(preset(A, B), ChainReport(9, (report(1, B, Mix=0.5), report(2, B, Mix=0.5), report(7, C)))).seats
    assert seats[1].report is None
    assert seats[1].state == "waiting"
    assert seats[2].state == "on"


def test_controls_that_were_taught_follow_their_plugin_and_go_with_it() -> None:
    knob = Knob("box", "control", 1, 7)
    names = ("plugin 1 Wet / Dry", "plugin 2 Mix", "plugin 0 Cut off", "swing", "plugin x y")
    bindings = tuple(Binding(knob, name, 0.2, 0.8) for name in names)
    line = Line.of(preset(A, B, instrument=SYNTH), ChainReport())
    moved = line.moved(2, 1).rebound(bindings)
    assert [each.target for each in moved] == [
        "plugin 2 Wet / Dry", "plugin 1 Mix", "plugin 0 Cut off", "swing", "plugin x y",
    ]  # fmt: skip
    assert all((each.low, each.high) == (0.2, 0.8) for each in moved)
    assert [each.target for each in line.without(1).rebound(bindings)] == [
        "plugin 1 Mix", "plugin 0 Cut off", "swing", "plugin x y",
    ]  # fmt: skip
    assert "plugin 0 Cut off" not in [each.target for each in line.with_instrument(A).rebound(bindings)]
    assert line.with_effect(C).rebound(bindings) == bindings


@given(st.lists(st.sampled_from((A, B, C)), max_size=6), st.integers(-3, 9), st.integers(-3, 9))
def test_moving_loses_nobody_and_moving_back_undoes_it(slots: list[PluginSlot], place: int, to: int) -> None:
    line = Line.of(preset(*slots), ChainReport())
    moved = line.moved(place, to)
    assert sorted(seat.was or 0 for seat in moved.effects) == list(range(1, len(slots) + 1))
    if 1 <= place <= len(slots):
        landed = min(max(to, 1), len(slots))
        assert moved.effects[landed - 1].was == place
        assert moved.moved(landed, place) == line
    else:
        assert moved == line


def test_removing_closes_the_gap() -> None:
    line = Line.of(preset(A, B, C, instrument=SYNTH), ChainReport())
    assert [seat.slot for seat in line.without(2).effects] == [A, C]
    assert line.without(0).instrument is None
    assert len(line.without(0).effects) == 3


@pytest.mark.parametrize(
    ("text", "unit", "steps", "value", "said"),
    [
        ("-6.200000", "dB", 0, 0.5, "-6.2 dB"),
        ("-0.000000", "dB", 0, 1.0, "0.0 dB"),
        ("9.999999", "ms", 0, 0.1, "10.0 ms"),
        ("0.050000", "", 0, 0.1, "0.05"),
        ("20000.0", "Hz", 0, 1.0, "20000 Hz"),
        ("VocalLeveller", "", 3, 1.0, "VocalLeveller"),
        ("-6.2 dB", "dB", 0, 0.5, "-6.2 dB"),
        ("1.000000", "", 2, 1.0, "On"),
        ("0.000000", "", 2, 0.0, "Off"),
        ("Hall", "", 2, 1.0, "Hall"),
        ("", "", 0, 0.333, "33 %"),
        ("", "", 0, nan, "–"),
        ("nan", "Hz", 0, nan, "–"),
        ("-inf", "dB", 0, 0.0, "–∞ dB"),
        ("größer 🎛", "", 0, 0.0, "größer 🎛"),
    ],
)
def test_values_are_said_as_the_plugin_says_them_at_a_readable_length(
    text: str, unit: str, steps: int, value: float, said: str
) -> None:
    assert value_text(Control(Parameter("p", unit, steps=steps), value, text), value) == said


@given(st.floats(-1e6, 1e6, allow_subnormal=False))
def test_a_short_number_is_near_the_long_one(amount: float) -> None:
    assert abs((number(short(amount)) or 0.0) - amount) <= max(0.0051, 0.006 * abs(amount))


def test_useful_controls_come_first_and_those_that_do_nothing_last() -> None:
    names = ("Current Program", "Slew", "Bypass", "Threshold", "Wet / Dry", "Param 17")
    controls = tuple(Control(Parameter(name), 0.0, "") for name in names)
    dead = Control(Parameter("Gain", low="Zero", high="Zero"), 0.0, "")
    assert [each.parameter.name for each in by_use((dead, *controls))] == [
        "Threshold", "Wet / Dry", "Slew", "Param 17", "Current Program", "Bypass", "Gain",
    ]  # fmt: skip


def test_figures_are_words_where_they_are_no_numbers() -> None:
    assert (latency_text(nan), latency_text(0.0), latency_text(10.0)) == ("latency unknown", "no latency", "10.0 ms")
    assert (load_text(nan), load_text(0.001), load_text(0.25)) == ("load unknown", "load < 1 %", "load 25 %")
