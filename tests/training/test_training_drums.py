"""The drum dictionary: winner-take-all, training, resuming, exporting, and the shipped model."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.errors import MediaError
from livemusic.latent import morph
from training.__main__ import main
from training.config import DRUMS, DrumsConfig
from training.data.download import sha256_of
from training.evaluate.drums import measure
from training.evaluate.drums_report import measure_model
from training.export import export_drums, golden_grids
from training.models.wta import Dictionary, winners
from training.train import LOG, channels_of, fit, load_run

TINY = replace(DRUMS["ours"], atoms=12, hidden=8, epochs=4, batch=16, rate=1e-2, actives=(2,))
SHIPPED = Path(__file__).parents[2] / "models" / "drums-1"

Array = npt.NDArray[np.float32]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Tiny models are slower with more."""
    torch.set_num_threads(1)


def made_up_grids(count: int = 48) -> Array:
    """Grids `(count, 27, 32)` of a few repeated figures."""
    chance = np.random.default_rng(1)
    figures = chance.random((4, 32, 9)) < 0.2
    windows = np.zeros((count, 32, 9, 3), np.float32)
    windows[..., 0] = figures[chance.integers(0, 4, count)]
    windows[..., 1] = 0.7 * windows[..., 0]
    windows[..., 2] = 0.1 * windows[..., 0]
    return channels_of(windows)


def run_graph(path: Path, **inputs: Array) -> Array:
    """One ONNX graph, one output."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, inputs)[0])


@settings(deadline=None, max_examples=50)
@given(
    atoms=st.integers(1, 8),
    positions=st.integers(1, 13),
    active=st.integers(1, 6),
    positions_per_beat=st.sampled_from([1, 2, 4]),
    seed=st.integers(0, 2**16),
)
def test_winners_are_exactly_k_per_beat_and_those_of_the_app(
    atoms: int, positions: int, active: int, positions_per_beat: int, seed: int
) -> None:
    code = np.random.default_rng(seed).standard_normal((atoms, positions)).astype(np.float32)
    kept = winners(torch.from_numpy(code)[None], active, positions_per_beat)[0].numpy()
    for start in range(0, positions, positions_per_beat):
        beat = kept[:, start : start + positions_per_beat]
        assert np.count_nonzero(beat) == min(active, beat.size)
    assert np.array_equal(kept, morph.winners(code, active, positions_per_beat))


def test_only_winners_get_a_gradient() -> None:
    code = torch.tensor([[[3.0], [-4.0], [1.0]]], requires_grad=True)
    torch.autograd.backward(winners(code, 2, 1).sum())
    assert code.grad is not None
    assert code.grad.flatten().tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(("width", "stride"), [(4, 4), (8, 4), (5, 1), (8, 2)])
def test_a_grid_comes_back_as_long_as_it_went_in(width: int, stride: int) -> None:
    config = replace(TINY, width=width, stride=stride)
    model = Dictionary(config).eval()
    grid = torch.rand(2, 27, 20)
    assert model.encoder(grid).shape == (2, config.atoms, 20 // stride)
    assert model(grid, 2).shape == grid.shape


def test_no_atoms_are_silence() -> None:
    assert not (Dictionary(TINY).decoder(torch.zeros(1, TINY.atoms, 8)) >= 0.5).any()


def test_a_stride_that_does_not_divide_the_beat_is_refused() -> None:
    with pytest.raises(ValueError, match="stride 3"):
        replace(TINY, stride=3)


@pytest.mark.parametrize("recipe", ["ours", "seed"])
def test_training_lowers_the_loss_and_finds_the_hits(recipe: str, tmp_path: Path) -> None:
    grids = made_up_grids()
    config = replace(DRUMS[recipe], atoms=24, hidden=min(DRUMS[recipe].hidden, 16), epochs=20, batch=8, rate=2e-2)
    model = fit(config, grids, grids, tmp_path / "run", seed=0, resume=False)
    lines = [json.loads(line) for line in (tmp_path / "run" / LOG).read_text().splitlines()]
    assert [line["epoch"] for line in lines] == list(range(1, 21))
    assert lines[-1]["loss"] < 0.3 * lines[0]["loss"]
    assert lines[-1]["validation"]["4"]["f1"] > 0.9
    assert not model.training


def test_a_resumed_run_ends_where_an_unbroken_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grids = made_up_grids()
    whole = fit(TINY, grids, grids, tmp_path / "whole", seed=3, resume=False)

    class StopError(Exception):
        pass

    def stop_after_two(path: Path, line: dict[str, Any]) -> None:
        if line["epoch"] == 2:
            raise StopError

    with monkeypatch.context() as patch:
        patch.setattr("training.train._log", stop_after_two)
        with pytest.raises(StopError):
            fit(TINY, grids, grids, tmp_path / "broken", seed=3, resume=False)
    resumed = fit(TINY, grids, grids, tmp_path / "broken", seed=3, resume=True)
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name
    assert sorted(path.name for path in (tmp_path / "broken").iterdir()) == ["last.pt", LOG]


def test_resuming_another_recipe_or_nothing_is_refused(tmp_path: Path) -> None:
    grids = made_up_grids(8)
    with pytest.raises(MediaError, match="checkpoint"):
        fit(TINY, grids, grids, tmp_path, seed=0, resume=True)
    fit(replace(TINY, epochs=1), grids, grids, tmp_path, seed=0, resume=False)
    with pytest.raises(MediaError, match="another recipe"):
        fit(TINY, grids, grids, tmp_path, seed=0, resume=True)
    model, known = load_run(tmp_path)
    assert known["config"] == replace(TINY, epochs=1)
    assert model.config == known["config"]


@pytest.mark.parametrize("config", [TINY, replace(TINY, width=7, stride=1), replace(DRUMS["seed"], atoms=10)])
def test_the_exported_graphs_do_what_torch_does_at_any_length(config: DrumsConfig, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Dictionary(config).eval()
    contract = export_drums(model, tmp_path / "drums-9", seed=0, command="a test")
    for batch, steps in ((1, 4), (3, 28), (2, 32)):
        grid = torch.rand(batch, 27, steps)
        with torch.no_grad():
            code = model.encoder(grid)
            rebuilt = model.decoder(code)
        found = run_graph(tmp_path / "drums-9" / "encoder.onnx", grid=grid.numpy())
        assert np.allclose(found, code.numpy(), atol=1e-5)
        assert np.allclose(run_graph(tmp_path / "drums-9" / "decoder.onnx", code=found), rebuilt.numpy(), atol=1e-5)
    stored = json.loads((tmp_path / "drums-9" / "model.json").read_text(encoding="utf-8"))
    assert stored == contract
    assert stored["spec"]["active_per_beat"] == max(config.actives)
    assert sorted(path.name for path in (tmp_path / "drums-9").iterdir()) == [
        "CARD.md", "decoder.onnx", "encoder.onnx", "golden.npz", "model.json",
    ]  # fmt: skip


def test_the_report_measures_the_graphs_as_torch_is_measured(tmp_path: Path) -> None:
    model = Dictionary(TINY).eval()
    contract = export_drums(model, tmp_path, seed=0, command="a test")
    grids = made_up_grids()
    figures = measure_model(tmp_path, contract, grids)
    with torch.no_grad():
        expected = measure(grids, model(torch.from_numpy(grids), 2).numpy())
    assert asdict(figures[2]) == pytest.approx(asdict(expected), abs=1e-6)


def test_the_figures_of_a_known_mistake() -> None:
    played = np.zeros((2, 27, 32), np.float32)
    played[:, 0, ::4] = 1.0
    played[:, 9, ::4] = 0.5
    rebuilt = played.copy()
    rebuilt[0, 0, 0] = 0.0  # a hit lost
    rebuilt[0, 1, 2] = 0.6  # a hit made up
    rebuilt[1, 9, ::4] = 0.7
    rebuilt[1, 18, ::4] = -0.1
    figures = measure(played, rebuilt)
    assert (figures.f1, figures.precision, figures.recall, figures.exact_windows) == (15 / 16, 15 / 16, 15 / 16, 0.5)
    assert figures.velocity_mae == pytest.approx(0.2 * 8 / 15)
    assert figures.offset_mae == pytest.approx(0.1 * 8 / 15)
    assert measure(played * 0, played * 0).f1 == 0.0
    with pytest.raises(ValueError, match="compared"):
        measure(played, rebuilt[:1])


@pytest.mark.parametrize(
    "words",
    [
        ["drums", "--data", "no/such/folder"],
        ["drums", "--active", "0"],
        ["export", "no/such/run"],
        ["report", "drums", "--model", "no/such/model"],
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"training {words[0]}: ")
    assert said.count("\n") == 1


def test_an_unknown_command_is_bad_usage() -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["violins"])
    assert leaving.value.code == 2


def test_the_shipped_model_keeps_its_contract() -> None:
    contract = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))
    for graph in contract["graphs"].values():
        assert sha256_of(SHIPPED / graph["file"]) == graph["sha256"]
    with np.load(SHIPPED / "golden.npz") as golden:
        code = run_graph(SHIPPED / "encoder.onnx", grid=golden["encoder_in"])
        assert np.abs(code - golden["encoder_out"]).max() < 1e-4
        grid = run_graph(SHIPPED / "decoder.onnx", code=golden["decoder_in"])
        assert np.abs(grid - golden["decoder_out"]).max() < 1e-4
        assert np.array_equal(golden["encoder_in"], golden_grids().numpy())
    sizes = sum((SHIPPED / graph["file"]).stat().st_size for graph in contract["graphs"].values())
    assert sizes <= 2_000_000
    figures = contract["metrics"]["test"]
    assert figures["ours"]["4"]["f1"] > figures["seed"]["4"]["f1"]
    assert figures["ours"]["4"]["f1"] >= 0.946
