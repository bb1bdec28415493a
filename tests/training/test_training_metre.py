"""Training the metre: hits that are heard badly but in time, one answer by seed, and an export that the app opens."""

from pathlib import Path

import numpy as np
import pytest
import torch

import training.metre
from livemusic.dsp.metre import ROWS, SHAPE, WEIGHED
from livemusic.dsp.pulse import PHASES
from livemusic.errors import MediaError
from livemusic.inference.metre import OnnxMetre
from training.data.counted import SAMPLED, Counted, bars_at, questions, read_counted, sketch
from training.metre import answers, export_metre, fit, loss_of
from training.models.metre import GrooveReader

BEATS = 64


def groove(bpm: float = 110.0) -> Counted:
    """Kick on one and three, snare on two and four, eighths on the hat."""
    hits = [(n / 2, ROWS.index("hat"), 0.5) for n in range(2 * BEATS)]
    hits += [(float(n), ROWS.index("snare") if n % 2 else ROWS.index("kick"), 0.9) for n in range(BEATS)]
    return Counted(np.array(sorted(hits)), bpm, float(BEATS), True)


def test_hits_stay_with_their_beats_however_tempo_goes() -> None:
    random = np.random.default_rng(3)
    kept = []
    for _ in range(40):
        heard = sketch(groove(), random)
        kicks = heard.times[(heard.rows == ROWS.index("kick")) & (heard.times < 15)]
        beats = np.interp(kicks, heard.grid, heard.beat)
        kept.append(np.mean(np.abs((beats + 1) % 2 - 1) < 0.1) if len(kicks) else 1.0)
    assert np.median(kept) > 0.8


def test_a_question_holds_its_answer() -> None:
    asked = questions([groove()], 30, np.random.default_rng(1))
    assert asked.bars.shape == (30, SAMPLED, *SHAPE)
    nearest = np.abs(np.log(WEIGHED[asked.tempi] / asked.bpm[:, None])).min(axis=1)
    assert nearest.max() < 0.012
    tempo, place = answers(asked)
    assert tempo.sum(axis=1) == pytest.approx(np.ones(30))
    away = (place.argmax(axis=1) - asked.beat * PHASES / 4 + PHASES / 2) % PHASES - PHASES / 2
    assert np.abs(away).max() <= 0.51


def test_a_figure_that_is_turned_is_turned_in_the_answer() -> None:
    torch.manual_seed(0)
    model, bars = GrooveReader(4), torch.rand(7, *SHAPE)
    bars[:, -1] = torch.linspace(-1, 1, 7)[:, None]
    plain, turned = model(bars), model(torch.roll(bars, 5, dims=2))
    torch.testing.assert_close(torch.roll(plain, -5, dims=1), turned, atol=1e-4, rtol=1e-4)
    direct = torch.einsum(
        "tip,cipq->tcq", bars[:, :-1], torch.stack([torch.roll(model.figures, -n, 2) for n in range(64)], 3)
    )
    octaves = torch.stack([bars[:, -1, 0], bars[:, -1, 0] ** 2, torch.ones(7)], 1)
    hidden = torch.relu(direct.transpose(1, 2) + model.usual(octaves).unsqueeze(-2))
    expected = model.heard(torch.relu(model.mixed(hidden))).squeeze(-1) + model.tempo(octaves)
    torch.testing.assert_close(plain, expected, atol=1e-4, rtol=1e-4)


def test_it_learns_goes_on_and_is_opened_by_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.metre, "_EPOCH", 2)
    monkeypatch.setattr(training.metre, "_BATCH", 8)
    takes = [groove(), groove(90.0)]
    whole = fit(takes, 2, 1, tmp_path / "whole")
    fit(takes, 2, 1, tmp_path / "parts")
    again = fit(takes, 2, 1, tmp_path / "whole", resume=True)
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(one, other)
    with pytest.raises(MediaError, match="another seed"):
        fit(takes, 2, 7, tmp_path / "whole", resume=True)
    figures = {"test": {"0 to 2 s": 0.5}}
    export_metre(whole, tmp_path / "metre-9", 1, "python -m training metre", figures)
    bars = bars_at(sketch(takes[0], np.random.default_rng(2)), 8.0)
    logits = OnnxMetre.open(tmp_path / "metre-9").read(bars)
    np.testing.assert_allclose(logits, whole(torch.from_numpy(bars)).detach().numpy(), atol=1e-4)
    assert "0.50" in (tmp_path / "metre-9" / "CARD.md").read_text()


def test_the_loss_falls_with_the_truth() -> None:
    asked = questions([groove()], 12, np.random.default_rng(4))
    model = GrooveReader(2)

    class Knows(GrooveReader):
        def forward(self, bars: torch.Tensor) -> torch.Tensor:
            tempo, place = (torch.from_numpy(wanted) for wanted in answers(asked))
            return torch.log(tempo[:, :, None] * place[:, None] + 1e-6).flatten(0, 1)

    assert loss_of(Knows(2), asked).item() < loss_of(model, asked).item()


def test_a_folder_that_is_not_the_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="Groove MIDI Dataset"):
        read_counted(tmp_path, "train")
