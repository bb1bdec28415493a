"""The report of one model a song: comparisons clip by clip, and verdicts that follow from the lines alone."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from livemusic.errors import MediaError  # noqa: E402
from training.evaluate.song_report import report  # noqa: E402
from training.evaluate.song_results import Comparison, Results, answers  # noqa: E402
from training.recipes.song import SONG  # noqa: E402


def line(clip: int, recipe: str, seed: int, cos: float, error: float, explained: float = 0.4) -> dict[str, Any]:
    """A result whose every divergence is `error` times the number of steps."""
    steps = (error * np.arange(1, 31)).tolist()
    picture = {"bce": 0.05, "mean_picture": 0.06, "least": 0.04, "kept": 0.055, "explained": explained}
    return {
        "clip": f"maker__song_{clip}",
        "recipe": recipe,
        "seed": seed,
        "made": str(SONG[recipe]),
        "cpu_s": 5.0,
        "cos": cos,
        "angle": 40.0,
        "axes": [0.5, 0.3, 0.2],
        "heard": picture,
        "unheard": picture,
        "trustworthiness": 0.9,
        "continuity": 0.9,
        "beats": [1.5 + clip / 100, None],
        **dict.fromkeys(("elsewhere", "knn", "mlp", "lstm", "persistence", "knn_se"), steps),
        "published": steps[:29],
        "published_se": steps[:5],
        "elsewhere_still": steps[:5],
        "velocity": steps[:5],
        "starts": 90,
    }


def lines(cos: float, error: float, slow: float) -> list[dict[str, Any]]:
    """Eight clips, two seeds: pure with cosine .5 and error .03, one-step and slow as given, a little apart."""
    made = []
    for clip in range(8):
        for seed in range(2):
            shift = 0.001 * clip + 0.0001 * seed
            made.append(line(clip, "pure", seed, 0.5 + shift, 0.03 + shift))
            made.append(line(clip, "seed", seed, cos + 2 * shift, error + 1.1 * shift))
            made.append(line(clip, "slow", seed, 0.8, (slow if clip else 0.2) + shift, explained=0.396))
    return made


def text_of(folder: Path, made: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> str:
    (folder / "song").mkdir(parents=True)
    results = folder / "song" / "results.jsonl"
    results.write_text("".join(json.dumps(each) + "\n" for each in made), encoding="utf-8")
    assert report(Namespace(pictures=folder)) == 0
    text = (folder / "song" / "REPORT.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() == text.strip()
    return text


def test_claims_that_hold_and_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = text_of(tmp_path, lines(cos=0.6, error=0.02, slow=0.01), capsys)
    assert "higher on 8 of 8 (p 0.008). **Holds.**" in text
    assert "**Holds.** Of 12 tests" in text
    assert "**7 of 8 clips (88%; wanted 80 %)**" in text
    assert "is kept on 8 of 8 clips" in text
    assert "| song_0 | 0 / 0 | 0 / 0 | 0.99 | +0.000 |" in text
    for picture in ("divergence", "smoothness", "question"):
        assert 1000 < (tmp_path / "song" / f"{picture}.png").stat().st_size < 100_000


def test_claims_that_do_not_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = text_of(tmp_path, lines(cos=0.45, error=0.04, slow=0.035), capsys)
    assert "**Does not hold.**" in text
    assert "**Holds" not in text
    assert "0 show a lower error and 12 a higher" in text
    assert "**0 of 8 clips (0%; wanted 80 %)**" in text


def test_a_comparison_counts_clips_and_averages_seeds() -> None:
    made = [line(0, "pure", 0, 0.2, 0.1), line(0, "pure", 1, 0.4, 0.1), line(0, "seed", 0, 0.25, 0.1)]
    results = Results([*made, line(1, "pure", 0, 0.3, 0.1), {**line(1, "seed", 0, 0.9, 0.1), "made": "another recipe"}])
    test = results.compare("pure", "seed", lambda each: each["cos"])
    assert (test.a.tolist(), test.b.tolist()) == ([0.2], [0.25])  # the seed that both have, the clip that both have
    assert results.of("pure", ["maker__song_0"], lambda each: each["cos"]).tolist() == pytest.approx([0.3])
    assert results.count("pure") == (2, 3)


def test_equal_figures_differ_by_nothing() -> None:
    same = Comparison(np.ones(5), np.ones(5))
    assert same.p == 1
    assert not same.says(up=True)
    assert not same.says(up=False)


def test_answers_name_the_steps_that_are_below() -> None:
    made = [line(0, "pure", 0, 0.5, 0.03), line(0, "seed", 0, 0.5, 0.01), line(0, "slow", 0, 0.5, 0.02, explained=0.2)]
    made[2]["lstm"] = [0.0] * 30
    (answer,) = answers(Results(made))
    assert answer.steps["knn"] == (30, 0)
    assert answer.below("lstm")
    assert not answer.below("knn")
    assert answer.kept == pytest.approx(0.5)


def test_a_report_of_nothing_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="python -m training song"):
        report(Namespace(pictures=tmp_path))
