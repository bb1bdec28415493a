"""Medleys and their measures, on clips made here."""

from itertools import pairwise

import numpy as np
import pytest
import soundfile

from training.data.audio import Clip
from training.data.medleys import FADE, LONGEST, SAMPLE_RATE, SHORTEST, Kind, Medley, Part, draw
from training.evaluate.structure import score

RATE = 8000


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    folder = tmp_path_factory.mktemp("clips")
    made = []
    for number in range(5):
        path = folder / f"artist{number}__song_c0.wav"
        soundfile.write(path, np.full(30 * RATE, 0.1 * (number + 1), np.float32), RATE, subtype="FLOAT")
        made.append(Clip(path, "song", f"artist {number}", "CC0", ""))
    return made


@pytest.mark.parametrize("kind", ["same", "other"])
def test_a_medley_is_what_it_says(clips: list[Clip], kind: Kind) -> None:
    for seed in range(20):
        medley = draw(clips, [30.0] * 5, kind, seed)
        assert medley == draw(clips, [30.0] * 5, kind, seed)
        letters = medley.labels
        assert letters[0] == "A"
        assert all(one != other for one, other in pairwise(letters))
        assert len(letters) - len(set(letters)) >= 2
        assert len({part.clip.artist for part in medley.parts}) == len(set(letters))
        for part in medley.parts:
            assert SHORTEST <= part.length <= LONGEST
            assert FADE <= part.begin < part.end <= 30.0 - FADE
        stretches = {(part.label, part.begin, part.end) for part in medley.parts}
        assert (len(stretches) == len(set(letters))) is (kind == "same")


def test_kinds_and_seeds_differ(clips: list[Clip]) -> None:
    drawn = [draw(clips, [30.0] * 5, kind, seed).parts for kind in ("same", "other") for seed in range(3)]
    assert len(set(drawn)) == 6


def test_parts_follow_one_another_with_a_short_fade(clips: list[Clip]) -> None:
    medley = Medley(0, "same", (Part(clips[0], 0, 1.0, 5.5), Part(clips[3], 1, 2.0, 6.25), Part(clips[0], 0, 1.0, 5.5)))
    assert medley.intervals.tolist() == [[0.0, 4.5], [4.5, 8.75], [8.75, 13.25]]
    sound = medley.sound(RATE)
    assert len(sound) == round(13.25 * RATE)
    for begin, end, level in ((0.0, 4.49, 0.1), (4.51, 8.74, 0.4), (8.76, 13.25, 0.1)):
        np.testing.assert_allclose(sound[round(begin * RATE) + 1 : round(end * RATE) - 1], level, atol=1e-6)
    middle = round(4.5 * RATE)
    assert sound[middle] == pytest.approx((0.1 + 0.4) * np.sqrt(0.5), rel=0.02)
    assert medley.sound().shape == (round(13.25 * SAMPLE_RATE),)


def test_too_few_artists_are_refused(clips: list[Clip]) -> None:
    with pytest.raises(ValueError, match="clips of"):
        draw(clips[:2], [30.0] * 2, "same", 0)
    with pytest.raises(ValueError, match="clips of"):
        draw(clips, [10.0] * 5, "same", 0)


def test_scores_by_hand() -> None:
    truth, labels = np.array([[0.0, 10.0], [10.0, 20.0], [20.0, 30.0]]), ["A", "B", "A"]
    right = score(truth, labels, np.array([0.0, 10.0, 20.0, 30.0]), [7, 3, 7])
    assert right == {"F1 3 s": 1.0, "F1 .5 s": 1.0, "pairwise": 1.0}
    late = score(truth, labels, np.array([0.2, 11.0, 21.0, 29.8]), [0, 1, 0])
    assert (late["F1 3 s"], late["F1 .5 s"]) == (1.0, 0.0)
    assert 0.7 < late["pairwise"] < 1.0
    one = score(truth, labels, np.array([0.0, 30.0]), [0])
    assert (one["F1 3 s"], one["F1 .5 s"]) == (0.0, 0.0)
