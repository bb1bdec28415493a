"""The embedder's training: losses by hand, a tiny run that learns, and an export that says the same as torch."""

import csv
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")

from livemusic.dsp.spec import FeatureSpec  # noqa: E402
from livemusic.errors import MediaError, ModelError  # noqa: E402
from training.data.audio import held_out, load_rows, read_clips, sequence_starts, sound_of  # noqa: E402
from training.embedder import PATH, Recipe, add_arguments, batch, losses, train  # noqa: E402
from training.evaluate.embedder import Graph, export, points_of, turn  # noqa: E402
from training.evaluate.path import path_figures, principal  # noqa: E402
from training.losses.path import curvature_loss, isometry_loss, rollout_loss  # noqa: E402
from training.models.embedder import STEPS, WINDOW, Embedder, Stepper, windows  # noqa: E402

SPEC = FeatureSpec(fft=2048, alpha=1.0, bins=16, low_hz=30.0, high_hz=8000.0, floor_db=-90.0, attack_s=0.0)


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


def test_curvature_loss_of_a_line_and_a_square() -> None:
    line = torch.arange(5.0)[:, None] * torch.tensor([1.0, 2, 3])
    square = torch.tensor([[0.0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    assert curvature_loss(line).item() == pytest.approx(0, abs=1e-6)
    assert curvature_loss(square).item() == pytest.approx(1, abs=1e-6)


def test_isometry_loss_is_nothing_for_a_turned_copy_and_small_distances_count_most() -> None:
    pictures = torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(0))
    axes = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(1)))[0]
    assert isometry_loss(pictures @ axes + 5, pictures).item() == pytest.approx(0, abs=1e-5)
    near, far = (torch.tensor([[[0.0], [distance]]]) for distance in (0.1, 2.0))
    assert isometry_loss(near + torch.tensor([[[0.0], [0.1]]]), near) > isometry_loss(
        far + torch.tensor([[[0.0], [0.1]]]), far
    )


def test_rollout_loss_is_nothing_for_the_way_that_was_gone_and_one_spread_for_staying() -> None:
    path = torch.randn(4, 62, 2, generator=torch.Generator().manual_seed(0)).cumsum(1)
    went = torch.stack([path[:, 1 + step : 33 + step] for step in range(STEPS)], 2) - path[:, :32, None]
    assert rollout_loss(went, path).item() == pytest.approx(0, abs=1e-9)
    still = (went[:, 8:] ** 2).sum(-1).mean() / path.var((0, 1)).sum()
    assert rollout_loss(torch.zeros_like(went), path).item() == pytest.approx(still.item(), rel=1e-5)


def test_a_path_that_stands_still_gives_finite_gradients() -> None:
    still = torch.zeros(1, 40, 3, requires_grad=True)
    (curvature_loss(still) + isometry_loss(still[:, :9], torch.zeros(1, 9, 4))).backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(still.grad).all()


def test_row_by_row_is_all_at_once() -> None:
    torch.manual_seed(0)
    encoder = Embedder(16, 5).encoder.eval()
    stepper, rows = Stepper(encoder), torch.rand(90, 16)
    with torch.no_grad():
        whole, state, steps = encoder(rows[None])[0], torch.zeros(encoder.state), []
        for row in rows:
            found = stepper(torch.cat([state, row])[None])[0]
            steps.append(found[:5])
            state = found[5:]
    torch.testing.assert_close(torch.stack(steps)[encoder.skip :], whole)


def test_windows_are_the_rows_that_end_there() -> None:
    rows = torch.rand(30, 4)
    assert windows(rows).shape == (30 - WINDOW + 1, 4 * WINDOW)
    torch.testing.assert_close(windows(rows)[3].reshape(4, WINDOW).T, rows[3 : 3 + WINDOW])


def test_clips_are_read_and_artists_stay_together(folder: Path) -> None:
    clips = read_clips(folder)
    assert [clip.track for clip in clips] == ["Übung_0", "Übung_0", "Übung_1", "Übung_1"]
    assert held_out(clips, 0.0) == [False] * 4
    assert held_out(clips, 1.0) == [True] * 4
    other = [replace(clip, artist=f"Artist {index // 2}") for index, clip in enumerate(clips * 20)]
    kept = held_out(other, 0.5)
    assert kept[::2] == kept[1::2]
    assert 8 < sum(kept) < 72


def test_rows_come_from_the_cache_the_second_time(folder: Path) -> None:
    clips = read_clips(folder)
    first = load_rows(clips, SPEC, folder / "cache")
    assert [row.shape for row in first] == [(171, 16)] * 4
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
    recipe, held = Recipe(steps=12, dim=4), [False, False, False, True]
    whole = train(rows, held, recipe, tmp_path / "whole", resume=False)
    (line,) = (json.loads(line) for line in (tmp_path / "whole" / "log.jsonl").read_text().splitlines())
    assert set(line) == {"step", "bce", "isometry", "rollout", "curvature", "s"}
    seen = batch([torch.from_numpy(row) for row in rows], whole.encoder.skip, np.random.default_rng(0))
    assert seen.shape == (20, whole.encoder.skip + PATH, 16)
    torch.manual_seed(0)
    with torch.no_grad():
        before, after = losses(Embedder(16, 4), seen, 3.0), losses(whole, seen, 3.0)
    assert after["bce"] < before["bce"]

    with pytest.raises(ModelError, match="without --resume"):
        train(rows, held, recipe, tmp_path / "parts", resume=True)
    stop_after(rows, held, recipe, tmp_path / "parts", 5)
    resumed = train(rows, held, recipe, tmp_path / "parts", resume=True)
    for ours, theirs in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)
    with pytest.raises(ModelError, match="same options"):
        train(rows, held, Recipe(steps=13), tmp_path / "parts", resume=True)


def stop_after(rows: list[np.ndarray], held: list[bool], recipe: Recipe, folder: Path, steps: int) -> None:
    """Train, keep every step, and press Ctrl-C after some of them."""
    import training.embedder as trainer

    begin, done = trainer.losses, []

    def stopped(*args: object) -> dict[str, torch.Tensor]:
        done.append(0)
        if len(done) > steps:
            raise KeyboardInterrupt
        return begin(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "losses", stopped)
        patch.setattr(trainer, "_KEPT_EVERY", 1)
        with pytest.raises(KeyboardInterrupt):
            train(rows, held, recipe, folder, resume=False)


def test_the_space_is_turned_and_distances_stay(rows: list[np.ndarray]) -> None:
    torch.manual_seed(0)
    encoder = Embedder(16, 4).encoder
    before = points_of(encoder, rows[0])
    variances = turn(encoder, rows)
    after = np.concatenate([points_of(encoder, row)[::8] for row in rows])
    np.testing.assert_allclose(np.cov(after.T), np.diag(variances), atol=1e-4 * variances[0])
    assert (np.diff(variances) <= 0).all()
    turned = points_of(encoder, rows[0])
    np.testing.assert_allclose(
        np.linalg.norm(turned[1:] - turned[0], axis=1),
        np.linalg.norm(before[1:] - before[0], axis=1),
        rtol=1e-3,
        atol=1e-5,
    )


def test_the_exported_graph_says_the_same_as_torch(rows: list[np.ndarray], tmp_path: Path) -> None:
    torch.manual_seed(0)
    encoder = Embedder(16, 4).encoder.eval()
    export(encoder, SPEC, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder.onnx", "golden.npz"]
    assert b".py" not in (tmp_path / "encoder.onnx").read_bytes(), "the graph names files of this machine"
    points = Graph(tmp_path / "encoder.onnx", SPEC, encoder.state, 4).points(melody(4, 0))
    np.testing.assert_allclose(points.z, points_of(encoder, rows[0])[SPEC.frames - 1 :], atol=1e-4)


def test_figures_of_a_loop_and_of_noise() -> None:
    angle = 2 * np.pi * np.arange(600) / 97
    loop = np.column_stack([np.cos(angle), np.sin(angle), np.sin(2 * angle)])
    figures = path_figures(np.column_stack([loop, loop]), loop)
    assert figures.cos > 0.98
    assert max(figures.knn_1, figures.knn_10, figures.knn_30) < 0.1
    assert figures.trustworthiness == pytest.approx(1, abs=1e-3)
    assert figures.rank == pytest.approx(1, abs=1e-3)
    noise = np.random.default_rng(0).standard_normal((600, 3))
    other = path_figures(np.column_stack([loop, loop]), noise)
    assert other.knn_30 > 0.5
    assert abs(other.rank) < 0.1
    assert other.trustworthiness < 0.7
    assert principal(np.column_stack([loop, 0.01 * noise])).shape == (600, 3)


def test_the_command_line_offers_the_recipe() -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args(["--data", "somewhere"])
    assert isinstance(args, Namespace)
    assert Recipe(args.steps, args.seed, args.dim, args.iso, args.alpha, args.delta) == Recipe()
