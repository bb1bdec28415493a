"""What the hearing is measured with: rivals, strategies, hard cases and the world whose truth is known."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from livemusic.dsp.hits import HeardHit  # noqa: E402
from livemusic.dsp.lanes import CHILDREN, HAT, HIT, LANES, VOICES, above  # noqa: E402
from training.data.scenes import Heard  # noqa: E402
from training.evaluate import strategies, taxonomy  # noqa: E402
from training.evaluate.hearing_baselines import best, flux, nmf  # noqa: E402
from training.evaluate.hearing_sets import Recording, mixed  # noqa: E402
from training.evaluate.hearing_trials import confusions, recall_by_velocity  # noqa: E402
from training.losses.hierarchy import consistency, down_loss, up_loss  # noqa: E402
from training.models.hearing import SPEC  # noqa: E402
from training.recipes.hearing import targets_of  # noqa: E402

KICK, SNARE, CLOSED = 0, 1, 2
RATE = 44100


def bursts(hits: np.ndarray, seconds: float) -> Recording:
    """Kicks of 60 Hz, snares and hats of noise in bands of their own."""
    random = np.random.default_rng(0)
    times = np.arange(RATE // 5) / RATE
    hiss = np.diff(random.normal(size=len(times) + 1)) * np.exp(-60 * times)
    body = np.sin(2 * np.pi * 700 * times) * np.exp(-40 * times)
    sounds = {KICK: np.cos(2 * np.pi * 60 * times) * np.exp(-25 * times), SNARE: body, CLOSED: 0.3 * hiss}
    sound = np.zeros(round(seconds * RATE), np.float32)
    for moment, lane, _ in hits:
        begin = round(moment * RATE)
        sound[begin : begin + len(times)] += sounds[int(lane)][: len(sound) - begin]
    return Recording("bursts", 0.5 * sound, hits)


def beat(seconds: float = 6.0) -> np.ndarray:
    lanes = [KICK, CLOSED, SNARE, CLOSED]
    return np.array([[0.3 + 0.2 * step, lanes[step % 4], 0.8] for step in range(int((seconds - 0.5) / 0.2))])


def test_rivals_hear_what_is_plain_and_their_thresholds_are_their_best() -> None:
    takes = [bursts(beat(), 6.0)]
    flat = best(flux, takes)
    assert flat[KICK].f1 > 0.9
    assert min(found.f1 for found in flat.values()) > 0.5
    spectra = np.eye(3 * 2, SPEC.bins) + 0.01
    found = best(nmf(spectra), takes)
    assert set(found) == {KICK, SNARE, HAT}
    assert all(0 <= one.f1 <= 1 for one in found.values())


def test_a_mix_is_as_loud_as_it_says() -> None:
    take = bursts(beat(), 6.0)
    tone = Recording("tone", np.sin(np.arange(RATE) / 20).astype(np.float32), np.empty((0, 3)))
    for level in (-6, 0, 6):
        (mix,) = mixed([take], [tone], level, each=1)
        assert len(mix.sound) == len(take.sound)
        assert np.abs(mix.sound).max() == pytest.approx(0.7, abs=1e-3)
        scale = np.dot(mix.sound, take.sound) / np.dot(take.sound, take.sound)
        music = mix.sound - scale * take.sound
        ratio = 20 * np.log10(scale * np.std(take.sound) / np.std(music))
        assert ratio == pytest.approx(level, abs=0.5)


def test_what_is_taken_for_what_is_counted() -> None:
    take = Recording("", np.zeros(9, np.float32), np.array([[1.0, KICK, 0.1], [2.0, SNARE, 0.9], [3.0, SNARE, 0.9]]))
    heard = [[HeardHit(1.0, KICK, 0.5, 0.9, KICK), HeardHit(2.01, KICK, 0.5, 0.9, KICK), HeardHit(9.0, HIT, 1, 1, 2)]]
    table = confusions([take], heard)
    assert table[KICK, KICK] == table[SNARE, KICK] == table[SNARE, len(LANES)] == table[VOICES, HIT] == 1
    assert table.sum() == 4
    found = recall_by_velocity([take], heard, (0.0, 0.5, 1.01))
    assert found["kick"] == [(1, 1), (0, 0)]
    assert found["snare"] == [(0, 0), (0, 2)]


@pytest.mark.parametrize("name", strategies.STRATEGIES)
def test_every_lane_has_a_network_or_is_made_of_others(name: str) -> None:
    lanes = [lane for group in strategies.groups_of(name) for lane in group]
    assert len(set(lanes)) == len(lanes)
    assert set(lanes) == (set(range(VOICES)) if name == "B" else set(range(len(LANES))))


def test_bottom_up_is_consistent_and_top_down_never_tells_a_child_alone() -> None:
    told = np.random.default_rng(0).random((200, len(LANES))).astype(np.float32)
    thresholds = np.random.default_rng(1).uniform(0.2, 0.7, len(LANES)).tolist()
    sure = strategies.settled("B", told, thresholds) >= 0.5
    assert consistency(torch.from_numpy(sure), CHILDREN).mean == 1.0
    assert (sure[:, :VOICES] == (told[:, :VOICES] >= np.array(thresholds, np.float32)[:VOICES])).all()
    sure = strategies.settled("C", told, thresholds) >= 0.5
    assert all(not (sure[:, lane] & ~sure[:, parent]).any() for lane in range(VOICES) for parent in above(lane))
    plain = strategies.settled("D", told, thresholds) >= 0.5
    assert (plain == (told >= np.array(thresholds, np.float32))).all()


def test_a_strategy_is_trained_and_measured_once(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    hits = [beat() for _ in range(3)]
    heard = Heard(random.random((3, 600, 12)).astype(np.float16), hits)
    trial = strategies.Trial("noise", list(heard.rows), hits)
    budget = strategies.Budget(steps=2, batch=2, rows=60)
    lines = strategies.run(targets_of(heard), trial, [trial], (0,), budget, tmp_path)
    assert [line["strategy"] for line in lines] == list(strategies.STRATEGIES)
    written = (tmp_path / "results.jsonl").read_text(encoding="utf-8")
    again = strategies.run(targets_of(heard), trial, [trial], (0,), budget, tmp_path)
    assert again == lines
    assert (tmp_path / "results.jsonl").read_text(encoding="utf-8") == written
    assert len(strategies.table(lines, "noise")) == 2 + len(strategies.STRATEGIES)


def test_the_posterior_of_the_known_world_is_calibrated() -> None:
    world = taxonomy.World(0)
    seen, truth = world.draw(20000, np.random.default_rng(1))
    known = world.posterior(seen)
    for column in range(len(taxonomy.NAMES)):
        sure = known[:, column] > 0.8
        assert float(truth[sure, column].mean()) == pytest.approx(float(known[sure, column].mean()), abs=0.03)
    assert float(up_loss(known, taxonomy.TAXONOMY)) < 1e-12
    assert float(down_loss(known, taxonomy.TAXONOMY)) > 1e-3


def test_strategies_of_the_known_world_do_what_they_are_built_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taxonomy, "_STEPS", 120)
    monkeypatch.setattr(taxonomy, "STRATEGIES", ("B", "D", "D a=1 b=1", "exact posterior"))
    found = taxonomy.run((0,))
    gamma = {name: outcomes[0].gamma for name, outcomes in found.items()}
    assert gamma["B"] == 1.0
    assert gamma["D"] < gamma["D a=1 b=1"]
    assert all(min(outcomes[0].f1) > 0.4 for outcomes in found.values())
    assert len(taxonomy.table(found)) == 2 + len(taxonomy.STRATEGIES)
