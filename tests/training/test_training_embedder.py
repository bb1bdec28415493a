"""The embedder's training: losses by hand, a tiny run that learns, and an export that says the same as torch."""

import csv
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")

from livemusic.dsp.spec import FeatureSpec  # noqa: E402
from livemusic.errors import MediaError, ModelError  # noqa: E402
from training.data.audio import held_out, load_rows, read_clips, sequence_starts, sound_of  # noqa: E402
from training.embedder import Recipe, add_arguments, losses, train  # noqa: E402
from training.evaluate.embedder import export, player, points_of  # noqa: E402
from training.evaluate.space import divergence, recurrence, turning  # noqa: E402
from training.losses.forecast import curvature_loss, forecast_loss, slowness_loss, whitened  # noqa: E402
from training.models.embedder import Embedder, whiten  # noqa: E402

SPEC = FeatureSpec()


def melody(seconds: float, seed: int) -> np.ndarray:
    """Notes of a fifth of a second each, of any pitch between 110 and 1760 Hz."""
    rng = np.random.default_rng(seed)
    t = np.arange(SPEC.sample_rate // 5) / SPEC.sample_rate
    notes = 110 * 2 ** rng.uniform(0, 4, round(seconds * 5))
    return np.concatenate([0.4 * np.sin(2 * np.pi * hertz * t) * np.exp(-8 * t) for hertz in notes]).astype(np.float32)


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Torch on one core, so that busy machines are no slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with (tmp_path / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "title", "artist", "licence", "source_repo"])
        for index in range(4):
            rows.writerow([f"Übung_{index // 2}_c{index % 2}.wav", "Übung", "Someone", "CC0-1.0", "here"])
            soundfile.write(tmp_path / f"Übung_{index // 2}_c{index % 2}.wav", melody(4, index), SPEC.sample_rate)
    return tmp_path


def test_forecast_loss_of_parallel_crossing_and_opposed_velocities() -> None:
    ahead = torch.tensor([[1.0, 0, 0]])
    assert forecast_loss(3 * ahead, ahead).item() == pytest.approx(-1)
    assert forecast_loss(torch.tensor([[0.0, 2, 0]]), ahead).item() == pytest.approx(0)
    assert forecast_loss(-ahead, ahead).item() == pytest.approx(1)
    assert forecast_loss(torch.tensor([[0.5, 3**0.5 / 2, 0]]), ahead).item() == pytest.approx(-0.5)


def test_curvature_loss_of_a_line_and_a_square() -> None:
    line = torch.arange(5.0)[:, None] * torch.tensor([1.0, 2, 3])
    square = torch.tensor([[0.0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    assert curvature_loss(line).item() == pytest.approx(-1)
    assert curvature_loss(square).item() == pytest.approx(0)


def test_slowness_loss_counts_steps_in_units_of_the_whole_space() -> None:
    angle = 2 * torch.pi * torch.arange(40.0) / 40
    circle = torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)[None]
    white = whitened(circle)
    assert slowness_loss(white).item() == pytest.approx((2 * np.sin(np.pi / 40)) ** 2, rel=0.01)
    stretched = whitened(circle @ torch.tensor([[50.0, 3], [0, 20]]) + 7)
    torch.testing.assert_close(stretched[0].T.cov(correction=0), torch.eye(2), atol=1e-3, rtol=0)
    assert slowness_loss(stretched).item() == pytest.approx(slowness_loss(white).item(), rel=0.01)


def test_a_path_that_stands_still_gives_finite_gradients() -> None:
    still = torch.zeros(1, 6, 3, requires_grad=True)
    white = whitened(still)
    (slowness_loss(white) + curvature_loss(white)).backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(still.grad).all()


def test_both_sides_of_the_forecast_carry_gradient() -> None:
    foreseen, actual = (torch.tensor([pair], requires_grad=True) for pair in ([1.0, 0.2, 0], [0.1, 1.0, 0]))
    forecast_loss(foreseen, actual).backward()  # type: ignore[no-untyped-call]
    assert foreseen.grad.abs().sum() > 0
    assert actual.grad.abs().sum() > 0


def test_shapes_of_the_source() -> None:
    model = Embedder(94)
    sequences = torch.rand(2, 46, 22, 94)
    assert model.embed(sequences).shape == (2, 46, 3)
    assert model.decoder(torch.zeros(5, 3)).shape == (5, 22, 94)
    assert model.forecaster(torch.zeros(5, 45, 3)).shape == (5, 3)
    assert set(losses(model, sequences)) == {"bce", "forecast", "curvature", "slowness"}


def test_clips_are_read_and_tracks_stay_together(folder: Path) -> None:
    clips = read_clips(folder)
    assert [clip.track for clip in clips] == ["Übung_0", "Übung_0", "Übung_1", "Übung_1"]
    for share in (0.0, 0.3, 0.6, 1.0):
        first, second, third, fourth = held_out(clips, share)
        assert first == second
        assert third == fourth
    assert held_out(clips, 1.0) == [True] * 4


def test_rows_come_from_the_cache_the_second_time(folder: Path) -> None:
    clips = read_clips(folder)
    first = load_rows(clips, SPEC, folder / "cache")
    assert [row.shape for row in first] == [(172, 94)] * 4
    (stored,) = (folder / "cache").iterdir()
    written = stored.stat().st_mtime_ns
    second = load_rows(clips, SPEC, folder / "cache")
    assert stored.stat().st_mtime_ns == written
    np.testing.assert_array_equal(second, first)


def test_missing_lists_and_broken_clips_are_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"clips\.csv is missing"):
        read_clips(tmp_path / "nowhere")
    (folder / "Übung_1_c1.wav").write_bytes(b"not sound")
    with pytest.raises(MediaError, match="Übung_1_c1"):
        sound_of(folder / "Übung_1_c1.wav", 44100)
    (folder / "Übung_1_c1.wav").unlink()
    with pytest.raises(MediaError, match="1 of them missing"):
        read_clips(folder)


def test_stereo_at_another_rate_is_mixed_and_resampled(tmp_path: Path) -> None:
    both = np.column_stack([np.full(48000, 0.5), np.full(48000, -0.1)])
    soundfile.write(tmp_path / "s.wav", both, 48000)
    sound = sound_of(tmp_path / "s.wav", 44100)
    assert len(sound) == 44100
    np.testing.assert_allclose(sound[4000:-4000], 0.2, atol=1e-3)


def test_sequences_never_cross_from_one_clip_into_the_next() -> None:
    starts = sequence_starts([100, 30, 70], span=67, step=46, rng=np.random.default_rng(0))
    assert set(starts) <= {*range(34), *range(130, 134)}
    assert len(starts) >= 2


@pytest.fixture(scope="module")
def rows() -> list[np.ndarray]:
    from training.data.audio import rows_of

    return [rows_of(melody(4, seed), SPEC) for seed in range(4)]


def test_a_tiny_run_learns_and_resumes_to_the_same_model(rows: list[np.ndarray], tmp_path: Path) -> None:
    recipe, held = Recipe(epochs=6, batch=1, rate=5e-3), [False, False, False, True]
    whole = train(rows, held, recipe, tmp_path / "whole", resume=False)
    log = [json.loads(line) for line in (tmp_path / "whole" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["bce"] < 0.9 * log[0]["bce"]
    assert {"epoch", "loss", "forecast", "held_bce", "s"} <= set(log[0])

    with pytest.raises(ModelError, match="without --resume"):
        train(rows, held, recipe, tmp_path / "parts", resume=True)
    stop_after(rows, held, recipe, tmp_path / "parts", epochs=3)
    resumed = train(rows, held, recipe, tmp_path / "parts", resume=True)
    assert len((tmp_path / "parts" / "log.jsonl").read_text().splitlines()) == 6
    for ours, theirs in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)
    with pytest.raises(ModelError, match="same options"):
        train(rows, held, Recipe(epochs=7), tmp_path / "parts", resume=True)


def stop_after(rows: list[np.ndarray], held: list[bool], recipe: Recipe, folder: Path, epochs: int) -> None:
    """Train, and press Ctrl-C in the middle of the epoch after `epochs`."""
    import training.embedder as trainer

    begin = trainer._fit

    def fit(*args: object) -> dict[str, float]:
        if args[-1] == epochs:
            raise KeyboardInterrupt
        return begin(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "_fit", fit)
        with pytest.raises(KeyboardInterrupt):
            train(rows, held, recipe, folder, resume=False)


def test_whitened_points_are_centred_wide_and_uncorrelated(rows: list[np.ndarray]) -> None:
    torch.manual_seed(0)
    encoder = Embedder(94).encoder
    before = np.concatenate([points_of(encoder, row) for row in rows])
    whiten(encoder, before)
    after = np.concatenate([points_of(encoder, row) for row in rows])
    np.testing.assert_allclose(after.mean(axis=0), 0, atol=1e-2)
    np.testing.assert_allclose(np.cov(after.T), np.eye(3), atol=1e-2)


def test_the_exported_graph_says_the_same_as_torch_for_any_batch(rows: list[np.ndarray], tmp_path: Path) -> None:
    torch.manual_seed(0)
    encoder = Embedder(94).encoder.eval()
    export(encoder, SPEC, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder.onnx", "golden.npz"]
    assert b".py" not in (tmp_path / "encoder.onnx").read_bytes(), "the graph names files of this machine"
    embed, session = player(tmp_path / "encoder.onnx")
    for row in (rows[0], rows[1][:22], rows[2][:25]):
        np.testing.assert_allclose(embed(row), points_of(encoder, row), atol=1e-4)
    with np.load(tmp_path / "golden.npz") as golden:
        (again,) = session.run(["z"], {"window": golden["encoder_in"]})
        np.testing.assert_allclose(again, golden["encoder_out"], atol=1e-4)


def test_turning_of_a_line_and_a_circle() -> None:
    assert turning(np.arange(10, dtype=np.float32)[:, None] * np.ones(3, np.float32)) == pytest.approx((1.0, 0.0))
    angle = np.radians(10 * np.arange(72))
    circle = np.column_stack([np.cos(angle), np.sin(angle), 0 * angle]).astype(np.float32)
    assert turning(circle)[1] == pytest.approx(10, abs=1e-2)


def test_a_loop_is_foreseen_and_noise_is_not() -> None:
    angle = 2 * np.pi * np.arange(600) / 97
    loop = np.column_stack([np.cos(angle), np.sin(angle), np.sin(2 * angle)]).astype(np.float32)
    foreseen, still = divergence(loop)
    assert (foreseen.mean(axis=0) < 0.1 * still.mean(axis=0)).all()
    foreseen, still = divergence(np.random.default_rng(0).standard_normal((600, 3)).astype(np.float32))
    assert foreseen[:, -1].mean() > 0.5 * still[:, -1].mean()


def test_a_repeat_is_found_by_a_space_that_knows_the_notes() -> None:
    def pitches(rows: np.ndarray) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(rows, 22, axis=0)
        return windows[:, ::2, ::5].reshape(len(windows), -1)

    found = recurrence(melody(4, 1), melody(4, 2), SPEC, pitches)
    assert found["returned"] > 0.9
    assert found["chance"] < 0.1
    assert found["closeness"] < 0.5


def test_the_command_line_defaults_to_the_sources_weights() -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args(["--data", "somewhere"])
    assert isinstance(args, Namespace)
    assert (args.alpha, args.delta, args.sigma, args.seed) == (0.001, 0.0, 0.0, 0)
