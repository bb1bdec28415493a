"""Endless encoders and parameter knobs: learned by one turn, and moving their target on from where it stands."""

import pytest

from livemusic.engine import messages as say
from livemusic.engine.surface import Mapping
from livemusic.session.control import Binding, Control
from tests.engine.surface_room import PADS, Rig, knob, replace_struct


def parameter(number: int, value: int, kind: str = "nrpn") -> list[bytes]:
    """The messages of a 14-bit parameter knob."""
    high, low = (99, 98) if kind == "nrpn" else (101, 100)
    rows = ((high, number >> 7), (low, number & 127), (6, value >> 7), (38, value & 127))
    return [bytes((0xB0, control, data)) for control, data in rows]


def learned(rig: Rig, target: str, messages: list[bytes], apart: float = 0.02) -> Control:
    """The control that `target` has learned by one turn."""
    rig.say(say.Learn(target))
    for data in messages:
        rig.come(data)
        rig.run(apart)
    rig.run(2.0)
    (binding,) = rig.session.settings.bindings
    assert binding.target == target
    return binding.control


@pytest.mark.parametrize(
    ("values", "coding"),
    [
        ([1, 1, 2, 1, 1], "twos"),
        ([1, 1, 127, 126, 127], "twos"),
        ([127, 127, 126, 127], "twos"),
        ([65, 65, 66, 65, 65], "offset"),
        ([65, 66, 65, 63, 62, 63], "offset"),
        ([63, 63, 62, 63], "offset"),
        ([1, 2, 1, 65, 66, 65], "sign"),
        ([20, 24, 30, 37, 45], ""),
        ([127, 126, 124, 120, 110, 100], ""),
        ([60, 61, 62, 63, 64, 65, 66], ""),
    ],
)
def test_one_turn_tells_how_a_knob_speaks(values: list[int], coding: str) -> None:
    control = learned(Rig(), "swing", [knob(value) for value in values])
    assert (control.kind, control.number, control.coding) == ("control", 20, coding)


@pytest.mark.parametrize(("coding", "up", "down"), [("twos", 1, 127), ("offset", 65, 63), ("sign", 1, 65)])
def test_an_encoder_moves_on_from_where_its_target_stands(coding: str, up: int, down: int) -> None:
    rig = Rig(Binding(Control(PADS, "control", 1, 20, coding), "swing"))
    rig.listen = replace_struct(rig.listen, swing=0.5)
    rig.come(knob(up))
    rig.come(knob(up))
    assert [request.amount for request in rig.asked] == pytest.approx([0.5 + 1 / 127, 0.5 + 2 / 127])  # type: ignore[attr-defined]
    rig.run(1.0)
    rig.listen = replace_struct(rig.listen, swing=0.25)
    rig.come(knob(down))
    assert rig.asked[-1].amount == pytest.approx(0.25 - 1 / 127)  # type: ignore[attr-defined]


def test_an_encoder_stops_at_the_ends() -> None:
    rig = Rig(Binding(Control(PADS, "control", 1, 20, "twos"), "swing"))
    rig.listen = replace_struct(rig.listen, swing=0.99)
    for _ in range(5):
        rig.come(knob(15))
    assert rig.asked[-1] == say.SetSwing(1.0)


def test_an_encoder_taken_for_another_kind_is_mended_at_the_first_turn_back() -> None:
    rig = Rig()
    control = learned(rig, "swing", [knob(value) for value in (1, 1, 2, 1)])
    assert control.coding == "twos"
    rig.say(Mapping((PADS,), rig.session.settings.bindings))
    rig.come(knob(65))
    assert rig.session.settings.bindings[0].control.coding == "sign"
    assert any("chosen in the preferences" in said for said in rig.said)


def test_a_parameter_knob_is_learned_and_moves_finely() -> None:
    rig = Rig()
    turn = [data for value in (4000, 4100, 4200) for data in parameter(300, value)]
    control = learned(rig, "pad x", turn, 0.002)
    assert (control.kind, control.number) == ("nrpn", 300)
    rig.say(Mapping((PADS,), rig.session.settings.bindings))
    for data in parameter(300, 16383):
        rig.come(data)
    assert rig.asked[-1] == say.MovePad(x=1.0)


def test_increments_and_decrements_of_a_parameter_are_learned() -> None:
    rig = Rig()
    chosen = parameter(5, 0)[:2]
    control = learned(rig, "swing", [*chosen, *(bytes((0xB0, 96, 1)) for _ in range(4))])
    assert (control.kind, control.number, control.coding) == ("nrpn", 5, "steps")
    rig.say(Mapping((PADS,), rig.session.settings.bindings))
    rig.listen = replace_struct(rig.listen, swing=0.5)
    rig.come(bytes((0xB0, 97, 1)))
    assert rig.asked[-1].amount == pytest.approx(0.5 - 1 / 127)  # type: ignore[attr-defined]


def test_after_no_parameter_data_entry_is_a_plain_knob() -> None:
    rig = Rig(Binding(Control(PADS, "control", 1, 6), "swing"))
    for data in (*parameter(5, 0)[:2], bytes((0xB0, 99, 127)), bytes((0xB0, 98, 127)), bytes((0xB0, 6, 127))):
        rig.come(data)
    assert rig.asked == [say.SetSwing(1.0)]
