"""Matching drums in the engine: a file, the last hit, the next hit; and the child that does it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.engine.listeners.recent import KEPT, Recent
from livemusic.engine.match_child import MatchChild, Outcome, Task
from livemusic.engine.matching import Matching
from livemusic.engine.playback import MatchFile, MatchHeard, MatchNext, StopMatching
from tests.dsp.test_dsp_matching import TOM, sound_of
from tests.engine.conftest import until

RATE = 44100


class Stub:
    """Matches when told that it is done."""

    def __init__(self) -> None:
        self.done, self.tasks, self.ready, self.closed = 0.0, list[Task](), None, 0

    def begin(self, task: Task) -> None:
        self.tasks.append(task)

    def outcome(self) -> Outcome | None:
        found, self.ready = self.ready, None
        return found

    def close(self) -> None:
        self.closed += 1


class Rig:
    def __init__(self) -> None:
        self.recent, self.matcher, self.used, self.notices, self.now = (
            Recent(),
            Stub(),
            list[tuple[int, DrumVoice]](),
            list[str](),
            0.0,
        )
        self.core = Matching(
            lambda: self.recent.view,
            self.matcher,
            lambda drum, voice: self.used.append((drum, voice)),
            self.notices.append,
        )

    def hear(self, sound: np.ndarray, block: int = 441) -> None:
        for begin in range(0, len(sound), block):
            self.recent.hear(sound[begin : begin + block], RATE, 0.0)
            self.advance()

    def ask(self, request: object) -> None:
        self.core.handle(request, self.now)
        self.advance()

    def advance(self) -> None:
        self.now += 0.01
        self.core.advance(self.now)


def quiet(seconds: float) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1e-4, round(seconds * RATE)).astype(np.float32)


def test_a_file_is_matched_heard_and_told() -> None:
    rig = Rig()
    rig.ask(MatchFile(4, "/there/My tom.wav"))
    assert rig.core.view.state == "matching"
    assert rig.matcher.tasks == [Task(4, "My tom", "/there/My tom.wav")]
    rig.matcher.done = 0.5
    rig.advance()
    assert rig.core.view.done == 0.5
    rig.matcher.ready = Outcome("The low tom is matched.", 4, TOM)
    rig.advance()
    assert rig.used == [(4, TOM)]
    assert rig.notices == ["The low tom is matched."]
    assert rig.core.view.state == ""
    assert rig.core.advance(rig.now) is None


def test_what_cannot_be_matched_changes_nothing() -> None:
    rig = Rig()
    rig.ask(MatchFile(0, "/there/none.wav"))
    rig.matcher.ready = Outcome("There is no file.")
    rig.advance()
    assert (rig.used, rig.notices) == ([], ["There is no file."])


def test_the_next_hit_is_waited_for_until_it_has_rung() -> None:
    rig = Rig()
    rig.hear(0.3 * sound_of(TOM))
    rig.ask(MatchNext(5))
    rig.hear(quiet(1.0))
    assert rig.core.view.state == "waiting"
    assert not rig.matcher.tasks
    rig.hear(0.3 * sound_of(TOM))
    assert not rig.matcher.tasks
    rig.hear(quiet(0.6))
    assert [task.voice for task in rig.matcher.tasks] == [5]
    task = rig.matcher.tasks[0]
    assert task.sound is not None
    assert np.abs(task.sound).max() == pytest.approx(np.abs(0.3 * sound_of(TOM)).max(), rel=0.01)
    rig.ask(StopMatching())
    assert rig.core.view.state == ""


def test_the_last_hit_needs_one() -> None:
    rig = Rig()
    rig.ask(MatchHeard())
    assert "No hit was heard" in rig.notices[0]
    rig.hear(np.concatenate([0.3 * sound_of(TOM), quiet(1)]))
    rig.ask(MatchHeard())
    assert rig.core.view.state == "matching"


def test_seconds_are_kept_and_no_more() -> None:
    recent = Recent()
    sound = np.arange(10 * RATE, dtype=np.float32)
    for begin in range(0, len(sound), 1000):
        recent.hear(sound[begin : begin + 1000], RATE, 0.0)
    kept = recent.view.since(0)
    assert KEPT * RATE <= len(kept) <= KEPT * RATE + 1000
    np.testing.assert_array_equal(kept, sound[-len(kept) :])
    np.testing.assert_array_equal(recent.view.since(len(sound) - 50), sound[-50:])
    assert not len(recent.view.since(len(sound)))


def test_the_child_matches_and_says_what_it_cannot(tmp_path: Path) -> None:
    child = MatchChild()
    soundfile.write(tmp_path / "tom.wav", 0.5 * sound_of(TOM, 0.3), RATE)
    child.begin(Task(5, "tom", str(tmp_path / "tom.wav")))
    found = until(child.outcome, 120)
    assert found.voice is not None
    assert found.voice.name == "tom"
    assert "The mid tom is matched" in found.text
    assert child.done == pytest.approx(1)
    child.begin(Task(0, "none", str(tmp_path / "none.wav")))
    assert "There is no file" in until(child.outcome, 60).text
    child.begin(Task(0, "still", sound=np.zeros(RATE, np.float32), sample_rate=RATE))
    assert until(child.outcome, 60) == Outcome("What was heard is silent. Record one hit of the drum, louder.")
    child.begin(Task(5, "tom", str(tmp_path / "tom.wav")))
    child.close()
    assert child.outcome() is None
