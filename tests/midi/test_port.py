"""Ports are found by name, whatever the system adds to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.errors import DeviceError
from livemusic.midi.port import find_port

ALSA = ["Midi Through:Midi Through Port-0 14:0", "Synth:Synth in 129:0", "Synth:Synth thru 129:1", "Flügel:in 130:0"]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ("Synth:Synth in 129:0", 1),
        ("Synth:Synth in 131:0", 1),  # replugged: another client number
        ("synth in", 1),
        ("thru", 2),
        ("FLÜGEL", 3),
        ("through port", 0),
    ],
)
def test_a_name_finds_its_port(wanted: str, index: int) -> None:
    assert find_port(wanted, ALSA) == index


@pytest.mark.parametrize("wanted", ["Synth", "in", "Moog", "", "  "])
def test_what_is_ambiguous_or_absent_is_answered(wanted: str) -> None:
    with pytest.raises(DeviceError, match=r"could be|is named"):
        find_port(wanted, ALSA)


def test_no_ports_at_all() -> None:
    with pytest.raises(DeviceError, match="none at all"):
        find_port("Synth", [])


def test_of_two_with_one_name_the_first_is_taken() -> None:
    assert find_port("Synth", ["Pad", "Synth", "Synth"]) == 1


@given(st.lists(st.text(), min_size=1), st.data())
def test_every_listed_name_opens(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    assert names[find_port(name, names)] == name
