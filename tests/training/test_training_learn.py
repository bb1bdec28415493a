"""Learning as it is measured: made-up folders that come again, and no test on near-duplicates of what was learned."""

import numpy as np
import pytest

from livemusic.latent.wta import VOICES
from livemusic.sketch.learn import LEAST_CLIPS, Clip, compare, kin
from training.data import programmed
from training.evaluate.learn import made, rows_of, twelve
from training.evaluate.reader import TorchReader


def test_programmed_clips_come_again_by_seed_and_are_kin_but_no_copies() -> None:
    for name, style in programmed.STYLES.items():
        clips, again = programmed.folder(name, 24, 1), programmed.folder(name, 24, 1)
        assert all(np.array_equal(one, other) for one, other in zip(clips, again, strict=True))
        assert not np.array_equal(clips[0][: style.bar], programmed.folder(name, 1, 2)[0][: style.bar])
        assert {len(values) % style.bar for values in clips} == {0}
        assert all(values[..., 0].any() and values.min() + 0.5 >= 0 and values.max() <= 1 for values in clips)
        assert len(kin(made(name)[:24])) > 6
        for voice, signs in style.lanes.items():
            assert len(signs) == style.bar
            never = [step for step, sign in enumerate(signs) if sign == "."]
            assert not any(values.reshape(-1, style.bar, 9, 3)[:, never, voice, 0].any() for values in clips)


def test_nothing_like_what_was_learned_is_tested_on() -> None:
    clips = [*made("breakbeat")[:20]]
    clips += [Clip(f"{clip.name} again", clip.values, clip.bar) for clip in clips]
    learnt, others = twelve(clips)
    assert len(learnt) == LEAST_CLIPS
    names = {clip.name.removesuffix(" again") for clip in learnt}
    assert others
    assert not names & {clip.name.removesuffix(" again") for clip in others}


def test_rows_say_before_and_after() -> None:
    atoms = np.zeros((VOICES, 27, 4), np.float32)
    for voice in range(VOICES):
        atoms[voice, [voice, VOICES + voice], 0] = 0.7
    base = TorchReader.of(atoms.transpose(0, 2, 1))
    report = compare(base, base, 0.6, made("seven")[:2], 0)
    rows = rows_of("somebody", 0, report, report)
    assert [row["per beat"] for row in rows] == [1, 2, 4]
    for row in rows:
        assert row["F1 before"] == row["F1 after"] == row["others' F1 after"] == pytest.approx(row["others' F1 before"])
        assert 0 < row["F1 before"] < 1
