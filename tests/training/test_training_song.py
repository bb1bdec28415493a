"""One model a song: the source's spectrogram, windows, batches and losses, and a tiny model that learns."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from livemusic.errors import MediaError  # noqa: E402
from training.evaluate.song import measure, neighbourhoods, reconstruction, recurrence_at  # noqa: E402
from training.evaluate.song_results import read_results  # noqa: E402
from training.losses.rollout import roll_by_neighbours, rollout_loss, spread_of  # noqa: E402
from training.models.song import SongModel, VelocityForecaster  # noqa: E402
from training.recipes.song import (  # noqa: E402
    BINS,
    CONTEXT,
    FRAME,
    SAMPLE_RATE,
    SEED,
    SONG,
    batches,
    seed_path,
    song_losses,
    song_path,
    song_rows,
    train_song,
    trained,
)
from training.song import add_arguments  # noqa: E402

SHORT = replace(SEED, epochs=2)


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Torch on one core, so that busy machines are no slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def melody(seconds: float, seed: int = 0) -> np.ndarray:
    """Notes of a fifth of a second each, of any pitch between 110 and 1760 Hz."""
    rng = np.random.default_rng(seed)
    t = np.arange(SAMPLE_RATE // 5) / SAMPLE_RATE
    notes = 110 * 2 ** rng.uniform(0, 4, round(seconds * 5))
    return np.concatenate([0.4 * np.sin(2 * np.pi * hertz * t) * np.exp(-8 * t) for hertz in notes]).astype(np.float32)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return song_rows(melody(3))


def test_spectrogram_of_a_sine_lights_its_line_from_0_to_1() -> None:
    frames = 80
    sine = np.sin(2 * np.pi * 20 / FRAME * np.arange(FRAME * frames + 100)).astype(np.float32)
    sine[: 10 * FRAME] *= 0.5
    rows = song_rows(sine + 0.25)
    assert rows.shape == (frames, BINS)
    assert rows.dtype == np.float32
    assert rows.min() == 0
    assert rows.max() == 1
    assert (rows.argmax(axis=1) == 20).all()
    assert rows[:10, 20] == pytest.approx(np.full(10, 0.5), abs=0.01)
    assert rows[:, 0].max() < 0.01  # a constant is no sound: every frame's mean is taken out


@pytest.mark.parametrize("sound", [np.zeros(4 * SAMPLE_RATE, np.float32), np.ones(FRAME * 50, np.float32)])
def test_silence_and_a_short_song_are_told(sound: np.ndarray) -> None:
    with pytest.raises(MediaError, match=r"silent|short"):
        song_rows(sound)


@pytest.mark.parametrize(("frames", "dim"), [(22, 3), (88, 12)])
def test_a_stretch_is_encoded_as_its_windows_one_by_one(frames: int, dim: int) -> None:
    torch.manual_seed(0)
    model = SongModel(frames, 94, dim)
    for weight in model.encoder.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    stretch = torch.rand(2, frames + 5, 94)
    stretch[:, :3] -= 0.5  # rows outside a window must not reach into it
    encoder, pool = model.encoder, torch.nn.MaxPool1d(2)
    for window in range(6):
        x = stretch[:, window : window + frames].transpose(1, 2)
        if frames == 22:
            point = encoder.point(encoder.body(pool(encoder.first(x).relu())))
        else:
            for layer in (encoder.first, encoder.second, encoder.third):
                x = pool(layer(x).relu())
            point = encoder.point(encoder.fourth(x).relu().transpose(1, 2).flatten(1))
        torch.testing.assert_close(encoder(stretch)[:, window], point)
        alone = encoder(stretch[:, window : window + frames])
        torch.testing.assert_close(alone[:, 0], point)
    assert model.decoder(point).shape == (2, frames, 94)


def test_batches_are_dealt_once_and_every_window_has_its_context() -> None:
    length = 200
    dealt = list(batches(length, SEED, np.random.default_rng(0)))
    first, last = CONTEXT - 1, length - 22 - 2
    whole = (last - first + 1) // 8
    assert len(dealt) == 7 * (whole - 1)
    once = np.concatenate(dealt[:whole])
    assert len(set(once)) == 8 * whole
    assert once.min() >= first
    assert once.max() <= last
    np.testing.assert_array_equal(dealt[0], dealt[whole])
    assert not np.array_equal(np.sort(once), once)
    # a reservoir of 70 %: what comes last in the song is never drawn first
    assert max(once[:8]) <= first + int(0.7 * (last - first + 1)) + 8


def test_a_song_too_short_for_its_windows_is_told() -> None:
    with pytest.raises(MediaError, match="too few"):
        next(batches(100, SONG["2s-3d-seed"], np.random.default_rng(0)))


def test_losses_of_a_batch_are_the_sources(rows: np.ndarray) -> None:
    torch.manual_seed(0)
    model = SongModel(22, 94, 3).eval()
    now = torch.tensor([50, 60])
    parts = song_losses(model, torch.from_numpy(rows), now, SEED)
    path = torch.from_numpy(song_path(model, rows))
    window = torch.from_numpy(rows[50:72])
    drawn = torch.sigmoid(model.decoder(path[[50, 60]]))
    picture = -(window * drawn[0].log() + (1 - window) * (1 - drawn[0]).log()).mean()
    other = torch.from_numpy(rows[60:82])
    picture = (picture - (other * drawn[1].log() + (1 - other) * (1 - drawn[1]).log()).mean()) / 2
    assert parts["bce"].item() == pytest.approx(picture.item(), rel=1e-4)
    foreseen = model.forecaster(torch.stack([path[6:51], path[16:61]]))
    actual = torch.stack([path[51] - path[50], path[61] - path[60]])
    cosine = (foreseen * actual).sum(dim=1) / foreseen.norm(dim=1) / actual.norm(dim=1)
    assert parts["forecast"].item() == pytest.approx(-cosine.mean().item(), abs=1e-4)
    assert parts["loss"].item() == pytest.approx(parts["bce"].item() + 0.001 * parts["forecast"].item())


def test_a_slow_recipe_draws_eight_windows_and_counts_steps_in_units_of_the_spread(rows: np.ndarray) -> None:
    torch.manual_seed(0)
    model = SongModel(22, 94, 3).eval()
    parts = song_losses(model, torch.from_numpy(rows), torch.tensor([50, 70]), SONG["slow"])
    path = torch.from_numpy(song_path(model, rows)).double()
    runs = torch.stack([path[50:81], path[70:101]])
    spread = runs.flatten(0, 1).var(dim=0, correction=0).sum()
    step = torch.diff(runs, dim=1).square().sum(dim=2).mean() / spread
    assert parts["slowness"].item() == pytest.approx(step.item(), rel=1e-3)
    drawn = torch.sigmoid(model.decoder(path[[50 + 3 * i for i in range(8)] + [70 + 3 * i for i in range(8)]].float()))
    windows = torch.from_numpy(rows).unfold(0, 22, 1).transpose(1, 2)
    wanted = windows[[50 + 3 * i for i in range(8)] + [70 + 3 * i for i in range(8)]]
    assert parts["bce"].item() == pytest.approx(
        torch.nn.functional.binary_cross_entropy(drawn, wanted).item(), rel=1e-4
    )
    assert parts["loss"].item() == pytest.approx(parts["bce"].item() + 0.02 * parts["slowness"].item())


@pytest.mark.parametrize("name", ["rollout", "neighbours"])
def test_forecasts_of_many_steps_reach_the_encoder(rows: np.ndarray, name: str) -> None:
    torch.manual_seed(0)
    model = SongModel(22, 94, 3)
    song_losses(model, torch.from_numpy(rows), torch.tensor([50, 76]), replace(SONG[name], steps=5))[name].backward()
    assert model.encoder.point.weight.grad.abs().max() > 0


def test_both_sides_of_the_forecast_carry_gradient(rows: np.ndarray) -> None:
    torch.manual_seed(0)
    model = SongModel(22, 94, 3)
    song_losses(model, torch.from_numpy(rows), torch.tensor([50]), SEED)["forecast"].backward()
    assert model.encoder.point.weight.grad.abs().max() > 0
    assert model.forecaster.velocity.weight.grad.abs().max() > 0


def test_training_is_the_same_for_the_same_seed(rows: np.ndarray, tmp_path: Path) -> None:
    model = train_song(rows, SHORT, seed=1)
    path = song_path(model, rows)
    assert path.shape == (len(rows) - 21, 3)
    np.testing.assert_array_equal(path, song_path(train_song(rows, SHORT, seed=1), rows))
    assert not np.array_equal(path, song_path(train_song(rows, SHORT, seed=2), rows))
    kept = tmp_path / "model.pt"
    first, spent = trained(rows, SHORT, 1, kept)
    again, same = trained(rows, SHORT, 1, kept)
    assert spent == same
    np.testing.assert_array_equal(song_path(first, rows), song_path(again, rows))


def test_a_trained_model_draws_more_than_the_mean_picture(rows: np.ndarray) -> None:
    figures = reconstruction(train_song(rows, replace(SONG["pure"], epochs=50), seed=0), rows)
    assert figures["least"] < figures["bce"] < figures["mean_picture"]
    assert figures["explained"] > 0.1
    assert figures["explained"] == pytest.approx(
        (figures["mean_picture"] - figures["bce"]) / (figures["mean_picture"] - figures["least"]), abs=1e-3
    )


@pytest.mark.parametrize("name", ["alpha-1", "pure"])
def test_recipes_start_alike(rows: np.ndarray, name: str) -> None:
    """The first update of every recipe sees the same picture, so a difference comes from the loss alone."""
    track, costs = torch.from_numpy(rows), []
    for recipe in (SEED, SONG[name]):
        torch.manual_seed(3)
        model = SongModel(22, 94, 3)
        costs.append(song_losses(model, track, torch.tensor([50, 51]), recipe)["bce"].item())
    assert costs[0] == pytest.approx(costs[1])


def test_velocity_forecaster_rolls_as_it_steps() -> None:
    torch.manual_seed(0)
    forecaster = VelocityForecaster(3, bounded=True).eval()
    path = torch.randn(2, CONTEXT, 3)
    rolled = forecaster.roll(path, 3)
    for step in range(3):
        after = path[:, -1] + forecaster(path)
        torch.testing.assert_close(rolled[:, step], after)
        path = torch.cat([path, after[:, None]], dim=1)
    assert forecaster.memory.bias_ih_l0[16:32].tolist() == [1.0] * 16


def test_rollout_loss_and_spread_by_hand() -> None:
    rolled = torch.tensor([[[1.0, 0], [2, 0]]])
    actual = torch.tensor([[[1.0, 1], [0, 0]]])
    assert rollout_loss(rolled, actual).item() == pytest.approx((1 + 4) / 2)
    assert spread_of(torch.tensor([[3.0, 0], [-3, 0], [0, 4], [0, -4]])).item() == pytest.approx(12.5**0.5)


def test_neighbours_guide_whom_they_may_and_learn_from_it() -> None:
    points = torch.tensor([[0.0, 0], [10, 0]], requires_grad=True)
    velocities = torch.tensor([[1.0, 0], [0, 1]])
    begin = torch.tensor([[0.0, 1], [0, 1]])
    allowed = torch.tensor([[True, False], [False, True]])
    rolled = roll_by_neighbours(begin, points, velocities, allowed, steps=2, k=1)
    torch.testing.assert_close(rolled, torch.tensor([[[1.0, 1], [2, 1]], [[0, 2], [0, 3]]]))
    both = roll_by_neighbours(begin[:1], points, velocities, torch.ones(1, 2, dtype=torch.bool), steps=1, k=2)
    far = 101**0.5
    torch.testing.assert_close(both[0, 0], torch.tensor([far / (1 + far), 1 + 1 / (1 + far)]))
    both.sum().backward()
    assert points.grad.abs().max() > 0


def test_a_loop_comes_back_after_its_period_and_nothing_else_does() -> None:
    angle = 2 * np.pi * np.arange(900) / 100
    loop = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert recurrence_at(loop, 100) == pytest.approx(10, rel=0.2)  # always back, where a tenth of all pairs are near
    assert recurrence_at(loop, 150) == 0
    assert np.isnan(recurrence_at(loop, 500))
    stroll = np.random.default_rng(0).normal(size=(900, 3))
    assert recurrence_at(stroll, 100) == pytest.approx(1, abs=0.3)


def test_a_path_that_is_its_windows_keeps_every_neighbourhood(rows: np.ndarray) -> None:
    windows = np.lib.stride_tricks.sliding_window_view(rows, 22, axis=0).reshape(-1, 22 * 94).astype(np.float64)
    assert neighbourhoods(windows, rows, 22) == pytest.approx((1, 1))
    scattered = np.random.default_rng(0).normal(size=(len(windows), 3))
    assert max(neighbourhoods(scattered, rows, 22)) < 0.7


def test_every_figure_of_a_model_goes_into_json() -> None:
    rows = song_rows(melody(8))
    figures = measure(train_song(rows[:260], SHORT, seed=0), rows, 260, beat_s=0.4, seed=0)
    again = json.loads(json.dumps(figures, allow_nan=False))
    assert len(again["knn"]) == len(again["lstm"]) == len(again["elsewhere"]) == 30
    assert len(again["published"]) == 29
    assert again["beats"][0] is not None
    assert -1 <= again["cos"] <= 1


def test_the_path_of_a_song_for_comparison() -> None:
    times, path = seed_path(melody(3), SAMPLE_RATE, recipe=SHORT)
    assert path.shape == (len(times), 3)
    assert times[0] == pytest.approx(22 * FRAME / SAMPLE_RATE)
    assert np.diff(times) == pytest.approx(np.full(len(times) - 1, FRAME / SAMPLE_RATE))


def test_results_are_read_newest_first_and_nonsense_is_told(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    assert read_results(file) == []
    lines = [{"clip": "a", "recipe": "seed", "seed": 0, "cos": value} for value in (0.1, 0.2)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert read_results(file) == lines[1:]
    with file.open("a") as more:
        more.write("{\n")
    with pytest.raises(MediaError, match="line 3"):
        read_results(file)


def test_the_recipe_seed_is_the_sources() -> None:
    assert (SEED.frames, SEED.dim, SEED.alpha, SEED.epochs, SEED.batch, SEED.rate) == (22, 3, 0.001, 7, 8, 1e-3)
    assert str(SEED) == "seed"
    assert str(SONG["pure"]) == "alpha=0"
    parser = ArgumentParser()
    add_arguments(parser)
    assert parser.parse_args(["--data", "x"]).recipes == ["pure", "seed"]
