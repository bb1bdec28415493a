"""The listening core at made-up times: points, levels, pad, anchors and following."""

from collections.abc import Callable

import numpy as np
import pytest

from livemusic.audio.source import ArraySource
from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Hear, Keep, Morph, Preview, Scenes, TrackBeats
from livemusic.engine.listeners.beats import Beats
from livemusic.engine.messages import (
    Capture,
    ClearAnchors,
    LaunchCorner,
    LaunchScene,
    MovePad,
    SetFollow,
    SetLaunch,
    SetSwing,
)
from livemusic.engine.orders import Cue
from livemusic.engine.sync import Beat
from livemusic.errors import DeviceError
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.library import Library
from livemusic.latent.points import Points
from livemusic.music.grid import STEP, Grid
from livemusic.music.tempo import Meter
from livemusic.session.preset import Scene
from livemusic.sketch.path import Path

RATE = 44100
CORNERS = [
    Grid.of([(step, voice, 100, 0) for step in range(0, 16, gap)], 16)
    for voice, gap in ((0, 4), (1, 8), (2, 2), (8, 1))
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.open(Library().folder("embedder"))


@pytest.fixture(scope="module")
def path() -> Path:
    return Path(Dictionary.open(Library().folder("drums")), CORNERS)


class Rig:
    """A listening core with its ears, and what it said."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self.notices: list[str] = []
        self.lost: list[str] = []
        self.retired: list[object] = []
        self.ended: list[object] = []
        self.beats: list[Beat] = []
        self.core = Listen(
            self.cues.append,
            self.notices.append,
            self.lost.append,
            self.retired.append,
            self.ended.append,
            lambda: None,
            lambda: 0.0,
            listeners=(Beats(self.beats.append, self.notices.append),),
        )
        self.now = 50.0

    def say(self, *messages: object) -> None:
        for message in messages:
            self.core.handle(message, self.now)
        self.core.advance(self.now)

    def run(self, seconds: float, nap: Callable[[float], float] = lambda wake: wake) -> None:
        end = self.now + seconds
        while self.now < end:
            wake = self.core.advance(self.now)
            if wake is None:
                return
            self.now = nap(wake)

    def hear(self, samples: np.ndarray, embedder: Embedder, rate: int = RATE) -> ArraySource:
        source = ArraySource(samples, rate)
        source.start(self.now)
        self.say(Hear(source, Ear(embedder, rate)))
        return source

    @property
    def path(self) -> np.ndarray:
        assert self.core.view.path is not None
        return self.core.view.path.rows


def music(seconds: float, rate: int = RATE) -> np.ndarray:
    t = np.arange(int(seconds * rate)) / rate
    tone = np.sin(2 * np.pi * (220 + 110 * (t % 2 > 1)) * t) * np.exp(-3 * (t % 0.5))
    return (0.4 * tone).astype(np.float32)


def between(path: Path, **changes: object) -> Morph:
    usual = {"pad": (0.0, 1.0), "launch": "step", "swing": 0.0, "follow": False, "anchors": (None,) * 4}
    return Morph(path, Meter(), **(usual | changes))  # type: ignore[arg-type]


def test_live_and_offline_give_the_same_points_whatever_the_wake_ups(embedder: Embedder) -> None:
    samples = music(3.0, 48000)
    ear = Ear(embedder, 48000)
    offline = Points.joined([ear.hear(samples), ear.flush()]).rows
    random = np.random.default_rng(1)
    for nap in (lambda wake: wake, lambda wake: wake + random.exponential(0.03)):
        rig = Rig()
        rig.hear(samples, embedder, 48000)
        rig.run(10.0, nap)
        assert rig.path == pytest.approx(offline, abs=1e-4)


def test_what_can_be_heard_is_shown(embedder: Embedder) -> None:
    rig = Rig()
    rig.hear(music(4.0), embedder)
    rig.run(2.0)
    view = rig.core.view
    assert -20 < view.level.peak_db < 0
    assert view.position == pytest.approx(2.0, abs=0.05)
    assert len(rig.path) == pytest.approx(65, abs=2)
    assert view.epoch == 1


def test_a_published_path_never_changes(embedder: Embedder) -> None:
    rig = Rig()
    rig.hear(music(40.0), embedder)
    rig.run(1.0)
    early, kept = rig.path, rig.path.copy()
    rig.run(38.0)
    assert len(rig.path) > 1024
    assert np.array_equal(early, kept)


def test_a_new_source_begins_a_new_path_and_frees_the_old_one(embedder: Embedder) -> None:
    rig = Rig()
    old = rig.hear(music(4.0), embedder)
    rig.run(1.0)
    rig.hear(music(4.0), embedder)
    assert rig.retired == [old]
    assert rig.core.view.epoch == 2
    assert len(rig.path) == 0


def test_a_lost_device_is_reported_and_let_go() -> None:
    class Unplugged(ArraySource):
        def read(self, now: float) -> np.ndarray:
            raise DeviceError("The microphone has gone.")

    rig = Rig()
    source = Unplugged(np.zeros(10), RATE)
    rig.say(Hear(source, Ear(Embedder.open(Library().folder("embedder")), RATE)))
    rig.run(1.0)
    assert rig.lost == ["The microphone has gone."]
    assert rig.retired == [source]


def test_noise_that_is_no_number_is_survived(embedder: Embedder) -> None:
    samples = music(3.0)
    samples[50000:52000] = np.nan
    samples[60000] = np.inf
    rig = Rig()
    rig.hear(samples, embedder)
    rig.run(5.0)
    assert len(rig.path) > 100
    assert np.isfinite(rig.path).all()


def test_the_hand_moves_the_pattern_and_standing_still_does_not(path: Path) -> None:
    rig = Rig()
    rig.say(between(path))
    assert Grid.from_bytes(rig.cues[0].grid) == CORNERS[0]
    rig.say(MovePad(1.0, 0.0))
    assert Grid.from_bytes(rig.cues[-1].grid) == CORNERS[3]
    assert rig.core.view.weights == (0.0, 0.0, 0.0, 1.0)
    count = len(rig.cues)
    rig.say(MovePad(1.0, 0.0))
    assert len(rig.cues) == count
    assert {note.channel for note in rig.cues[-1].pattern.notes} == {9}


def test_a_locked_lane_stays_wherever_the_hand_goes(path: Path) -> None:
    rig = Rig()
    rig.say(between(path, locks={0: 1}), MovePad(1.0, 0.0))
    hits = Grid.from_bytes(rig.cues[-1].grid).hits
    assert np.array_equal(hits[:, 0], CORNERS[1].hits[:, 0])
    assert np.array_equal(hits[:, 1:], CORNERS[3].hits[:, 1:])


def test_of_many_moves_the_last_one_counts(path: Path) -> None:
    rig = Rig()
    rig.say(between(path))
    rig.say(*(MovePad(x / 50, 0.3) for x in range(50)), MovePad(1.0, 0.0))
    assert [Grid.from_bytes(cue.grid) for cue in rig.cues] == [CORNERS[0], CORNERS[3]]


def test_a_source_that_has_ended_is_said_to_have_and_goes_dark(embedder: Embedder) -> None:
    rig = Rig()
    source = rig.hear(music(2.0), embedder)
    rig.run(3.0)
    assert rig.ended == [source]
    assert rig.core.view.level.peak_db == -120


def test_anchors_of_another_space_end_following(embedder: Embedder, path: Path) -> None:
    rig = Rig()
    rig.say(between(path, follow=True, anchors=((0.0, 1.0), None, None, None)))
    rig.hear(music(2.0), embedder)
    rig.run(1.5)
    assert not rig.core.view.follow
    assert len(rig.notices) == 1


def test_launch_says_when_a_pattern_takes_over(path: Path) -> None:
    rig = Rig()
    rig.say(between(path))
    rig.say(SetLaunch("bar"))
    rig.say(MovePad(1.0, 1.0))
    assert [cue.quantum for cue in rig.cues] == [STEP, Meter().bar]


def test_swing_delays_every_second_sixteenth(path: Path) -> None:
    rig = Rig()
    rig.say(between(path, pad=(1.0, 0.0)))
    rig.say(SetSwing(1.0))
    ticks = [note.tick for note in rig.cues[-1].pattern.notes]
    assert ticks[:4] == [0, STEP + STEP // 3, 2 * STEP, 3 * STEP + STEP // 3]
    assert rig.core.view.swing == 1.0


def test_beats_are_told_when_they_are_wanted(embedder: Embedder) -> None:
    rig = Rig()
    t = np.arange(RATE * 12) / RATE
    clicks = (0.8 * np.sin(2 * np.pi * 180 * t) * np.exp(-40 * (t % 0.5))).astype(np.float32)
    rig.hear(clicks, embedder)
    rig.run(2.0)
    assert not rig.beats
    rig.say(TrackBeats(True))
    rig.run(9.5)
    sure = [beat for beat in rig.beats if beat.confidence > 0.6][-4:]
    assert len(sure) == 4
    for beat in sure:
        assert beat.bpm == pytest.approx(120, abs=1)
        place = (beat.at - 50.0) / 0.5
        assert abs(place - round(place)) < 0.08


def test_capture_needs_a_path_and_following_needs_an_anchor(path: Path) -> None:
    rig = Rig()
    rig.say(between(path))
    rig.say(Capture(0))
    rig.say(SetFollow(True))
    assert len(rig.notices) == 2
    assert not rig.core.view.follow


def test_what_the_hand_has_done_stays_while_a_corner_is_edited(embedder: Embedder, path: Path) -> None:
    rig = Rig()
    rig.hear(music(4.0), embedder)
    rig.say(between(path))
    rig.run(2.0)
    rig.say(Capture(2), MovePad(0.25, 0.5), SetSwing(0.3), SetLaunch("bar"))
    before = rig.core.view
    rig.say(Morph(path, Meter(), at_once=True))
    after = rig.core.view
    assert before.anchors[2] is not None
    assert (after.pad, after.weights, after.swing, after.launch, after.anchors) == (
        before.pad, before.weights, before.swing, before.launch, before.anchors,
    )  # fmt: skip
    rig.say(Morph(path, Meter(), pad=(1.0, 1.0)))
    assert rig.core.view.pad == (1.0, 1.0)
    assert rig.core.view.anchors == before.anchors


def test_the_path_drives_the_pad_until_the_hand_takes_over(embedder: Embedder, path: Path) -> None:
    rig = Rig()
    rig.say(between(path))
    low, high = music(3.0) * 0, music(3.0)
    rig.hear(
        np.concatenate([high, low + 0.3 * np.random.default_rng(0).normal(size=len(low)).astype(np.float32)]), embedder
    )
    rig.run(2.5)
    rig.say(Capture(0))
    rig.run(3.0)
    rig.say(Capture(3))
    rig.say(SetFollow(True))
    rig.hear(np.concatenate([high, high]), embedder)
    rig.run(2.5)
    assert rig.core.view.follow
    assert rig.core.view.weights[0] > 0.8
    rig.say(MovePad(0.5, 0.5))
    assert not rig.core.view.follow
    assert rig.core.view.pad == pytest.approx((0.5, 0.5), abs=1e-6)
    rig.say(ClearAnchors())
    assert rig.core.view.anchors == (None,) * 4


def test_what_is_used_is_heard_from_a_bar_line_and_not_before(path: Path) -> None:
    rig = Rig()
    rig.say(between(path))
    rig.cues.clear()
    other = Path(Dictionary.open(Library().folder("drums")), CORNERS[::-1])
    rig.say(Keep(), between(other, at_once=True))
    assert not rig.cues
    rig.say(Preview(None, "bar"))
    assert [(cue.grid, cue.quantum) for cue in rig.cues] == [(CORNERS[3].to_bytes(), Meter().bar)]


@pytest.mark.parametrize(("launch", "bars"), [("step", 1), ("bar", 1), ("4 bars", 4)])
def test_a_corner_is_launched_at_a_bar_line(path: Path, launch: str, bars: int) -> None:
    rig = Rig()
    rig.say(between(path, launch=launch))
    for corner, place in enumerate(((0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0))):
        rig.cues.clear()
        rig.say(LaunchCorner(corner))
        assert rig.core.view.pad == place
        assert [cue.quantum for cue in rig.cues] == [bars * Meter().bar]
        assert rig.cues[0].grid == path.at(np.eye(4, dtype=np.float32)[corner]).to_bytes()


def test_a_scene_is_launched_with_its_swing_and_an_empty_one_is_said_so(path: Path) -> None:
    rig = Rig()
    rig.say(between(path), Scenes((None, Scene("Break", (1.0, 0.0), 0.5))))
    rig.cues.clear()
    rig.say(LaunchScene(1))
    assert [(cue.quantum, cue.swing) for cue in rig.cues] == [(Meter().bar, 0.5)]
    rig.say(LaunchScene(0))
    assert rig.notices == ["Scene 1 is empty. Store one there first."]
