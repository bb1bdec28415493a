"""The piano dictionary: data, training, resuming, the same code as the app, exporting, report, shipped model."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import mido
import numpy as np
import numpy.typing as npt
import pytest
import torch

from livemusic.errors import MediaError
from livemusic.inference.piano import Piano, open_composers
from livemusic.music.chord import chords
from livemusic.music.roll import FEATURES, KEYS, LOUDNESS
from training.__main__ import main
from training.config import PIANO, FigureConfig, RollConfig, RollFactorConfig
from training.data import giant
from training.evaluate import composers
from training.evaluate.crossings import crossfade, harmony
from training.evaluate.piano import measure, rebuild_and_measure
from training.evaluate.piano_report import pairs_of
from training.models.figures import FigureDictionary
from training.train import LOG, fit, load_run

OURS, SEED = PIANO["ours"], PIANO["seed"]
assert isinstance(OURS, FigureConfig)
assert isinstance(SEED, RollConfig)
TINY = replace(OURS, atoms=32, actives=(1, 2), epochs=10, batch=8, rate=0.05)
SHIPPED = Path(__file__).parents[2] / "models" / "piano-2"

Array = npt.NDArray[np.float32]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny models are slower with more, and need fewer lessons."""
    torch.set_num_threads(1)
    monkeypatch.setattr("training.models.figures._LESSONS", 20)
    monkeypatch.setattr("training.models.figures._STAGES", 6)
    monkeypatch.setattr("training.models.figures._STRICT", 3)


def made_up(count: int = 40) -> Array:
    """Rolls `(count, 64, 88, 2)` of triads and broken chords in all keys."""
    chance = np.random.default_rng(1)
    rolls = np.zeros((count, 64, KEYS, FEATURES), np.float32)
    for roll in rolls:
        for step in range(0, 64, 4):
            root, shape = int(chance.integers(20, 50)), int(chance.integers(3))
            cells = [[(0, 0), (0, 4), (0, 7)], [(0, 0), (2, 7)], [(0, 0), (1, 3), (2, 7), (3, 12)]][shape]
            for later, above in cells:
                roll[step + later, root + above] = 0.8, 0.4
    return rolls


def judged(model: Any, rolls: Array) -> dict[str, Any]:
    return {"f1": rebuild_and_measure(model, rolls, max(model.config.actives)).f1}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> FigureDictionary:
    """A small dictionary of the made-up figures."""
    torch.set_num_threads(1)
    rolls = made_up()
    model = fit(TINY, rolls, rolls[:8], tmp_path_factory.mktemp("runs") / "run", 0, False, None, judged)
    assert isinstance(model, FigureDictionary)
    return model


@pytest.mark.parametrize(
    "config",
    [
        replace(TINY, epochs=4),
        replace(TINY, epochs=4, chord_weight=0.0, emphasis=0.0),
        replace(SEED, atoms=30, actives=(4,), epochs=8, batch=8, rate=0.02),
        RollFactorConfig("pca", 0.4, (16,), 1),
        RollFactorConfig("nmf", 0.3, (16,), 60),
    ],
)
def test_every_recipe_learns_and_is_found_again(config: Any, tmp_path: Path) -> None:
    rolls = made_up()
    model = fit(config, rolls, rolls[:8], tmp_path / "run", 0, False, None, judged)
    lines = [json.loads(line) for line in (tmp_path / "run" / LOG).read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    if not isinstance(config, RollFactorConfig):
        assert len(losses) == config.epochs * 5
        assert losses[-1] < losses[0]
    active = max(config.actives)
    figures = rebuild_and_measure(model, rolls, active)  # type: ignore[arg-type]
    loaded, known = load_run(tmp_path / "run")
    assert known["config"] == config
    assert rebuild_and_measure(loaded, rolls, active) == figures  # type: ignore[arg-type]
    if isinstance(config, FigureConfig):
        assert figures.f1 > 0.9


def test_a_resumed_run_ends_where_an_unbroken_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rolls = made_up()
    whole = fit(TINY, rolls, rolls[:8], tmp_path / "whole", 3, False, None, judged)

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
            fit(TINY, rolls, rolls[:8], tmp_path / "broken", 3, False, None, judged)
    resumed = fit(TINY, rolls, rolls[:8], tmp_path / "broken", 3, True, None, judged)
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name


def test_figures_are_bounded_and_begin_with_their_anchor(trained: FigureDictionary) -> None:
    atoms = trained.atoms.detach()
    assert torch.allclose(atoms.flatten(1).norm(dim=1), torch.ones(len(atoms)), atol=1e-5)
    assert (atoms >= 0).all()
    assert not atoms[:, 0, :12].any()


def test_the_chord_term_reaches_the_atoms_and_the_head_learns_from_what_was_played(trained: FigureDictionary) -> None:
    rolls = torch.from_numpy(made_up(8))
    gradients = []
    for weight in (0.0, 2.0):
        model = FigureDictionary(replace(trained.config, chord_weight=weight))
        model.load_state_dict(trained.state_dict())
        torch.autograd.backward(model.loss(rolls, 0.0, 1, torch.Generator()))
        heads = [value.grad for value in model.head.parameters()]
        assert all(grad is not None and bool(grad.any()) for grad in heads)
        gradients.append((model.atoms.grad, torch.cat([grad.flatten() for grad in heads if grad is not None])))
    assert not torch.allclose(gradients[0][0], gradients[1][0])  # type: ignore[arg-type]
    assert torch.allclose(gradients[0][1], gradients[1][1], atol=1e-5)


def test_the_head_hears_chords_in_any_key(trained: FigureDictionary) -> None:
    trained._teach(torch.from_numpy(made_up(64)), torch.Generator().manual_seed(1))
    rolls = made_up(8)
    said = trained.head(torch.from_numpy(rolls))
    higher = trained.head(torch.from_numpy(np.roll(rolls, 5, axis=2)))
    turned = torch.cat([said[..., :12].roll(5, -1), said[..., 12:24].roll(5, -1), said[..., 24:]], -1)
    assert torch.allclose(turned, higher, atol=1e-4)


def test_the_figures_of_a_known_mistake() -> None:
    played = np.zeros((2, 16, KEYS, FEATURES), np.float32)
    played[:, ::8, [39, 43, 46]] = 0.8, 0.4
    rebuilt = played.copy()
    rebuilt[0, 0, 39] = 0  # a note lost
    rebuilt[1, 8, 50] = 0.7, 0.1  # a note made up
    rebuilt[1, 0, 43, LOUDNESS] = 0.7
    figures = measure(played, rebuilt, 0.5)
    assert (figures.f1, figures.precision, figures.recall) == pytest.approx((22 / 24, 11 / 12, 11 / 12))
    assert figures.velocity_mae == pytest.approx(0.2 / 11, abs=1e-6)
    assert chords(played).tolist() == [[0, 0], [0, 0]]
    assert figures.head == -1
    assert measure(played, played * 0, 0.5).f1 == 0
    with pytest.raises(ValueError, match="compared"):
        measure(played, rebuilt[:1], 0.5)


def write_piece(path: Path, roots: list[int], seconds: float = 0.5) -> None:
    """A MIDI file of broken triads."""
    track = mido.MidiTrack()
    ticks = int(seconds / 3 * 960)
    for root in roots:
        for above in (0, 4, 7):
            track.append(mido.Message("note_on", note=root + above, velocity=80))
            track.append(mido.Message("note_off", note=root + above, time=ticks))
    path.parent.mkdir(parents=True, exist_ok=True)
    mido.MidiFile(type=0, ticks_per_beat=480, tracks=[track]).save(path)


NAMES = [
    ("Bach_Prelude_BWV862_gCL5Zvnt0TU_a", "Bach", "gCL5Zvnt0TU"),
    ("Chopin_Etudes_Op10_g0hoN6_HDVU_no_12_cut", "Chopin", "g0hoN6_HDVU"),
    ("Chopin, Frédéric, Études, Op.10, g0hoN6_HDVU", "Chopin", "g0hoN6_HDVU"),
    ("Brahms_Johannes_Piano_Sonata_No2_Op2_RhZqUE63B9g_mov_3", "Brahms", "RhZqUE63B9g"),
    ("Schubert_Fantasie_in_C_major_D760_lR43Ti4w5MM_cut_mov_1", "Schubert", "lR43Ti4w5MM"),
    ("Liszt_Reminiscences_de_Don_Juan_S418_JI6JfJXcUjU_part1", "Liszt", "JI6JfJXcUjU"),
    ("Beethoven_Piano_Sonata_No_3_Op_2_No_3_3asWeutbY0c_cut_midi", "Beethoven", "3asWeutbY0c"),
    ("Ravel, Maurice, Jeux d'eau, v-QmwrhO3ec", "Ravel", "v-QmwrhO3ec"),
    ("mine", "mine", "mine"),
]


@pytest.mark.parametrize(("name", "composer", "recording"), NAMES)
def test_names_say_composer_and_recording(name: str, composer: str, recording: str, tmp_path: Path) -> None:
    write_piece(tmp_path / f"{name}.mid", [60])
    piece = giant.read_piece(tmp_path / f"{name}.mid")
    assert (piece.composer, piece.recording) == (composer, recording)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty pieces of four composers, one in a folder of its own, and a copy."""
    place, chance = tmp_path_factory.mktemp("giant"), np.random.default_rng(2)
    for number in range(40, 60):
        name = f"{('Bach', 'Liszt', 'Ravel', 'Haydn')[number % 4]}, a piece, {number:011}.mid"
        write_piece(place / str(number // 59) / name, [int(root) for root in chance.integers(40, 70, 48)])
    write_piece(place / "copies" / "Bach, a piece, 00000000040.mid", [60])
    return place


def test_pieces_are_split_by_recording(folder: Path) -> None:
    pieces = giant.load(folder)
    assert len(pieces) == 20
    for split in giant.SPLITS:
        windows = giant.windows_of(pieces, split)
        assert windows.shape[1:] == (64, KEYS, FEATURES)
        assert windows.any((1, 2, 3)).all()
    assert "20 pieces of 20 recordings" in giant.summary(pieces)


def test_a_recording_is_no_neighbour_of_itself() -> None:
    roll = np.zeros((8, KEYS, 2), np.float32)
    named = [("Bach", "1"), ("Bach", "1"), ("Bach", "2"), ("Liszt", "3"), ("Liszt", "4"), ("Ravel", "5")]
    pieces = [giant.Piece(f"{n}", *some, roll) for n, some in enumerate(named)]
    features = np.array([[1, 0, 0], [1, 0, 0], [0.3, 0.3, 0.3], [0, 1, 0], [0.1, 0.9, 0], [1, 0, 0.1]], np.float32)
    assert [composers.asked(pieces, piece) for piece in pieces] == [True] * 5 + [False]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composers, "NEIGHBOURS", 1)
        # The pieces of recording 1 take Ravel for their nearest, that of 2 Liszt; the others are right.
        assert composers.accuracy(features, pieces) == 2 / 5
    assert composers.chance_level(pieces) == 1 / 5


def test_train_export_report(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setitem(PIANO, "ours", TINY)
    monkeypatch.setitem(PIANO, "nmf", RollFactorConfig("nmf", 0.4, (4,), 5))
    common = ["--runs", str(tmp_path / "runs"), "--data", str(folder)]
    out = tmp_path / "piano-9"
    assert main(["piano", *common, "--epochs", "2", "--threads", "1", "--out", str(out)]) == 0
    assert main(["piano", *common, "--config", "nmf", "--active", "2", "--threads", "1"]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "CARD.md", "composers.npz", "decoder.onnx", "encoder.onnx", "golden.npz", "model.json",
    ]  # fmt: skip
    monkeypatch.setattr("training.evaluate.piano_report._MINUTE", 16 * 8)
    monkeypatch.setattr("training.evaluate.piano_report._PAIRS", 1)
    capsys.readouterr()
    words = ["report", "piano", *common, "--model", str(out), "--pictures", str(tmp_path / "pictures")]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert [line.split(" | ")[0].strip("| ") for line in printed.splitlines()[2:]] == ["ours"] * 3 + ["nmf"]
    contract = json.loads((out / "model.json").read_text(encoding="utf-8"))
    assert set(contract["metrics"]["way"]) == {"ours", "crossfade"}
    assert contract["metrics"]["test"]["ours"]["4"]["f1"] > 0.5
    assert "CC BY 4.0" in (out / "CARD.md").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "pictures" / "piano").iterdir()} == {
        "figures.png", "composers.png", "frontier.png", "losses.png",
    }  # fmt: skip
    piano = Piano.open(out)
    assert len(open_composers(out).composers) == sum(piece.split == "train" for piece in giant.load(folder))
    roll = made_up(1)[0]
    assert (piano.decode(piano.encode(roll), len(roll))[..., LOUDNESS] > 0).sum() > 10
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".onnx", ".npz")}
    assert main(["piano", *common, "--again", "--out", str(out)]) == 0
    assert before == {name: (out / name).read_bytes() for name in before}


def test_a_crossfade_is_what_ours_is_measured_beside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.evaluate.piano_report._MINUTE", 16 * 8)
    a, b = pairs_of(giant.load(folder))[0]
    chance = np.random.default_rng(0)
    assert crossfade(a, b, 0.0, chance).notes == a.notes
    between = crossfade(a, b, 0.5, chance)
    assert 0.2 * len(a.notes) < len(between.notes) < 2 * len(a.notes)
    assert harmony(a).clarity > 0.7


@pytest.mark.parametrize(
    "words",
    [
        ["piano", "--data", "no/such/folder"],
        ["piano", "--data", ".", "--config", "pca", "--atoms", "3"],
        ["piano", "--data", ".", "--active", "0"],
        ["report", "piano", "--model", "no/such/model", "--data", "."],
        ["report", "piano"],
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"training {words[0]}: ")
    assert said.count("\n") == 1


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "Bach_ü.mid").write_bytes(b"MThd\0\0\0\6nonsense")
    with pytest.raises(MediaError, match="Bach_ü"):
        giant.load(tmp_path)
    with pytest.raises(MediaError, match="train split"):
        giant.windows_of([], "train")


def test_the_shipped_model_keeps_its_contract() -> None:
    contract = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 3_500_000
    metrics = contract["metrics"]
    assert metrics["longest_atom"] <= 1
    ours, plain, seed = (metrics["test"][name] for name in ("ours", "plain", "seed"))
    for active in ("1", "2", "4"):
        assert ours[active]["f1"] > seed[active]["f1"]
        assert ours[active]["chords"] > plain[active]["chords"]
