"""The pulse, at made-up times: who is to blame, and when to wait."""

import pytest

from livemusic.sound.beacon import BUSY, Beacon, Reading, code_of, place_of
from livemusic.sound.pulse import Hang, Pulse

CODE = code_of(3, 1)


def watched(seconds: float, *readings: Reading, every: float = 0.04) -> list[Hang]:
    """What the pulse says while the last of `readings` stands still for `seconds`."""
    pulse, now, said = Pulse(), 100.0, []
    for reading in (*readings, *[readings[-1]] * round(seconds / every)):
        hang = pulse.look(reading, now)
        if hang is not None:
            said.append(hang)
        now += every
    return said


def test_a_plugin_that_renders_for_ever_is_named() -> None:
    assert watched(0.3, Reading(7, CODE, 0, 0)) == []
    assert watched(0.6, Reading(7, CODE, 0, 0))[0] == Hang(CODE, "while it played")


def test_a_plugin_that_is_opened_may_take_its_time_while_the_music_goes_on() -> None:
    going_on = [Reading(beat, 0, CODE, 1) for beat in range(1, 250)]
    assert watched(0.1, *going_on) == []
    assert watched(0.1, *(Reading(beat, 0, CODE, 1) for beat in range(1, 600)))[0].culprit == CODE


def test_a_plugin_that_holds_everything_up_while_it_is_opened_is_named() -> None:
    assert watched(1.2, Reading(7, 0, CODE, 4)) == []
    assert watched(2.0, Reading(7, 0, CODE, 4))[0].culprit == CODE


def test_a_device_and_a_start_may_take_long() -> None:
    assert watched(10, Reading(7, BUSY, 0, 0)) == []
    assert watched(10, Reading(0, 0, 0, 0)) == []
    assert watched(30, Reading(7, BUSY, 0, 0))[0] == Hang(0, "")


def test_standing_still_for_no_reason_is_nobodys_fault() -> None:
    assert watched(1.5, Reading(7, 0, 0, 0)) == []
    assert watched(3, Reading(7, 0, 0, 0))[0] == Hang(0, "")


def test_looks_that_come_late_prove_nothing() -> None:
    assert watched(60, Reading(7, CODE, 0, 0), every=0.5) == []


@pytest.mark.parametrize("readings", [[Reading(beat, CODE, 0, 0) for beat in range(1, 100)]])
def test_a_slow_plugin_is_not_a_hanging_one(readings: list[Reading]) -> None:
    assert watched(0.0, *readings) == []


def test_a_beacon_is_read_from_another_side() -> None:
    ours = Beacon.make()
    theirs = Beacon(ours.path)
    theirs.beat()
    with theirs.playing(CODE), theirs.tending(code_of(1, 0)):
        assert ours.read() == Reading(1, CODE, code_of(1, 0), 1)
    assert ours.read() == Reading(1, 0, 0, 1)
    theirs.close()
    ours.remove()
    assert not ours.path.exists()


@pytest.mark.parametrize("place", [(1, 0), (1, 1), (900, 31)])
def test_codes_are_read_back(place: tuple[int, int]) -> None:
    assert place_of(code_of(*place)) == place
