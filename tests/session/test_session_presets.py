"""The shipped presets: readable, playable by one drummer, and made of patterns that belong together."""

from pathlib import Path

import numpy as np
import pytest

from livemusic.music.grid import STEP, VELOCITY
from livemusic.music.kit import Voice
from livemusic.music.tempo import Meter
from livemusic.session.codec import encode, read_preset
from livemusic.session.preset import Clip, Preset

FILES = sorted((Path(__file__).parents[2] / "presets").glob("*.json"))
PRESETS = [read_preset(path) for path in FILES]
CLIPS = [pytest.param(clip, preset, id=f"{preset.name}-{clip.name}") for preset in PRESETS for clip in preset.corners]


def test_there_are_enough_and_their_names_differ() -> None:
    assert len(PRESETS) >= 10
    assert len({preset.name.casefold() for preset in PRESETS}) == len(PRESETS)
    assert {preset.meter for preset in PRESETS} >= {(4, 4), (3, 4), (7, 8)}


@pytest.mark.parametrize(("path", "preset"), list(zip(FILES, PRESETS, strict=True)), ids=[path.stem for path in FILES])
def test_a_preset_is_written_as_we_write_it_and_described(path: Path, preset: Preset) -> None:
    assert path.read_bytes() == encode(preset)
    assert 40 <= len(preset.description) <= 160


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_corners_belong_together_yet_differ(preset: Preset) -> None:
    assert len({clip.steps for clip in preset.corners}) == 1
    assert len({clip.name for clip in preset.corners}) == 4
    grids = [clip.grid() for clip in preset.corners]
    for index, one in enumerate(grids):
        for other in grids[index + 1 :]:
            assert (one.hits & other.hits).sum() >= 2
            assert (one.hits ^ other.hits).sum() >= 4


@pytest.mark.parametrize(("clip", "preset"), CLIPS)
def test_a_clip_fills_one_or_two_bars(clip: Clip, preset: Preset) -> None:
    assert clip.steps * STEP in (Meter(*preset.meter).bar, 2 * Meter(*preset.meter).bar)
    bars = clip.steps * STEP / Meter(*preset.meter).bar
    assert 5 <= clip.grid().hits.sum() / bars <= 28


@pytest.mark.parametrize(("clip", "preset"), CLIPS)
def test_a_clip_can_be_played_with_two_hands_and_two_feet(clip: Clip, preset: Preset) -> None:
    hits = clip.grid().hits
    assert not (hits[:, Voice.CLOSED_HAT] & hits[:, Voice.OPEN_HAT]).any()
    # beside a cymbal the closed hat is the pedal's
    by_foot = hits[:, Voice.CLOSED_HAT] & (hits[:, Voice.RIDE] | hits[:, Voice.CRASH])
    hands = hits[:, Voice.SNARE :].sum(axis=1) - by_foot
    assert hands.max() <= 2


@pytest.mark.parametrize(("clip", "preset"), CLIPS)
def test_a_clip_has_dynamics_and_no_hit_twice(clip: Clip, preset: Preset) -> None:
    grid = clip.grid()
    velocities = grid.values[..., VELOCITY][grid.hits]
    assert np.ptp(velocities) >= 20 / 127
    assert len(grid.rows()) == sum(len(row) for row in clip.hits.values())


@pytest.mark.parametrize(("clip", "preset"), CLIPS)
def test_the_loop_begins_on_its_first_step(clip: Clip, preset: Preset) -> None:
    assert all(offset >= 0 for row in clip.hits.values() for step, _, offset in row if step == 0)
    assert clip.grid().hits[0].any()


def onsets(preset_name: str, clip_name: str, voice: Voice) -> list[int]:
    preset = next(preset for preset in PRESETS if preset.name == preset_name)
    clip = next(clip for clip in preset.corners if clip.name == clip_name)
    return np.flatnonzero(clip.grid().hits[:, voice]).tolist()


@pytest.mark.parametrize(
    ("preset", "clip", "voice", "steps"),
    [
        ("House", "four to the floor", Voice.KICK, [0, 4, 8, 12]),
        ("House", "four to the floor", Voice.OPEN_HAT, [2, 6, 10, 14]),
        ("Reggae One Drop", "one drop", Voice.KICK, [8, 24]),
        ("Trap", "open space", Voice.SNARE, [8, 24]),
        ("Drum & Bass", "two-step", Voice.SNARE, [4, 12, 20, 28]),
        ("Bossa & Samba", "bossa nova", Voice.SNARE, [0, 6, 12, 20, 26]),
        ("Jazz Ride", "swing", Voice.CLOSED_HAT, [4, 12, 20, 28]),
        ("Waltz", "parlour", Voice.KICK, [0, 12]),
    ],
)
def test_the_style_is_where_a_drummer_expects_it(preset: str, clip: str, voice: Voice, steps: list[int]) -> None:
    assert onsets(preset, clip, voice) == steps
