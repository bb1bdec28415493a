"""Harmony while it is listened to: what the engine shows, captures, follows and tells."""

from collections.abc import Callable

import numpy as np
import pytest

from livemusic.audio.source import ArraySource
from livemusic.dsp.harmony import Harmony
from livemusic.dsp.spiral import TURN
from livemusic.dsp.tonality import Chord, Key, plain
from livemusic.engine.broadcast import _harmony
from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Hear
from livemusic.engine.listeners.harmony import HarmonyEar
from livemusic.engine.messages import Capture, ClearAnchors, SetFollow, SetFollowed
from livemusic.engine.seen import _harmony as seen
from livemusic.engine.snapshot import HarmonyState, Health, ListenState, Plug, Snapshot, TransportState
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.library import Library
from livemusic.network.address import Centre, ChordTold, KeyTold
from tests.progressions import RATE, played

C_THEN_A = ((0, ""), (5, ""), (7, "7"), (0, "")) * 2 + ((9, ""), (2, ""), (4, "7"), (9, "")) * 3


class Rig:
    """A listening core with a harmony ear, and what it said."""

    def __init__(self, sound: np.ndarray) -> None:
        self.notices: list[str] = []
        self.ear = HarmonyEar()
        nothing: list[Callable[..., None]] = [lambda *_: None] * 4
        self.listen = Listen(
            nothing[0], self.notices.append, *nothing, lambda: 0.0, listeners=(self.ear,),
            harmony=lambda: self.ear.view.centre,
        )  # fmt: skip
        source = ArraySource(sound, RATE)
        source.start(0.0)
        self.listen.handle(Hear(source, Ear(Embedder.open(Library().folder("embedder")), RATE)), 0.0)
        self.now = 0.0

    def until(self, end: float) -> None:
        while self.now < end:
            self.listen.advance(self.now)
            self.now += 0.05

    def say(self, *messages: object) -> None:
        for message in messages:
            self.listen.handle(message, self.now)


@pytest.mark.parametrize("size", [500, 1024, 30000])
def test_the_harmony_of_a_block_is_told_by_the_next(size: int) -> None:
    sound, ear = played(C_THEN_A)[: 4 * RATE], HarmonyEar()
    for block in np.array_split(sound, len(sound) // size):
        ear.hear(block, RATE, 0.0)
    ear.hear(np.zeros(1, np.float32), RATE, 0.0)
    told, expected = ear.view.row, Harmony(RATE).push(sound)[-1]
    assert told is not None
    assert (told.t, told.key, told.chord) == (expected.t, expected.key, expected.chord)
    assert told.centre == pytest.approx(expected.centre)


@pytest.fixture
def rig() -> Rig:
    return Rig(played(C_THEN_A))


def test_key_chord_centre_and_trail_are_shown(rig: Rig) -> None:
    assert seen(rig.ear.view) == HarmonyState()
    rig.until(11.9)
    state = seen(rig.ear.view)
    assert state.key == Key(0, "major")
    assert state.chord == Chord(0, "")
    assert state.centre is not None
    trail = np.frombuffer(state.trail, np.float32).reshape(-1, 3)
    assert 40 < len(trail) <= 128
    np.testing.assert_allclose(trail[-1], state.centre, atol=0.15)
    assert sum(state.classes) == pytest.approx(1)
    rig.listen.handle(Hear(None, None), rig.now)
    assert seen(rig.ear.view) == HarmonyState()


def test_corners_are_captured_on_the_harmony_and_it_moves_the_pad(rig: Rig) -> None:
    rig.say(SetFollowed("harmony"), SetFollow(True), Capture(0))
    assert "To follow the harmony, first capture" in rig.notices[0]
    assert "no harmony to capture" in rig.notices[1]
    rig.until(11.5)
    rig.say(Capture(0))
    rig.until(28)
    rig.say(Capture(3))
    anchors = rig.listen.view.harmony_anchors
    assert anchors[0] is not None
    assert anchors[3] is not None
    assert anchors[3][2] > anchors[0][2]  # A is three fifths up from C
    assert rig.listen.view.anchors == (None,) * 4
    rig.say(SetFollow(True))
    rig.until(29)
    assert rig.listen.view.weights[3] > 0.8
    again = Rig(played(C_THEN_A))
    again.say(SetFollowed("harmony"))
    again.listen._change(harmony_anchors=(*[(*a[:2], a[2] + TURN) if a else None for a in anchors],))  # by other names
    again.say(SetFollow(True))
    again.until(11.5)
    assert again.listen.view.weights[0] > 0.8
    assert again.listen.view.pad[0] < 0.3
    again.say(ClearAnchors())
    assert again.listen.view.harmony_anchors == (None,) * 4
    assert not again.listen.view.follow


def test_the_path_is_followed_as_ever(rig: Rig) -> None:
    rig.until(3)
    rig.say(Capture(1), SetFollow(True))
    assert rig.listen.view.anchors[1] is not None
    assert len(rig.listen.view.anchors[1]) == 32
    rig.say(SetFollowed("harmony"))
    assert not rig.listen.view.follow  # nothing is captured there
    with pytest.raises(ValueError, match="path or harmony"):
        SetFollowed("drums").check()


def test_what_the_ear_cannot_hear_is_no_harm() -> None:
    ear = HarmonyEar()
    ear.begin()
    ear.hear(np.zeros(1000, np.float32), 1000, 0.0)
    ear.hear(np.full(44100, np.nan, np.float32), 1000, 1.0)
    assert ear.view.centre is None
    assert seen(ear.view) == HarmonyState()


def test_osc_tells_what_is_new() -> None:
    def snapshot(heard: HarmonyState) -> Snapshot:
        return Snapshot(0.0, 0, TransportState(), ListenState(), Plug(), Plug(), Plug(), Health(), harmony=heard)

    nothing = snapshot(HarmonyState())
    heard = snapshot(HarmonyState((0.1, 0.2, 0.3), 3, "major", 0.75, 10, "7"))
    told = [Centre(0.1, 0.2, 0.3), KeyTold(3, "major", 0.75, "Eb major"), ChordTold(10, "Bb7")]
    assert list(_harmony(heard, None)) == list(_harmony(heard, nothing)) == told
    assert list(_harmony(heard, heard)) == []
    assert list(_harmony(nothing, heard)) == [KeyTold(-1, "-", 0.0, "-"), ChordTold(-1, "-")]
    for each in told:
        assert each.values()
    assert plain("G♯m7♭5") == "G#m7b5"
