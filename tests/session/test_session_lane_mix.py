"""How drums are mixed: who is heard, what is kept, what a broken mix says."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.session.codec import encode, read_preset
from livemusic.session.edits import with_mute_group, with_preset
from livemusic.session.lane_mix import (
    LEVELS_DB,
    USUAL_GROUPS,
    LaneMix,
    MuteGroup,
    all_lanes,
    gain_of,
    group_muted,
    silent_lanes,
    told_lanes,
)
from livemusic.session.library import find_preset
from livemusic.session.preset import Preset
from livemusic.session.settings import Session

LANES = st.builds(
    LaneMix,
    st.booleans(),
    st.booleans(),
    st.floats(*LEVELS_DB),
    st.floats(-1, 1),
    st.floats(0.1, 2),
)
MIXES = st.lists(LANES, max_size=VOICE_COUNT).map(tuple)


@pytest.fixture
def session() -> Session:
    return Session(read_preset(find_preset("House")))


def test_without_a_mix_all_are_heard() -> None:
    assert silent_lanes(()) == frozenset()


def test_a_muted_drum_is_silent_and_a_soloed_one_silences_the_others() -> None:
    assert silent_lanes((LaneMix(mute=True),)) == {0}
    assert silent_lanes((LaneMix(), LaneMix(solo=True))) == set(range(VOICE_COUNT)) - {1}
    assert silent_lanes((LaneMix(mute=True, solo=True), LaneMix(solo=True))) == set(range(VOICE_COUNT)) - {1}


@given(MIXES)
def test_a_drum_is_heard_if_it_is_not_muted_and_soloed_or_nobody_is(mix: tuple[LaneMix, ...]) -> None:
    lanes, silent = all_lanes(mix), silent_lanes(mix)
    for voice, lane in enumerate(lanes):
        alone = any(other.solo for other in lanes)
        assert (voice not in silent) == (not lane.mute and (lane.solo or not alone))


@given(MIXES)
def test_what_is_kept_of_a_mix_says_all_of_it(mix: tuple[LaneMix, ...]) -> None:
    told = told_lanes(all_lanes(mix))
    assert all_lanes(told) == all_lanes(mix)
    assert len(told) <= len(mix)
    assert not told or told[-1] != LaneMix()


def test_the_softest_level_is_silence_and_none_at_all_leaves_it() -> None:
    assert gain_of(LEVELS_DB[0]) == 0.0
    assert gain_of(0.0) == 1.0
    assert gain_of(6.0) == pytest.approx(1.9953, abs=1e-4)


def test_a_group_is_muted_when_all_its_drums_are() -> None:
    hats = MuteGroup("Hats", ("closed hat", "open hat"))
    closed = (LaneMix(), LaneMix(), LaneMix(mute=True))
    assert not group_muted(hats, closed)
    assert group_muted(hats, (*closed, LaneMix(mute=True)))
    assert not group_muted(MuteGroup("Nobody"), ())


def test_every_drum_is_in_one_of_the_usual_groups() -> None:
    assert sorted(name for group in USUAL_GROUPS for name in group.lanes) == sorted(VOICE_NAMES)


def test_groups_are_changed_added_and_taken_away(session: Session) -> None:
    low = MuteGroup("Low", ("kick", "low tom"))
    added = with_mute_group(session, 3, low)
    assert added.preset.mute_groups == (*USUAL_GROUPS, low)
    assert with_mute_group(added, 3, None) == session
    assert with_mute_group(session, 0, low).preset.mute_groups == (low, *USUAL_GROUPS[1:])
    for number in (-1, 4):
        with pytest.raises(ValueError, match="no mute group"):
            with_mute_group(session, number, low)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: LaneMix(level_db=7.0), "level_db 7.0 of a drum is outside -60..6"),
        (lambda: LaneMix(level_db=float("nan")), "level_db nan"),
        (lambda: LaneMix(pan=-1.5), "pan -1.5 of a drum is outside -1..1"),
        (lambda: LaneMix(velocity=0.0), "velocity 0.0 of a drum is outside 0.1..2"),
        (lambda: MuteGroup("  "), "has 1 to 40 letters, not 0"),
        (lambda: MuteGroup("Bells", ("cowbell",)), "there is no drum 'cowbell' to mute"),
    ],
)
def test_a_mix_that_cannot_be_says_so(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()  # type: ignore[operator]


def test_a_preset_keeps_its_mix_and_one_of_before_has_none(session: Session) -> None:
    mixed = with_preset(session, mix=(LaneMix(mute=True), LaneMix(level_db=-6.0, pan=0.5))).preset
    decoder = msgspec.json.Decoder(Preset)
    assert decoder.decode(encode(mixed)) == mixed
    fields = msgspec.to_builtins(mixed)
    del fields["mix"], fields["mute_groups"]
    before = decoder.decode(msgspec.json.encode(fields))
    assert (before.mix, before.mute_groups) == ((), USUAL_GROUPS)


def test_a_preset_mixes_nine_drums_at_most(session: Session) -> None:
    with pytest.raises(ValueError, match="9 drums at most, not 10"):
        with_preset(session, mix=(LaneMix(),) * 10)
    with pytest.raises(ValueError, match="4 mute groups at most, not 5"):
        with_preset(session, mute_groups=(MuteGroup("A"),) * 5)
