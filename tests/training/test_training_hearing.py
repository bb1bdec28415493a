"""The hearing's training: kits, scenes and targets by example, a tiny run that learns, an export that says the same."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")

from livemusic.dsp.hits import HeardHit, first_moment  # noqa: E402
from livemusic.dsp.lanes import CYMBAL, DRUM, HAT, HIT, LANES  # noqa: E402
from livemusic.errors import MediaError, ModelError  # noqa: E402
from training.checkpoint import restore  # noqa: E402
from training.data.drumming import Played, other_voices, programmed, stretch  # noqa: E402
from training.data.kits import (  # noqa: E402
    ACOUSTIC,
    LANE_OF_CLASS,
    OWN_KIT,
    TEST_KITS,
    VALIDATION_KITS,
    Shots,
    draw_kit,
    load_shots,
    own_shots,
    render,
)
from training.data.rooms import coded, compressed, driven, equalised, in_a_room, noise, phoned  # noqa: E402
from training.data.scenes import Heard  # noqa: E402
from training.data.tones import accompaniment, speech  # noqa: E402
from training.evaluate.hearing import Graph, export  # noqa: E402
from training.evaluate.hearing_figures import Figures, count, matched, pick, played_on, strokes, tune  # noqa: E402
from training.hearing import add_arguments  # noqa: E402
from training.models.hearing import SPEC, Hearer, Stepper, listen  # noqa: E402  # noqa: E402
from training.recipes.hearing import Recipe, targets, targets_of, train  # noqa: E402

KICK, SNARE, CLOSED, OPEN = 0, 1, 2, 3
RATE = 44100


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Torch on one core, so that busy machines are no slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def click(hertz: float, length: float = 0.2) -> np.ndarray:
    """A struck thing: 10 ms of nothing, then a tone that dies away."""
    times = np.arange(round(length * RATE)) / RATE
    return np.concatenate([np.zeros(441), np.cos(2 * np.pi * hertz * times) * np.exp(-20 * times)])


@pytest.fixture
def oneshots(tmp_path: Path) -> Path:
    """Every voice once in a made-up kit, a kick in a kit for tests."""
    classes = ("kick", "snare", "hihat_closed", "hihat_open", "tom_low", "tom_mid", "tom_high", "crash", "ride", "clap")
    with (tmp_path / "oneshots.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "class", "velocity_or_layer", "licence", "source_repo", "author", "duration_s"])
        for index, name in enumerate((*classes, "kick")):
            kit = "mine" if index < len(classes) else "sm_drums"
            (tmp_path / kit).mkdir(exist_ok=True)
            soundfile.write(tmp_path / kit / f"{name}.flac", 0.5 * click(80 * 1.6**index), RATE)
            rows.writerow([f"{kit}/{name}.flac", name, "", "CC0-1.0", "here", "someone", "0.2"])
    return tmp_path


def test_whole_kits_are_held_out_and_none_is_in_two_parts(oneshots: Path) -> None:
    shots = load_shots(oneshots, "train")
    assert shots.kits == [OWN_KIT, "mine"]
    assert set(shots.by_lane) == {*range(9), HIT}
    assert not TEST_KITS & VALIDATION_KITS
    assert ACOUSTIC & TEST_KITS
    with pytest.raises(MediaError, match="no one-shots"):
        load_shots(oneshots, "test")
    with pytest.raises(MediaError, match="cannot be read"):
        load_shots(oneshots / "elsewhere", "train")


def test_the_own_kit_has_every_voice_and_each_struck_harder_and_harder() -> None:
    by_lane: dict[int, list[float]] = {}
    for shot in own_shots():
        by_lane.setdefault(LANE_OF_CLASS[shot.name], []).append(shot.level)
    assert sorted(by_lane) == list(range(9))
    assert all(len(levels) > 1 and levels == sorted(set(levels)) for levels in by_lane.values())


def test_a_hit_sounds_at_its_moment_and_as_hard_as_it_says(oneshots: Path) -> None:
    kit = draw_kit(load_shots(oneshots, "train"), np.random.default_rng(0))
    hits = np.array([[0.5, SNARE, 0.9], [1.5, SNARE, 0.3]])
    sound = np.abs(render(hits, kit, 2.0, np.random.default_rng(1)))
    first, second = sound[:RATE].max(), sound[RATE:].max()
    assert first > 1.5 * second > 0
    for moment, loud in ((0.5, first), (1.5, second)):
        begin = round(moment * RATE)
        assert sound[begin - 600 : begin - 100].max() < 0.02 * loud
        assert sound[begin : begin + 400].max() > 0.3 * loud


def test_a_closed_hat_chokes_an_open_one(oneshots: Path) -> None:
    kit = draw_kit(load_shots(oneshots, "train"), np.random.default_rng(3))
    alone = render(np.array([[0.1, OPEN, 0.9]]), kit, 1.0, np.random.default_rng(1))
    choked = render(np.array([[0.1, OPEN, 0.9], [0.15, CLOSED, 0.01]]), kit, 1.0, np.random.default_rng(1))
    late = slice(round(0.2 * RATE), round(0.25 * RATE))
    assert np.abs(choked[late]).max() < 0.1 * np.abs(alone[late]).max()


def test_whatever_happens_to_sound_it_keeps_its_length_and_is_sane() -> None:
    sound = np.resize(click(200), RATE).astype(np.float32)
    for seed in range(3):
        for change in (in_a_room, equalised, compressed, driven, coded, phoned):
            heard = change(sound, np.random.default_rng(seed))
            assert heard.shape == sound.shape
            assert np.isfinite(heard).all()
            assert np.abs(heard).max() > 0.001
    random = np.random.default_rng(0)
    assert noise(RATE, random).std() == pytest.approx(1, abs=0.1)
    for made in (speech(1.0, random), accompaniment(np.array([[0.2, 0, 1.0]] * 4), 1.0, random)):
        assert made.shape == (RATE,)
        assert 0.5 < np.abs(made).max() <= 1.001


def test_speech_has_edges_and_pauses_as_people_have() -> None:
    talk = speech(6.0, np.random.default_rng(4))
    level = 20 * np.log10(np.sqrt((talk[: len(talk) // 441 * 441].reshape(-1, 441) ** 2).mean(axis=1)) + 1e-6)
    assert np.diff(level).max() > 30
    assert (level < level.max() - 40).mean() > 0.05
    np.testing.assert_array_equal(talk, speech(6.0, np.random.default_rng(4)))


def test_what_is_played_stays_within_its_time_and_its_lanes() -> None:
    random = np.random.default_rng(5)
    take = Played("take", np.array([[beat / 4, beat % 3, 0.5] for beat in range(120)]), 30.0)
    for _ in range(10):
        for hits in (programmed(10, random, extra=True), stretch(take, 10, random)):
            assert (np.diff(hits[:, 0]) >= 0).all()
            assert hits[:, 0].min() > 0
            assert hits[:, 0].max() < 10
            assert set(hits[:, 1]) <= {*range(9), DRUM, HIT}
            assert ((hits[:, 2] > 0) & (hits[:, 2] <= 1)).all()
        assert len(other_voices(take.hits, random)) == len(take.hits)


def test_targets_are_bells_on_a_lane_and_on_all_above_it() -> None:
    moment = first_moment(SPEC) + 10 * SPEC.hop_s
    struck, velocities = targets(np.array([[moment, OPEN, 0.7], [moment + 0.05, KICK, 0.2]]), 30)
    assert struck[10, [OPEN, HAT, CYMBAL, HIT]].tolist() == [1, 1, 1, 1]
    assert struck[10, KICK] == 0
    assert struck[9, OPEN] == pytest.approx(struck[11, OPEN])
    assert 0 < struck[9, OPEN] < 0.5
    assert velocities[10, HIT] == pytest.approx(0.7)
    assert velocities[15, DRUM] == pytest.approx(0.2)
    assert struck.argmax(axis=0)[OPEN] == 10


def lesson_of_clicks(scenes: int = 6) -> Heard:
    """Rows in which lanes light up bands of their own: something to learn in a few steps."""
    random = np.random.default_rng(0)
    rows, hits = np.zeros((scenes, 300, 12), np.float16), []
    for scene in range(scenes):
        places = np.sort(random.choice(np.arange(5, 290, 8), 20, replace=False))
        lanes = random.choice([KICK, SNARE, CLOSED], 20)
        hits.append(np.stack([first_moment(SPEC) + places * SPEC.hop_s, lanes, np.full(20, 0.5)], 1))
        for place, lane in zip(places, lanes, strict=True):
            for later in range(4):
                rows[scene, place + later, 4 * lane : 4 * lane + 4] = 0.9 - 0.2 * later
    return Heard(rows, hits)


RECIPE = Recipe(steps=60, seed=1, batch=4, rows=150)


def test_a_tiny_run_learns_and_ends_the_same_when_it_is_resumed(tmp_path: Path) -> None:
    heard = lesson_of_clicks()
    lesson = targets_of(heard)
    model = train(lesson, RECIPE, tmp_path / "one", resume=False)
    told = listen(model, list(heard.rows))
    thresholds = tune(heard.hits, told, SPEC, model.delay)
    figures = Figures()
    for hits, rows in zip(heard.hits, told, strict=True):
        figures.add(hits, pick(rows, SPEC, model.delay, thresholds), len(rows) * SPEC.hop_s)
    assert min(figures.f1(lane) for lane in (KICK, SNARE, CLOSED, HAT, DRUM, HIT)) > 0.8
    assert figures.time_error[1] < 0.006
    lines = (tmp_path / "one" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["bce"] < json.loads(lines[0])["bce"]
    again = train(lesson, RECIPE, tmp_path / "one", resume=True)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))
    other = Hearer(12)
    with pytest.raises(ModelError, match="belongs to"):
        restore(tmp_path / "one" / "last.pt", other, torch.optim.AdamW(other.parameters()), Recipe(steps=61))


def test_the_exported_graph_says_row_by_row_what_torch_says_at_once(tmp_path: Path) -> None:
    torch.manual_seed(3)
    model = Hearer(SPEC.bins, width=16, memory=8, dilations=(1, 2)).eval()
    rows = torch.rand(1, 40, SPEC.bins)
    with torch.no_grad():
        logits, touch = model(rows)
        state, stepper = torch.zeros(1, model.state), Stepper(model)
        for step in range(40):
            answer = stepper(torch.cat([state, rows[:, step]], 1))
            state = answer[:, 2 * len(LANES) :]
            assert torch.allclose(answer[0, : len(LANES)], torch.sigmoid(logits[0, step]), atol=1e-5)
            assert torch.allclose(answer[0, len(LANES) : 2 * len(LANES)], touch[0, step], atol=1e-5)
    entry = export(model, SPEC, tmp_path / "hearing-9")
    with np.load(tmp_path / "hearing-9" / "golden.npz") as golden:
        assert golden["hearing_in"].shape == (4, model.state + SPEC.bins)
    assert (entry["input"], entry["output"]) == ("given", "found")
    with pytest.raises(ModelError, match="no hearing model"):
        Graph(tmp_path / "hearing-9")


def test_each_stroke_counts_once() -> None:
    played = np.array([[1.0, KICK, 0.5], [1.01, CLOSED, 0.5], [2.0, SNARE, 0.5]])
    assert played_on(played, HIT).tolist() == [1.0, 2.0]
    found = count(np.array([1.0, 2.0]), np.array([1.02, 1.03, 2.2]))
    assert (found.right, found.told, found.played) == (1, 3, 2)
    figures = Figures()
    heard = [
        HeardHit(1.0, KICK, 0.5, 0.9, KICK),
        HeardHit(1.0, HAT, 0.5, 0.9, CLOSED),
        HeardHit(2.0, SNARE, 0.25, 0.9, SNARE),
    ]
    figures.add(played, heard, 3.0)
    assert figures.f1(HAT) == figures.f1(CYMBAL) == figures.f1(HIT) == 1.0
    assert figures.lanes[CLOSED].recall == 0.0
    assert figures.velocity_error == pytest.approx(0.125)


def test_options_are_checked() -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    assert parser.parse_args(["--data", "there"]).seed == 0
    with pytest.raises(SystemExit):
        parser.parse_args(["--data", "there", "--steps", "0"])


def test_kits_without_a_voice_are_refused() -> None:
    with pytest.raises(MediaError, match="no one-shots"):
        Shots([], [], "train")


def test_one_pass_matches_as_many_as_mir_eval() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        played, heard = (np.sort(random.uniform(0, 3, random.integers(0, 40))) for _ in range(2))
        assert matched(played, heard) == count(played, heard).right


def test_strokes_of_a_curve_are_those_that_the_picker_tells() -> None:
    random = np.random.default_rng(4)
    rows = np.zeros((400, 2 * len(LANES)), np.float32)
    rows[:, SNARE] = np.clip(np.convolve(random.random(400) < 0.05, [0.3, 0.9, 0.4], "same") * random.random(400), 0, 1)
    alone = [1.0 if lane != SNARE else 0.3 for lane in range(len(LANES))]
    told = [hit.t for hit in pick(rows, SPEC, 2, alone)]
    assert len(told) > 5
    assert strokes(rows[:, SNARE], SPEC, 2, 0.3) == pytest.approx(told, abs=SPEC.hop_s)
