"""What hands do, as scores: bytes in, gestures out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.midi.gesture import Gesture, GestureReader, Pickup, feedback, matches
from livemusic.session.control import KINDS, Control

PORT = "Pad"

values = st.floats(0, 1)
kinds = st.sampled_from(KINDS)
controls = st.builds(
    lambda kind, channel, number: Control(PORT, kind, channel, 0 if kind in ("bend", "pressure") else number),
    kinds,
    st.integers(1, 16),
    st.integers(0, 31).filter(lambda number: number != 6),
)


def read(*messages: str, gap: float = 0.001) -> list[tuple[str, float] | None]:
    """Kind and number, and value, of what each message in hex means; `gap` seconds from one to the next."""
    reader = GestureReader(PORT)
    gestures = [reader.read(bytes.fromhex(data), index * gap) for index, data in enumerate(messages)]
    return [each and (f"{each.control.kind} {each.control.number}", round(each.value, 4)) for each in gestures]


@pytest.mark.parametrize(
    ("data", "kind", "channel", "number", "value", "pressed"),
    [
        ("99247f", "note", 10, 36, 1.0, True),
        ("902401", "note", 1, 36, 1 / 127, True),
        ("902400", "note", 1, 36, 0.0, False),
        ("8f2440", "note", 16, 36, 0.0, False),
        ("b00740", "control", 1, 7, 64 / 127, True),
        ("b00700", "control", 1, 7, 0.0, False),
        ("b94a7f", "control", 10, 74, 1.0, True),
        ("e00040", "bend", 1, 0, 0.5, False),
        ("e00000", "bend", 1, 0, 0.0, False),
        ("e07f7f", "bend", 1, 0, 1.0, True),
        ("d07f", "pressure", 1, 0, 1.0, True),
        ("c905", "program", 10, 5, 1.0, True),
    ],
)
def test_a_message_is_a_gesture(data: str, kind: str, channel: int, number: int, value: float, pressed: bool) -> None:
    expected = Gesture(Control(PORT, kind, channel, number), value, pressed)
    assert GestureReader(PORT).read(bytes.fromhex(data), 0.0) == expected


@pytest.mark.parametrize(
    "data", ["a02440", "f8", "fa", "fe", "f21000", "f07e7f0601f7", "b07b00", "b07900", "", "90", "9024", "902480", "24"]
)
def test_what_no_hand_does_is_no_gesture(data: str) -> None:
    assert GestureReader(PORT).read(bytes.fromhex(data), 0.0) is None


def test_a_pair_is_plain_until_its_lower_half_comes_and_fine_from_then_on() -> None:
    assert read("b01040", "b03000", "b01040", "b03001", "b0107f", "b0307f") == [
        ("control 16", 0.5039),
        ("control14 16", 0.5),
        None,
        ("control14 16", 0.5001),
        None,
        ("control14 16", 1.0),
    ]


def test_the_lower_half_alone_moves_a_known_pair() -> None:
    assert read("b01040", "b03000", "b03001", gap=0.02)[2] == ("control14 16", round(8193 / 16383, 4))
    assert read("b01040", "b03000", "b03001", "b03002", gap=0.03)[3] == ("control14 16", round(8194 / 16383, 4))


def test_two_knobs_thirty_two_apart_stay_two() -> None:
    assert read("b01040", "b03020", "b01041", "b03021", gap=0.05) == [
        ("control 16", 0.5039),
        ("control 48", 0.252),
        ("control 16", 0.5118),
        ("control 48", 0.2598),
    ]


def test_a_pair_whose_lower_half_stays_away_is_plain_again() -> None:
    assert read("b01040", "b03000", "b01041", "b01042", "b01043", "b03000")[2:] == [
        None,
        ("control 16", round(66 / 127, 4)),
        ("control 16", round(67 / 127, 4)),
        ("control14 16", round(67 * 128 / 16383, 4)),
    ]


def test_pairs_of_two_channels_do_not_meet() -> None:
    assert read("b01040", "b13000") == [("control 16", 0.5039), ("control 48", 0.0)]


def test_a_parameter_is_one_knob_of_fourteen_bits() -> None:
    assert read("b06301", "b06208", "b00640", "b02600", "b0654f", "b06400") == [
        None,
        None,
        ("nrpn 136", 0.5039),
        ("nrpn 136", 0.5),
        None,
        None,
    ]


def test_knobs_six_and_thirty_eight_are_knobs_while_no_parameter_is_selected() -> None:
    plain = [("control 6", 0.5039), ("control 38", 0.0)]
    assert read("b00640", "b02600") == plain
    bend_range = [None, None, ("rpn 0", round(2 / 127, 4))]
    assert read("b06500", "b06400", "b00602", "b0657f", "b0647f", "b00640", "b02600") == [
        *bend_range,
        None,
        None,
        *plain,
    ]
    assert read("b16500", "b16400", "b00640", "b02600") == [None] * 2 + plain


@given(st.lists(st.tuples(st.binary(max_size=5), st.floats())))
def test_any_bytes_at_any_time_are_a_gesture_or_none(messages: list[tuple[bytes, float]]) -> None:
    reader = GestureReader(PORT)
    for data, at in messages:
        gesture = reader.read(data, at)
        assert gesture is None or 0.0 <= gesture.value <= 1.0


@given(st.lists(st.tuples(st.integers(0x80, 0xEF), st.integers(0, 127), st.integers(0, 127), st.floats(0, 0.1))))
def test_any_channel_messages_are_gestures_within_range(messages: list[tuple[int, int, int, float]]) -> None:
    reader, now = GestureReader(PORT), 0.0
    for status, first, second, gap in messages:
        now += gap
        data = bytes((status, first) if status & 0xE0 == 0xC0 else (status, first, second))
        gesture = reader.read(data, now)
        assert gesture is None or (0.0 <= gesture.value <= 1.0 and gesture.control.channel == (status & 15) + 1)


@given(controls, values)
def test_what_a_controller_is_shown_reads_back_as_the_same_place(control: Control, value: float) -> None:
    messages = feedback(control, value)
    if control.kind in ("program", "pressure"):
        assert messages == ()
        return
    reader = GestureReader(PORT)
    gestures = [reader.read(data, 0.0) for data in messages]
    last = gestures[-1]
    assert last is not None
    assert last.control == control
    assert last.value == pytest.approx(value, abs=0.51 / (127 if control.kind in ("note", "control") else 8191))


def test_feedback_lights_and_moves() -> None:
    def hexed(kind: str, number: int, value: float) -> list[str]:
        return [data.hex() for data in feedback(Control(PORT, kind, 10, number), value)]

    assert hexed("note", 36, 1.0) == ["99247f"]
    assert hexed("note", 36, 0.0) == ["992400"]
    assert hexed("control", 7, 7.0) == ["b9077f"]
    assert hexed("control", 7, float("nan")) == ["b90700"]
    assert hexed("control14", 7, 0.5) == ["b90740", "b92700"]
    assert hexed("bend", 0, 0.5) == ["e90040"]
    assert hexed("bend", 0, 1.0) == ["e97f7f"]


def test_a_control_is_known_by_its_port_whatever_the_system_appends() -> None:
    bound = Control("Launchpad Mini:in 20:0", "note", 1, 36)
    assert matches(bound, Control("launchpad mini:in 28:0", "note", 1, 36))
    assert not matches(bound, Control("Launchpad X:in 20:0", "note", 1, 36))
    assert not matches(bound, Control(bound.port, "note", 2, 36))
    assert not matches(bound, Control(bound.port, "note", 1, 37))
    assert not matches(bound, Control(bound.port, "control", 1, 36))


def test_a_pair_and_its_coarse_half_are_one_control() -> None:
    fine, coarse = Control(PORT, "control14", 1, 7), Control(PORT, "control", 1, 7)
    assert matches(fine, coarse)
    assert matches(coarse, fine)
    assert not matches(fine, Control(PORT, "control", 1, 39))


@given(controls)
def test_every_control_matches_itself(control: Control) -> None:
    assert matches(control, control)


def test_a_knob_away_from_its_target_waits_until_it_passes_it() -> None:
    pickup, target = Pickup(), 0.5
    moved = []
    for value in (0.1, 0.2, 0.4, 0.6, 0.8, 0.3):
        if pickup.accept(value, target):
            target = value
            moved.append(value)
    assert moved == [0.6, 0.8, 0.3]


def test_a_knob_near_its_target_has_it_at_once() -> None:
    assert Pickup().accept(0.49, 0.5)
    assert not Pickup().accept(0.47, 0.5)


def test_a_target_that_follows_late_is_not_lost() -> None:
    pickup = Pickup()
    sent = [0.5]
    for step in range(40):
        value = 0.5 + step / 80
        assert pickup.accept(value, sent[max(0, len(sent) - 8)])
        sent.append(value)


def test_a_target_that_something_else_moved_must_be_picked_up_again() -> None:
    pickup = Pickup()
    for value in (0.5, 0.6, 0.7, 0.8):
        assert pickup.accept(value, max(0.5, value - 0.1))
    assert not pickup.accept(0.81, 0.2)
    assert not pickup.accept(0.3, 0.2)
    assert pickup.accept(0.15, 0.2)


@given(st.lists(st.tuples(values, st.none() | values)))
def test_a_target_jumps_only_to_where_the_knob_passes_it_or_from_where_it_put_it(
    moves: list[tuple[float, float | None]],
) -> None:
    pickup, target, last = Pickup(), 0.5, None
    put: list[float] = []
    for value, elsewhere in moves:
        target = target if elsewhere is None else elsewhere
        if pickup.accept(value, target):
            passed = last is not None and min(last, value) <= target <= max(last, value)
            assert passed or any(abs(each - target) <= 0.02 for each in (value, *put))
            put = [*(put or [target]), value]
            target = value
        else:
            put = []
        last = value


def test_nothing_that_is_no_number_moves_a_target() -> None:
    pickup = Pickup()
    assert not pickup.accept(float("nan"), 0.5)
    assert not pickup.accept(0.9, 0.5)
    assert not pickup.accept(0.4, float("nan"))
