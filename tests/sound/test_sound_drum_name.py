"""Which drum a file is, told from names as sample packs have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.kit import Voice
from livemusic.sound.drum_name import PEDAL, RIM, read_name, tom_sizes

KICK, SNARE, CLOSED, OPEN = Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT, Voice.OPEN_HAT
LOW, MID, HIGH, CRASH, RIDE = Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM, Voice.CRASH, Voice.RIDE


@pytest.mark.parametrize(
    ("name", "drum"),
    [
        ("Kick_01", KICK), ("BD0025", KICK), ("36_Power_Kick", KICK), ("Bass Drum 2", KICK), ("KdrumL", KICK),
        ("vintage-snare-03", SNARE), ("SD", SNARE), ("snr_hard", SNARE), ("sn_vl3_rr4", SNARE),
        ("hh closed", CLOSED), ("CHH 2", CLOSED), ("hihat", CLOSED), ("HihatClosed", CLOSED), ("closedhh_03", CLOSED),
        ("mfb_cl_hat", CLOSED), ("Hat Open", OPEN), ("OHH", OPEN), ("OP_SH_Hat_1", OPEN), ("openhh_14", OPEN),
        ("hihat_oh01", OPEN), ("STMP_Hat_1", PEDAL), ("hat pedal", PEDAL), ("44_Hi-Hat_Foot", PEDAL),
        ("tom low", LOW), ("F_Tom_1_L", LOW), ("Floor Tom", LOW), ("LT25", LOW), ("mfb_lo_tom", LOW),
        ("tom_mid_2", MID), ("47_Tom_Med", MID), ("hitom", HIGH), ("48_Tom_Hi", HIGH), ("rack tom", HIGH),
        ("Crash 16", CRASH), ("CY5050", CRASH), ("Cymbals01", CRASH), ("splash-01", CRASH), ("Ride2", RIDE),
        ("PL_BELL_ride_1", RIDE), ("rimshot", RIM), ("37", RIM), ("38", SNARE), ("42", CLOSED), ("51 something", RIDE),
        ("clap", None), ("cowbell", None), ("99", None), ("vocals", None), ("tom1", None),
    ],
)  # fmt: skip
def test_a_name_says_its_drum(name: str, drum: int | None) -> None:
    assert read_name(name).drum == drum


def test_a_name_says_how_hard_it_was_struck() -> None:
    ranks = [
        read_name(name).rank
        for name in ("kick_v1", "kick vel064", "kick_vl12_rr3", "kick_soft", "kick_hard", "kick_03")
    ]
    assert ranks[:3] == [1, 64, 12]
    assert ranks[3] is not None
    assert ranks[4] is not None
    assert ranks[3] < ranks[4]
    assert ranks[5] is None


def test_takes_and_layers_are_of_one_kind_and_another_drum_is_not() -> None:
    kinds = {read_name(name).kind for name in ("Kick_1", "Kick_2", "kick_03")}
    assert len(kinds) == 1
    assert read_name("Sub_Kick_1").kind not in kinds


def test_bells_and_splashes_are_less_usual_than_rides_and_crashes() -> None:
    assert read_name("ride bell").odd > read_name("ride").odd
    assert read_name("splash").odd > read_name("crash").odd


def test_numbered_toms_go_from_the_highest_down() -> None:
    assert not read_name("tom2").sized
    assert tom_sizes([3, 1, 2]) == {1: HIGH, 2: MID, 3: LOW}
    assert tom_sizes([1, 2, 3, 4]) == {1: HIGH, 2: MID, 3: MID, 4: LOW}
    assert tom_sizes([7]) == {7: MID}
    assert tom_sizes([]) == {}


@given(st.text(max_size=60))
def test_any_name_is_read(name: str) -> None:
    told = read_name(name)
    assert told.drum is None or told.drum in {*Voice, RIM, PEDAL}
