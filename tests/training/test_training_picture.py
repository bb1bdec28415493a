"""The picture embedder's training: figures that repeat, loops that are told from other paths, foresight, an export."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from livemusic.inference.eye import PictureEncoder  # noqa: E402
from training.card import write_json  # noqa: E402
from training.data.films import (  # noqa: E402
    HEIGHT,
    RATE,
    WIDTH,
    Scene,
    chosen,
    conductor,
    filmed,
    metronome,
    moments,
    pendulum,
    shoot,
    turning,
)
from training.evaluate import displacement, loops  # noqa: E402
from training.evaluate.picture import export, player  # noqa: E402
from training.losses.forecast import stress_loss  # noqa: E402
from training.models.picture import DIM, FRAMES, SPACING, SPAN, PictureEmbedder, turned, windows_of  # noqa: E402
from training.models.picture_seed import SeedPicture, sequences  # noqa: E402
from training.recipes.picture import Recipe, batch_of, losses, train  # noqa: E402
from training.recipes.picture_seed import SeedRecipe, train_seed  # noqa: E402

TINY = Recipe(epochs=3, steps=6, films=2, rate=5e-3)


@pytest.fixture(autouse=True)
def one_core():
    """Torch on one core, so that busy machines are no slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    "figure",
    [
        lambda times: pendulum(times, 1.0),
        lambda times: metronome(times, 1.0),
        *(lambda times, beats=beats: conductor(times, 1.0, beats, mirror=True) for beats in (2, 3, 4)),
        *(lambda times, corners=corners: turning(times, 1.0, corners) for corners in (2, 3, 5)),
    ],
)
def test_a_figure_looks_the_same_after_a_period_and_not_before(figure) -> None:
    film = shoot(figure(moments(2.0)), Scene(), np.random.default_rng(0))
    frames = film.frames.flatten(1)
    apart = torch.cdist(frames[:25], frames[25:])
    assert apart.diagonal().max() < 1e-3
    pairs = torch.cat([frames[:25].roll(-step, 0) - frames[:25] for step in range(1, 25)], dim=1).unflatten(1, (24, -1))
    assert (pairs.square().sum(dim=2).mean(dim=0) > 1).all(), "it repeats within its period"
    np.testing.assert_allclose(film.phase, np.arange(50) / 25)


def test_scenes_change_the_film_and_not_the_figure() -> None:
    figure = pendulum(moments(1.0), 0.8)
    plain = shoot(figure, Scene(), np.random.default_rng(0))
    hard = shoot(figure, Scene(clutter=0.4, noise=0.1, shake=0.03, flicker=0.1), np.random.default_rng(0))
    torch.testing.assert_close(plain.figure, hard.figure)
    assert (plain.frames - hard.frames).abs().mean() > 0.05
    assert 0 <= hard.frames.min() <= hard.frames.max() <= 1


def test_films_of_any_kind_show_something_that_moves() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        film = shoot(chosen(rng, moments(2.0)), filmed(rng), rng)
        assert film.frames.shape == (50, HEIGHT, WIDTH)
        assert film.figure.flatten(1).max(dim=1).values.min() > 0.3
        assert film.figure.std(dim=0).max() > 0.05


def test_windows_hold_the_frames_they_say() -> None:
    frames = torch.arange(30.0)[:, None, None].expand(30, 2, 3)
    windows = windows_of(frames)
    assert windows.shape == (30 - SPAN + 1, FRAMES, 2, 3)
    assert windows[5, :, 0, 0].tolist() == [5.0 + SPACING * index for index in range(FRAMES)]


def test_stress_is_zero_in_proportion_and_not_otherwise() -> None:
    path = torch.randn(2, 12, 3, generator=torch.Generator().manual_seed(0))
    assert stress_loss(path, torch.cat([4 * path, torch.zeros(2, 12, 5)], dim=-1) + 3).item() == pytest.approx(
        0, abs=1e-6
    )
    assert stress_loss(path, path.flip(1) ** 3).item() > 0.1
    still = torch.zeros(1, 12, 3, requires_grad=True)
    stress_loss(still, path[:1]).backward()
    assert torch.isfinite(still.grad).all()


def test_a_tiny_run_learns_and_resumes_to_the_same_model(tmp_path: Path) -> None:
    whole = train(TINY, tmp_path / "whole", resume=False)
    log = [json.loads(line) for line in (tmp_path / "whole" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"] < 0.9 * log[0]["loss"]
    assert {"figures", "scene", "forecast", "bend", "stress"} <= set(log[0])
    train(TINY, tmp_path / "parts", resume=False, until=1)
    stop_after(2, tmp_path / "parts")
    resumed = train(TINY, tmp_path / "parts", resume=True)
    for ours, theirs in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)


def stop_after(epochs: int, folder: Path) -> None:
    """Train, and press Ctrl-C in the middle of the epoch after `epochs`."""
    import training.recipes.picture as trainer

    begin = trainer._fit

    def fit(model, optimiser, recipe, epoch):
        if epoch == epochs:
            raise KeyboardInterrupt
        return begin(model, optimiser, recipe, epoch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "_fit", fit)
        with pytest.raises(KeyboardInterrupt):
            train(TINY, folder, resume=True)


def test_every_part_of_the_loss_carries_gradient() -> None:
    model = PictureEmbedder()
    windows, wanted = batch_of(1, np.random.default_rng(0))
    assert windows.shape == (1, 24, FRAMES, HEIGHT, WIDTH)
    assert wanted.shape == (1, 24, 3, HEIGHT // 2, WIDTH // 2)
    for name, loss in losses(model, windows, wanted).items():
        (gradient,) = torch.autograd.grad(loss, model.encoder.point.weight, retain_graph=True)
        assert gradient.abs().sum() > 0, name


def test_turned_points_lie_around_the_middle_widest_axis_first() -> None:
    torch.manual_seed(0)
    encoder = PictureEmbedder().encoder.eval()
    windows = batch_of(2, np.random.default_rng(3))[0].flatten(0, 1)
    with torch.no_grad():
        shares = turned(encoder, encoder(windows).numpy())
        points = encoder(windows).double().numpy()
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-2)
    assert (points**2).sum(axis=1).mean() == pytest.approx(1, abs=0.05)
    assert (np.diff(shares) <= 1e-9).all()
    np.testing.assert_allclose(points.var(axis=0), shares, atol=0.03)


def test_the_exported_model_says_the_same_as_torch_and_opens_in_the_app(tmp_path: Path) -> None:
    torch.manual_seed(0)
    encoder = PictureEmbedder().encoder.eval()
    windows = batch_of(2, np.random.default_rng(3))[0].flatten(0, 1)
    with torch.no_grad():
        wanted = encoder(windows).numpy()
    folder = tmp_path / "eye-1"
    entry = export(encoder, folder)
    assert (folder / "encoder.onnx").stat().st_size < 1e6
    assert b".py" not in (folder / "encoder.onnx").read_bytes(), "the graph names files of this machine"
    spec = {"width": WIDTH, "height": HEIGHT, "rate": RATE, "frames": FRAMES, "spacing": SPACING, "dim": DIM}
    card = {"format": 1, "id": "eye-1", "kind": "picture", "version": "1.0.0", "title": "Eye", "opset": 18}
    write_json(folder / "model.json", card | {"graphs": {"encoder": entry}, "golden": "golden.npz", "spec": spec})
    np.testing.assert_allclose(PictureEncoder.open(folder).embed(windows.numpy()), wanted, atol=1e-4)
    film = shoot(pendulum(moments(2.0), 1.0), Scene(), np.random.default_rng(0))
    with torch.no_grad():
        np.testing.assert_allclose(
            player(folder / "encoder.onnx")(film.frames), encoder(windows_of(film.frames)).numpy(), atol=1e-4
        )


def circle(turns: float = 6.0, count: int = 600) -> tuple[np.ndarray, np.ndarray]:
    phase = np.linspace(0, turns, count)
    return np.stack([np.cos(2 * np.pi * phase), np.sin(2 * np.pi * phase), 0 * phase], axis=1), phase


def test_a_circle_is_one_loop() -> None:
    path, phase = circle()
    assert loops.period(path, 50.0, 6.0) == pytest.approx(2.0, abs=0.01)
    assert loops.closure(path, phase) == pytest.approx(0, abs=1e-3)
    assert loops.winding(path, phase) == pytest.approx(1, abs=0.01)
    loop = loops.mean_loop(path, phase)
    assert loops.clearance(loop) == pytest.approx(2 * np.sin(np.pi / 8), abs=0.02)
    first, second = loops.holes(loop)[:2]
    assert first == pytest.approx(np.sqrt(3) - 2 * np.sin(np.pi / 32), abs=0.1)
    assert second == 0


def test_there_and_back_is_no_loop_and_an_eight_is_two() -> None:
    _, phase = circle()
    ahead = np.stack([np.sin(2 * np.pi * phase), 0.3 * np.sin(2 * np.pi * phase) ** 2, 0 * phase], axis=1)
    loop = loops.mean_loop(ahead, phase)
    assert loops.winding(ahead, phase) == pytest.approx(0, abs=0.01)
    assert loops.clearance(loop) < 0.05
    assert loops.holes(loop)[0] < 0.15
    eight = np.stack([np.sin(2 * np.pi * phase), np.sin(4 * np.pi * phase), 0 * phase], axis=1)
    first, second, third = loops.holes(loops.mean_loop(eight, phase))[:3]
    assert second > 0.3
    assert second == pytest.approx(first, abs=0.1)
    assert third < 0.05


def test_a_path_that_never_returns_has_no_period() -> None:
    walk = np.cumsum(np.random.default_rng(0).normal(size=(400, 3)), axis=0)
    assert np.isnan(loops.period(walk + np.arange(400)[:, None], 25.0, 6.0))


def test_foresight_on_a_circle_by_hand() -> None:
    path = circle()[0]
    still = displacement.measure(path, displacement.persistence)
    assert still.error == pytest.approx((1.0, 1.0))
    ahead = displacement.measure(path, displacement.constant_velocity)
    turn = 2 * np.pi * 6 / 599
    assert ahead.error[0] == pytest.approx((2 * np.sin(turn / 2)) ** 2, rel=1e-3)
    assert ahead.cosine[0] == pytest.approx(np.cos(turn), abs=1e-6)
    assert ahead.cosine[1] == pytest.approx(np.cos(11 / 2 * turn), abs=1e-3)
    near = displacement.measure(path, displacement.neighbours(path[: displacement.cut(len(path))]))
    assert near.error[1] < 0.01
    assert near.cosine[1] > 0.999


def test_a_memory_learns_a_circle() -> None:
    path = circle(count=300)[0]
    known = path[: displacement.cut(len(path))]
    found = displacement.measure(path, displacement.recurrent(displacement.train_memory(known, epochs=6)))
    assert found.cosine[0] > 0.9
    assert found.error[0] < 0.5


def test_stretches_are_followed_by_their_steps() -> None:
    stretches, steps = sequences(torch.arange(10.0)[:, None] ** 2, 4)
    assert stretches.shape == (6, 4, 1)
    assert stretches[2, :, 0].tolist() == [4, 9, 16, 25]
    assert steps[2].item() == 36 - 25


def test_the_sources_recipe_runs_once_for_a_film(tmp_path: Path) -> None:
    frames = shoot(pendulum(moments(3.4), 1.0), Scene(), np.random.default_rng(0)).frames
    recipe = SeedRecipe(epochs=1, drawn=2)
    model = train_seed(frames, recipe, tmp_path / "pendulum.pt")
    assert model.encoder(frames[:2]).shape == (2, 3)
    assert model.decoder(torch.zeros(2, 3)).shape == (2, HEIGHT, WIDTH)
    written = (tmp_path / "pendulum.pt").stat().st_mtime_ns
    again = train_seed(frames, recipe, tmp_path / "pendulum.pt")
    assert (tmp_path / "pendulum.pt").stat().st_mtime_ns == written
    torch.testing.assert_close(again.encoder(frames[:2]), model.encoder(frames[:2]))
    assert not torch.equal(SeedPicture().encoder.point.weight, model.encoder.point.weight)
    with pytest.raises(ValueError, match="fewer"):
        train_seed(frames[:40], recipe)
