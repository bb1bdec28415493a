"""The drum dictionary: winners, training, resuming, processes, exporting, and the shipped model."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.errors import MediaError
from livemusic.latent import morph
from livemusic.latent.wta import GROUP, Turned
from livemusic.music.grid import Grid
from training.__main__ import main
from training.config import DRUMS, Config, ConvConfig, DenseConfig, FactorConfig, PursuitConfig
from training.data.download import sha256_of
from training.evaluate.drums import measure
from training.evaluate.drums_pictures import draw_atoms, draw_frontier, draw_losses
from training.evaluate.drums_report import measure_model, measure_runs, open_atoms
from training.evaluate.graphs import Coder, patches_of
from training.export import export_drums
from training.models.pursuit import Decoder, PursuitDictionary, group_of
from training.models.wta import Dictionary, temporal_winners, winners
from training.train import LOG, build, channels_of, fit, load_run, rebuild_and_measure

OURS, SEED = DRUMS["ours"], DRUMS["seed"]
assert isinstance(OURS, PursuitConfig)
assert isinstance(SEED, ConvConfig)
TINY = replace(OURS, atoms=24, epochs=14, batch=8, actives=(1, 2), rate=0.05, stages=8)
TINY_CONV = replace(SEED, atoms=12, epochs=4, batch=16, rate=1e-2, actives=(2,))
SHIPPED = Path(__file__).parents[2] / "models" / "drums-3"

Array = npt.NDArray[np.float32]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Tiny models are slower with more."""
    torch.set_num_threads(1)


def made_up_grids(count: int = 48) -> Array:
    """Grids `(count, 27, 32)` of a few repeated figures."""
    chance = np.random.default_rng(1)
    figures = chance.random((4, 32, 9)) < 0.1
    windows = np.zeros((count, 32, 9, 3), np.float32)
    windows[..., 0] = figures[chance.integers(0, 4, count)]
    windows[..., 1] = 0.7 * windows[..., 0]
    windows[..., 2] = 0.1 * windows[..., 0]
    return channels_of(windows)


def losses_of(run: Path) -> list[float]:
    """The loss of every step in a run's log."""
    lines = [json.loads(line) for line in (run / LOG).read_text(encoding="utf-8").splitlines()]
    return [line["loss"] for line in lines if "loss" in line]


@settings(deadline=None, max_examples=50)
@given(
    atoms=st.integers(1, 8),
    positions=st.integers(1, 13),
    active=st.integers(1, 6),
    positions_per_beat=st.sampled_from([1, 2, 4]),
    seed=st.integers(0, 2**16),
)
def test_winners_are_exactly_k_per_beat(
    atoms: int, positions: int, active: int, positions_per_beat: int, seed: int
) -> None:
    code = np.random.default_rng(seed).standard_normal((atoms, positions)).astype(np.float32)
    kept = winners(torch.from_numpy(code)[None], active, positions_per_beat)[0].numpy()
    for start in range(0, positions, positions_per_beat):
        beat = kept[:, start : start + positions_per_beat]
        assert np.count_nonzero(beat) == min(active, beat.size)
        assert np.abs(beat).sum() == pytest.approx(
            np.abs(morph.strongest(code[:, start : start + positions_per_beat], active)).sum()
        )


def test_only_winners_get_a_gradient() -> None:
    code = torch.tensor([[[3.0], [-4.0], [1.0]]], requires_grad=True)
    torch.autograd.backward(winners(code, 2, 1).sum())
    assert code.grad is not None
    assert code.grad.flatten().tolist() == [1.0, 1.0, 0.0]


def test_temporal_winners_are_one_moment_of_a_map_and_few_windows_of_a_batch() -> None:
    code = torch.rand(10, 6, 16, generator=torch.Generator().manual_seed(1))
    kept = temporal_winners(code, 0.2)
    assert ((kept == 0) | (kept == code)).all()
    assert ((kept > 0).sum(2) <= 1).all()
    assert ((kept > 0).sum((0, 2)) == 2).all()
    assert torch.equal(kept.amax((0, 2)), code.amax((0, 2)))


@pytest.mark.parametrize(("width", "stride"), [(4, 4), (8, 4), (5, 1), (8, 2)])
def test_a_grid_comes_back_as_long_as_it_went_in(width: int, stride: int) -> None:
    config = replace(TINY_CONV, width=width, stride=stride)
    model = Dictionary(config).eval()
    grid = torch.rand(2, 27, 20)
    assert model.encoder(grid).shape == (2, config.atoms, 20 // stride)
    assert model(grid, 2).shape == grid.shape


def test_no_atoms_are_silence() -> None:
    assert not (Dictionary(TINY_CONV).decoder(torch.zeros(1, TINY_CONV.atoms, 8)) >= 0.5).any()


def test_a_stride_that_does_not_divide_the_beat_is_refused() -> None:
    with pytest.raises(ValueError, match="stride 3"):
        replace(TINY_CONV, stride=3)


SMALL: dict[str, Config] = {
    "ours": TINY,
    "wta": replace(DRUMS["wta"], atoms=24, hidden=16, epochs=20, batch=8, rate=2e-2, lifetime=0.5),  # type: ignore[type-var]
    "seed": replace(SEED, atoms=24, epochs=20, batch=8, rate=2e-2),
    "dense": DenseConfig(32, 0, False, (2,), 20, 8, 1e-2),
    "vae": DenseConfig(32, 4, True, (2,), 20, 8, 1e-2),
    "pca": FactorConfig("pca", (1,), 1),
    "nmf": FactorConfig("nmf", (1,), 100),
}


@pytest.mark.parametrize("recipe", SMALL)
def test_every_recipe_finds_the_hits_of_a_few_figures(recipe: str, tmp_path: Path) -> None:
    grids = made_up_grids()
    config = SMALL[recipe]
    model = fit(config, grids, grids, tmp_path / "run", seed=0, resume=False)
    lines = [json.loads(line) for line in (tmp_path / "run" / LOG).read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    if not isinstance(config, FactorConfig):
        assert [line["step"] for line in lines if "loss" in line] == list(
            range(1, config.epochs * 6 + 1 if "batch" in asdict(config) and asdict(config)["batch"] == 8 else 0)
        )
        assert losses[-1] < 0.5 * losses[0]
    assert lines[-1]["validation"][str(max(config.actives))]["f1"] > 0.85
    assert not model.training
    loaded, known = load_run(tmp_path / "run")
    assert known["config"] == config
    again = rebuild_and_measure(loaded, grids, max(config.actives))
    assert again == rebuild_and_measure(model, grids, max(config.actives))


def test_a_resumed_run_ends_where_an_unbroken_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grids = made_up_grids()
    whole = fit(TINY, grids, grids, tmp_path / "whole", seed=3, resume=False)

    class StopError(Exception):
        pass

    def stop(path: Path, line: dict[str, Any]) -> None:
        if line["step"] == 40:
            raise StopError
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    with monkeypatch.context() as patch:
        patch.setattr("training.train._log", stop)
        with pytest.raises(StopError):
            fit(TINY, grids, grids, tmp_path / "broken", seed=3, resume=False)
    resumed = fit(TINY, grids, grids, tmp_path / "broken", seed=3, resume=True)
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name
    assert losses_of(tmp_path / "broken") == losses_of(tmp_path / "whole")
    assert sorted(path.name for path in (tmp_path / "broken").iterdir()) == ["last.pt", LOG]


def test_resuming_another_recipe_or_nothing_is_refused(tmp_path: Path) -> None:
    grids = made_up_grids(8)
    with pytest.raises(MediaError, match="checkpoint"):
        fit(TINY, grids, grids, tmp_path, seed=0, resume=True)
    fit(replace(TINY, epochs=1), grids, grids, tmp_path, seed=0, resume=False)
    with pytest.raises(MediaError, match="another recipe"):
        fit(TINY, grids, grids, tmp_path, seed=0, resume=True)
    with pytest.raises(MediaError, match="another recipe"):
        fit(TINY_CONV, grids, grids, tmp_path, seed=0, resume=True)


_TWO_PROCESSES = """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np, torch
from lightning_fabric import Fabric
from training.config import DRUMS
from training.train import fit
torch.set_num_threads(1)
fabric = Fabric(accelerator="cpu", devices=2, strategy="ddp")
fabric.launch()
grids = np.load(sys.argv[1])
config = replace(DRUMS["ours"], atoms=24, epochs=14, batch=8, actives=(1, 2), rate=0.05, stages=8)
fit(config, grids, grids, Path(sys.argv[2]), 5, False, fabric)
fabric.print("processes", fabric.world_size)
"""


def test_two_processes_give_the_curve_of_one(tmp_path: Path) -> None:
    grids = made_up_grids()
    np.save(tmp_path / "grids.npy", grids)
    (tmp_path / "two.py").write_text(_TWO_PROCESSES, encoding="utf-8")
    fit(TINY, grids, grids, tmp_path / "one", seed=5, resume=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = subprocess.run(
        [sys.executable, str(tmp_path / "two.py"), str(tmp_path / "grids.npy"), str(tmp_path / "two")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "MASTER_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert ran.returncode == 0, ran.stderr
    assert "processes 2" in ran.stdout
    assert losses_of(tmp_path / "two") == pytest.approx(losses_of(tmp_path / "one"), rel=1e-3, abs=1e-3)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> PursuitDictionary:
    """A small dictionary of the made-up figures."""
    grids = made_up_grids()
    model = fit(replace(TINY, atoms=97), grids, grids, tmp_path_factory.mktemp("runs") / "run", seed=0, resume=False)
    assert isinstance(model, PursuitDictionary)
    return model


def test_atoms_are_bounded(trained: PursuitDictionary) -> None:
    atoms = trained.atoms.detach()
    assert (atoms.flatten(1).norm(dim=1) <= 1 + 1e-5).all()
    assert (atoms[:, :9] >= 0).all()


def test_an_atom_that_never_wins_starts_anew(trained: PursuitDictionary) -> None:
    model = build(trained.config)
    assert isinstance(model, PursuitDictionary)
    model.load_state_dict(trained.state_dict())
    optimiser = torch.optim.Adam(model.parameters())
    model.wins[:] = 100
    model.wins[3] = 0
    before = model.atoms.detach().clone()
    grids = torch.from_numpy(made_up_grids())
    assert model.renew(grids, optimiser, torch.Generator().manual_seed(0)) == 1
    changed = ((model.atoms - before).abs() > 1e-4).flatten(1).any(1).nonzero()[:, 0].tolist()
    assert changed == [3]
    assert int(model.wins.sum()) == 0


def test_the_code_of_a_turned_loop_is_the_code_turned(trained: PursuitDictionary) -> None:
    chance = np.random.default_rng(3)
    values = np.zeros((2, 32, 9, 3), np.float32)
    values[..., 0] = chance.random((2, 32, 9)) < 0.2
    values[..., 1] = chance.random((2, 32, 9)) * values[..., 0]
    grids = torch.from_numpy(channels_of(values))
    shares = trained.shares(16, 32)
    code = trained(grids, shares).detach()
    for shift in range(1, 32):
        turned = trained(grids.roll(shift, 2), shares).detach()
        assert torch.allclose(turned, code.roll(shift, 2), atol=1e-3)


def test_what_is_exported_reads_as_training_does(exported: Path, trained: PursuitDictionary) -> None:
    """Loops of a step, 7/8, 3/4, two bars and one more, one and several at once."""
    coder = Coder(exported)
    atoms = torch.from_numpy(patches_of(exported)).transpose(1, 2)
    model = trained.stored(atoms)
    chance = np.random.default_rng(5)
    for steps in (1, 12, 14, 32, 33):
        values = np.zeros((steps, 9, 3), np.float32)
        values[..., 0] = chance.random((steps, 9)) < 0.2
        values[..., 1] = chance.random((steps, 9)) * values[..., 0]
        grid = Grid(Turned.of(values).values)
        code = coder.encode(grid, 4)
        with torch.no_grad():
            grids = torch.from_numpy(channels_of(grid.values[None]))
            expected = model(grids, model.shares(coder.picks(grid.steps, 4), grid.steps))
            laid = Decoder(atoms)(expected)[0].numpy()
        assert np.allclose(code, expected[0].numpy(), atol=1e-3)
        assert np.array_equal(coder.decode(code, grid.steps)[..., 0] >= 0.5, trained.config.threshold <= laid[:9].T)


@pytest.fixture(scope="module")
def exported(trained: PursuitDictionary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "drums-9"
    contract = export_drums(trained, folder, seed=0, command="a test")
    assert json.loads((folder / "model.json").read_text(encoding="utf-8")) == contract
    return folder


def test_the_report_measures_the_file_as_torch_is_measured(
    trained: PursuitDictionary, exported: Path, tmp_path: Path
) -> None:
    assert sorted(path.name for path in exported.iterdir()) == [
        "CARD.md", "decoder.onnx", "encoder.onnx", "golden.npz", "model.json",
    ]  # fmt: skip
    contract = json.loads((exported / "model.json").read_text(encoding="utf-8"))
    grids = made_up_grids()
    model = open_atoms(exported)
    figures, wins = measure_model(model, contract, grids, (1, 2))
    for active in (1, 2):
        expected = rebuild_and_measure(trained, grids, active)
        assert asdict(figures[active]) == pytest.approx(asdict(expected), abs=2e-3)
    assert wins.sum() > 0
    rows = {"1": figures[1].rounded(), "2": figures[2].rounded(), "4": figures[2].rounded()}
    draw_atoms(model.atoms.transpose(1, 2).numpy(), wins, tmp_path / "atoms.png")
    draw_frontier({"test": {"seed": rows}, "frontier": rows, "others": {}}, tmp_path / "frontier.png")
    draw_losses(tmp_path, "drums", ["ours"], tmp_path / "losses.png")
    assert all((tmp_path / f"{name}.png").stat().st_size > 1000 for name in ("atoms", "frontier", "losses"))


def test_only_finished_baselines_are_measured(tmp_path: Path) -> None:
    grids = made_up_grids()
    fit(FactorConfig("pca", (1,), 1), grids, grids, tmp_path / "drums-pca-1", 0, False)
    fit(replace(TINY_CONV, epochs=1), grids, grids, tmp_path / "drums-seed", 0, False)
    lines = (tmp_path / "drums-seed" / LOG).read_text(encoding="utf-8").splitlines()
    (tmp_path / "drums-seed" / LOG).write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert {name: list(rows) for name, rows in measure_runs(tmp_path, grids).items()} == {"pca": ["1"]}


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
        ["drums", "--config", "pca", "--atoms", "3"],
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


def test_the_shipped_model_keeps_its_contract_and_meets_its_targets() -> None:
    contract = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))
    for graph in contract["graphs"].values():
        assert sha256_of(SHIPPED / graph["file"]) == graph["sha256"]
    metrics = contract["metrics"]
    assert metrics["longest_atom"] <= 1
    rows = metrics["test"]["ours"]
    assert rows["1"]["f1"] >= 0.90
    assert rows["2"]["f1"] >= 0.96
    assert rows["2"]["exact_windows"] >= 0.30
    assert rows["2"]["velocity_mae"] <= 0.12
    assert rows["2"]["offset_mae"] <= 0.09
    assert rows["4"]["f1"] >= 0.99
    assert rows["4"]["exact_windows"] >= 0.70
    assert rows["4"]["velocity_mae"] <= 0.08
    assert rows["4"]["offset_mae"] <= 0.06


@pytest.mark.parametrize("atoms", [1, 24, 100, 1000, 2048, 2100, 4096])
def test_a_group_of_atoms_divides_them_and_the_places_that_are_kept_for_others(atoms: int) -> None:
    assert atoms % group_of(atoms) == 0 == GROUP % group_of(atoms)
    assert group_of(2048) == GROUP
