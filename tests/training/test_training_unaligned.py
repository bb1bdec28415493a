"""Learning the hearing from hits told at the wrong time: the loss, the alignment, and a model that the app takes."""

import json
import math
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
import torch
from torch import Tensor, nn

from livemusic.errors import MediaError, ModelError
from livemusic.inference.library import Library
from training import adapt, hearing
from training.data.kits import Hits
from training.evaluate.collapse import FRAMES, TARGETS, World, judge
from training.evaluate.unaligned import constant, drifting, misplaced
from training.losses.diagonals import Ways
from training.losses.softdtw import cross_entropies, soft_dtw
from training.models.hearing import SPEC, Hearer, Stepper
from training.models.shipped import open_hearing
from training.recipes.hearing import Recipe, bce, targets
from training.recipes.unaligned import (
    BARE,
    Alignment,
    Take,
    Told,
    expected_targets,
    lateness,
    learn_unaligned,
    one_shift,
    put_right,
)

HOP = SPEC.hop_s
SHIPPED = Path("models/hearing-1")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """More of them are slower here, and much slower beside other work."""
    torch.set_num_threads(1)


class Ear(nn.Module):
    """Hears just what it is given: rows of 14 numbers are its log-odds."""

    delay = 1

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        return rows, torch.zeros_like(rows)


def groove(seconds: float, seed: int = 0) -> Hits:
    """Hits that do not repeat."""
    random = np.random.default_rng(seed)
    times = np.cumsum(random.uniform(0.12, 0.5, round(seconds * 3)))
    times = times[(times > 0.5) & (times < seconds - 0.5)]
    return np.stack([times, random.integers(0, 4, len(times)), random.uniform(0.3, 1, len(times))], 1)


def take_of(hits: Hits, seconds: float) -> Take:
    """A take that sounds as the hits say, told as they are."""
    struck, _ = targets(hits, round(seconds / HOP), SPEC)
    rows = np.roll(struck, Ear.delay, axis=0) * 8 - 5  # an ear speaks of the row before
    return Take("take", rows.astype(np.float32), hits)


def moved(take: Take, late: float | np.ndarray) -> Take:
    hits = take.told.copy()
    hits[:, 0] += late
    return replace(take, told=hits)


def test_the_gradient_of_soft_dtw_is_that_of_cross_entropy_with_expected_targets() -> None:
    torch.manual_seed(0)
    logits = torch.randn(2, 30, 14, dtype=torch.float64, requires_grad=True)
    struck = torch.rand(2, 40, 14, dtype=torch.float64).square()
    how = Alignment(within=5, gamma=1.0)
    ways = how.ways._replace(band=(0, 10), slack=10)
    (wanted,) = torch.autograd.grad(soft_dtw(cross_entropies(logits, struck, 2.0), 1.0, ways).sum(), logits)
    expected, _ = expected_targets(how.lie(logits.detach(), struck, 2.0), struck, struck)
    (ours,) = torch.autograd.grad(60 * bce(logits, expected, 2.0), logits)
    assert torch.allclose(ours, wanted, atol=1e-9)


@pytest.mark.parametrize("late", [-0.3, 0.0, 0.055])
def test_a_constant_offset_is_found(late: float) -> None:
    right = take_of(groove(8), 8)
    told = moved(right, late)
    found = lateness(Ear(), Told([told], 35, SPEC), 0, Alignment())  # type: ignore[arg-type]
    assert np.median(found) * HOP == pytest.approx(late, abs=0.006)
    assert np.abs(put_right(told, found, SPEC)[:, 0] - right.told[:, 0]).max() < 0.02


def test_a_drift_is_found() -> None:
    right = take_of(groove(10), 10)
    late = 0.15 - 0.02 * right.told[:, 0] + 0.02 * np.sin(right.told[:, 0])
    told = moved(right, late)
    found = lateness(Ear(), Told([told], 35, SPEC), 0, Alignment())  # type: ignore[arg-type]
    left = put_right(told, found, SPEC)[:, 0] - right.told[:, 0]
    assert np.abs(left).mean() < 0.006
    assert np.abs(left).max() < 0.03


def test_one_shift_is_found_and_a_loop_is_not_moved_by_its_length() -> None:
    right = take_of(groove(12), 12)
    assert one_shift(Ear(), moved(right, 1.23), 200, SPEC) == pytest.approx(1.23, abs=0.006)  # type: ignore[arg-type]
    beats = np.arange(1.0, 11.0, 0.5)
    loop = take_of(np.stack([beats, beats * 2 % 2, np.ones(len(beats))], 1), 12)
    assert one_shift(Ear(), moved(loop, 0.08), 300, SPEC) == pytest.approx(0.08, abs=0.006)  # type: ignore[arg-type]


def test_every_row_is_one_told_row_within_reach() -> None:
    struck = torch.rand(3, 50 + 70, 14)
    for how in (Alignment(), BARE, Alignment(prior=5.0)):
        lying = how.lie(torch.randn(3, 50, 14), struck, 2.0, done=0.2)
        assert torch.allclose(lying.sum(2), torch.ones(3, 50), atol=1e-5)
        beyond = torch.arange(120) - torch.arange(50)[:, None] - 35
        assert float((lying * (beyond.abs() > 35)).abs().max()) == 0


def test_the_temperature_falls_to_its_own() -> None:
    how = Alignment(gamma=2.0, hot=3.0)
    assert (how.temperature(0), how.temperature(1)) == (6.0, 2.0)
    assert all(how.temperature(a / 20) >= how.temperature(a / 20 + 0.05) for a in range(20))


def test_learning_from_late_hits_teaches_the_right_ones() -> None:
    torch.manual_seed(0)
    right = take_of(groove(6), 6)
    told = Told([moved(right, 0.1)], 20, SPEC)
    model = Hearer(14, 12, 6, (1,))
    recipe = Recipe(steps=25, batch=2, rows=100, rate=1e-2)
    # From nothing, so it is told first where the hits are; then it must not be led astray.
    learn_unaligned(model, Told([right], 0, SPEC), recipe, None)
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    how = Alignment(within=20, ways=Ways(Alignment().ways.steps))
    curve = learn_unaligned(model, told, replace(recipe, steps=4, rate=2e-3), how)
    assert all(math.isfinite(value) for value in curve)
    assert any(not torch.equal(weight, before[name]) for name, weight in model.named_parameters())
    assert np.median(lateness(model, told, 0, how)) * HOP == pytest.approx(0.1, abs=0.012)


def test_misplaced_hits_stay_within_what_is_said() -> None:
    takes = [take_of(groove(20, seed), 20) for seed in range(8)]
    for name, most in (("constant", 0.2), ("drifting", 0.33)):
        for right, wrong in zip(takes, misplaced(takes, name, 0), strict=True):
            off = np.sort(wrong.told[:, 0]) - right.told[:, 0]
            assert np.abs(off).max() <= most
    times = np.linspace(0, 20, 50)
    assert np.ptp(constant(times, np.random.default_rng(0))) == 0
    assert np.ptp(drifting(times, np.random.default_rng(0))) > 0.03


def test_a_model_is_opened_as_it_was_trained() -> None:
    opened = open_hearing(SHIPPED)
    golden = np.load(SHIPPED / "golden.npz")
    with torch.no_grad():
        ours = Stepper(opened.model)(torch.from_numpy(golden["hearing_in"])).numpy()
    assert np.abs(ours - golden["hearing_out"]).max() < 1e-4


def test_another_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"can be trained on.*hearing-1"):
        open_hearing(tmp_path)
    with pytest.raises(ModelError, match="can be trained on"):
        open_hearing(Path("models/embedder-2"))


def record(folder: Path, name: str, seconds: float, strokes: int) -> None:
    soundfile.write(folder / f"{name}.wav", 0.1 * np.random.default_rng(0).normal(size=round(8000 * seconds)), 8000)
    track = mido.MidiTrack([mido.Message("note_on", note=36, velocity=99, time=100) for _ in range(strokes)])
    mido.MidiFile(tracks=[track]).save(folder / f"{name}.mid")


def test_takes_are_recordings_with_midi_of_the_same_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, "good", 9, 40)
    record(tmp_path, "short", 3, 40)
    record(tmp_path, "few", 9, 3)
    record(tmp_path, "alone", 9, 40)
    (tmp_path / "alone.mid").unlink()
    (tmp_path / "notes.txt").write_text("mine")
    takes = adapt.read_takes(tmp_path, SPEC)
    assert [(take.name, len(take.told)) for take in takes] == [("good", 40)]
    said = capsys.readouterr().err
    assert all(f"{name}.wav is left out" in said for name in ("short", "few", "alone"))


def test_what_cannot_be_learned_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is no folder"):
        adapt.read_takes(tmp_path / "none", SPEC)
    with pytest.raises(MediaError, match="nothing to learn from"):
        adapt.read_takes(tmp_path, SPEC)
    record(tmp_path, "broken", 9, 40)
    (tmp_path / "broken.mid").write_bytes(b"MThd no more")
    with pytest.raises(MediaError, match=r"broken.*take it out"):
        adapt.read_takes(tmp_path, SPEC)


def test_noise_does_not_belong_to_its_midi(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, "noise", 9, 40)
    opened = open_hearing(SHIPPED)
    with pytest.raises(MediaError, match="no recording fits its MIDI"):
        adapt.brought_near(opened, adapt.read_takes(tmp_path, opened.spec), Alignment())
    assert "noise is left out" in capsys.readouterr().err


def test_an_adapted_model_is_one_that_the_app_takes(tmp_path: Path) -> None:
    opened = open_hearing(SHIPPED)
    out = tmp_path / "mine"
    args = Namespace(seed=0, steps=None)
    adapt._write(out, opened, opened.model, opened.thresholds, (0.5, 0.75), 3, args)
    assert Library([tmp_path]).check("mine").spec.delay == opened.model.delay  # type: ignore[union-attr]
    card = json.loads((out / "model.json").read_text(encoding="utf-8"))
    assert card["adapted"] == "hearing-1"
    assert "0.75" in (out / "CARD.md").read_text(encoding="utf-8")
    open_hearing(out)  # and goes on from there


def test_a_shipped_model_is_never_written_over(tmp_path: Path) -> None:
    args = Namespace(threads=1, out=SHIPPED, runs=tmp_path, adapt=tmp_path, model=SHIPPED, steps=None, seed=0)
    with pytest.raises(ModelError, match="was not adapted"):
        adapt.run(args)


def test_training_needs_data_or_recordings(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"--data.*--adapt"):
        hearing.run(Namespace(adapt=None, data=None, threads=1))


def test_the_world_of_the_collapse_check_tells_the_truth() -> None:
    heard, chords, true = World(0).draw(3)
    assert heard.shape[:2] == true.shape == (3, FRAMES)
    assert true[:, 0].tolist() == [0] * 3
    assert true[:, -1].tolist() == [TARGETS - 1] * 3
    assert bool((true.diff() >= 0).all())
    assert bool((chords.diff(dim=1).abs().sum(2) > 0).all())
    assert bool((chords.sum(2) > 0).all())

    class Knowing(nn.Module):
        def forward(self, heard: Tensor) -> Tensor:
            return (20 * chords.gather(1, true[:, :, None].expand(-1, -1, chords.shape[2])) - 10).mT

    told = judge(Knowing(), heard, chords, true)
    assert told["f"] == 1
    assert told["error"] < 1e-3
