"""Training the drummer: its questions, slips that can be counted, the same model by seed, the export."""

import json
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

import training.drummer
from livemusic.inference.drummer import OnnxDrummer
from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.kit import Voice
from livemusic.sketch.drummer import CHANNELS, Question, answer
from training.data.questions import TASKS, asked_of, batch_of, question_of, slipped
from training.data.takes import Take, Windows, windows_of
from training.drummer import export_drummer, fit
from training.evaluate.graphs import Coder
from training.evaluate.neighbours import nearest, prf
from training.evaluate.styles import accuracy
from training.evaluate.taps import threshold_for, threshold_of
from training.styles import landmarks

BEAT = Grid.of(
    [(step, Voice.CLOSED_HAT, 60 + 10 * (step % 4), 6) for step in range(0, 32, 2)]
    + [(step, Voice.KICK, 110, -5) for step in (0, 10, 16, 24)]
    + [(step, Voice.SNARE, 115, 12) for step in (4, 12, 20, 28)],
    32,
)


def windows() -> Windows:
    made = np.stack([np.roll(BEAT.values, 2 * turn, 0) for turn in range(6)])
    return Windows(made, np.full(6, 100, np.float32), np.array(["rock", "funk"] * 3), np.arange(6))


def test_slips_lose_add_and_shift_as_many_as_they_say() -> None:
    chance = np.random.default_rng(1)
    played = [slipped(BEAT.values, 0.3, chance) for _ in range(200)]
    hits = np.stack([values[..., HIT] for values in played]) > 0
    assert hits.sum() / 200 == pytest.approx(BEAT.hits.sum(), rel=0.05)
    assert 0.4 < prf(hits, np.broadcast_to(BEAT.hits, hits.shape))[2] < 0.75
    assert (Grid(played[0]).values == played[0]).all()
    assert np.allclose(slipped(BEAT.values, 0.0, chance), BEAT.values)


def test_questions_hide_what_is_asked() -> None:
    chance = np.random.default_rng(2)
    asked = {task: question_of(task, BEAT.values, 100.0, "rock", chance) for task in TASKS}
    assert not asked["tap"].grid.hits.any()
    assert asked["tap"].taps is not None
    assert not asked["touch"].touched
    assert 0 < asked["clean"].noise <= 0.35
    assert asked["fill"].known is not None
    with pytest.raises(ValueError, match="sing"):
        question_of("sing", BEAT.values, 100.0, "", chance)
    some = windows()
    questions, cells = batch_of(some.grids, some.bpm, list(some.styles), ["funk", "rock"], chance)
    assert questions.shape == (6, CHANNELS + 2, 32)
    assert cells.shape == (6, 2, 9, 32)


def test_answers_are_judged_where_something_is_asked() -> None:
    chance = np.random.default_rng(3)
    cells = {task: asked_of(question_of(task, BEAT.values, 100.0, "", chance)) for task in TASKS}
    assert np.array_equal(cells["tap"][0].any(1), BEAT.hits.any(1))
    assert not cells["touch"][0].any()
    assert cells["touch"][1].all()
    assert cells["clean"][0].all()
    assert asked_of(Question(BEAT, np.arange(9) > np.zeros((32, 1))))[0].tolist() == [[True] + [False] * 8] * 32


def test_takes_are_cut_into_windows() -> None:
    long = Grid(np.concatenate([BEAT.values, BEAT.values]))
    takes = [
        Take("a", long, "d1", "d1/s1", "rock", 100.0, "beat", "train"),
        Take("b", BEAT, "d2", "d2/s1", "funk", 90.0, "fill", "train"),
    ]
    assert windows_of(takes, "train").takes.tolist() == [0, 0, 0, 1]
    assert len(windows_of(takes, "train", 32, "beat")) == 2
    with pytest.raises(ValueError, match="split"):
        windows_of(takes, "all")


class Steps:
    """A coder that reads a pattern as the hits of each voice."""

    def picks(self, steps: int, active_per_beat: int = 0) -> int:
        return 9 * steps

    def encode(self, grid: Grid, active_per_beat: int = 0) -> npt.NDArray[np.float32]:
        return np.array(grid.values[..., HIT].T)


def test_a_take_leaves_different_landmarks_the_most_typical_first() -> None:
    odd = Grid.of([(step, Voice.CRASH, 90, 0) for step in range(32)], 32).values
    parts = [BEAT.values] * 6 + [odd] + [np.roll(BEAT.values, turn, 0) for turn in (16, 1, 2)]
    take = Take("a", Grid(np.concatenate(parts)), "d1", "d1/s1", "rock", 100.0, "beat", "train")
    marks = landmarks(cast(Coder, Steps()), take)
    assert len({grid.hits.tobytes() for grid, _ in marks}) == len(marks) == 4
    assert (BEAT.hits == marks[0][0].hits)[:, 2:].all()
    silent = Take("b", Grid.empty(64), "d1", "d1/s1", "rock", 100.0, "beat", "train")
    assert landmarks(cast(Coder, Steps()), silent) == []


def test_training_repeats_by_seed_resumes_and_exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.drummer, "_BATCHES", 3)
    monkeypatch.setattr(training.drummer, "_BATCH", 6)
    styles = ["funk", "rock"]
    once, again = (fit(windows(), styles, 2, 7, tmp_path / name) for name in ("one", "two"))
    assert all((a == b).all() for a, b in zip(once.state_dict().values(), again.state_dict().values(), strict=True))
    lines = [json.loads(line) for line in (tmp_path / "one" / "log.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2]
    resumed = fit(windows(), styles, 2, 7, tmp_path / "one", resume=True)
    assert all((a == b).all() for a, b in zip(once.state_dict().values(), resumed.state_dict().values(), strict=True))
    export_drummer(once, styles, tmp_path / "drummer-9", 7, "test")
    drummer = OnnxDrummer.open(tmp_path / "drummer-9")
    values = answer(drummer, Question(BEAT, style="funk"))
    assert values.shape == (32, 9, 5)
    assert (values[..., 3:] > 0).all()
    assert ((values[..., :OFFSET] >= 0) & (values[..., :OFFSET] <= 1)).all()
    assert (np.abs(values[..., OFFSET]) <= 0.5).all()
    assert values[..., VELOCITY].std() > 0
    assert "Not measured yet" in (tmp_path / "drummer-9" / "CARD.md").read_text()


def test_measures_count_rightly() -> None:
    found = np.array([[True, True, False, False]])
    assert prf(found, np.array([[True, False, True, False]])) == (0.5, 0.5, 0.5)
    points = np.array([[0.0], [0.1], [5.0], [5.2]], np.float32)
    assert nearest(points, points, 2)[:, 1].tolist() == [1, 0, 3, 2]
    assert threshold_for(np.linspace(0, 1, 101), np.ones(101, bool), 0.8) == pytest.approx(0.2)
    assert threshold_of(np.array([0.9, 0.8, 0.8, 0.3]), np.array([True, True, False, True]), 0.7) == 0.3
    assert threshold_of(np.array([0.9, 0.8, 0.8, 0.3]), np.array([True, True, False, True]), 0.8) == 0.9
    assert threshold_of(np.array([0.9]), np.array([False]), 0.8) == 1.0
    near = np.repeat(points, 8, axis=0)
    names, sessions = np.repeat(["a", "a", "b", "b"], 8), np.tile(["s1", "s2"], 16)
    assert accuracy(near, names, sessions) == 1.0
