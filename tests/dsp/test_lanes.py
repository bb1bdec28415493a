"""The tree of lanes."""

from livemusic.dsp.lanes import CHILDREN, HIT, LANES, LEVELS, PARENTS, VOICES, above
from livemusic.music.kit import VOICE_NAMES


def test_the_finest_lanes_are_the_voices_of_the_kit() -> None:
    assert LANES[:VOICES] == tuple(VOICE_NAMES)


def test_every_lane_but_the_topmost_is_below_another_and_all_are_hits() -> None:
    assert [lane for lane, parent in enumerate(PARENTS) if parent < 0] == [HIT]
    assert all(above(lane)[-1] == HIT for lane in range(len(LANES)) if lane != HIT)
    assert [lane for lane in range(len(LANES)) if not CHILDREN[lane]] == list(range(VOICES))


def test_each_level_tells_every_voice_once() -> None:
    for level in LEVELS:
        assert [sum(lane == voice or lane in above(voice) for lane in level) for voice in range(VOICES)] == [1] * VOICES
