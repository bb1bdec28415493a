"""Plugins on stage, without a process: exact to the sample, faded, and played around when they fail."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from livemusic.music.event import note_off, note_on
from livemusic.session.plugin import PluginSlot
from livemusic.sound.beacon import Beacon
from livemusic.sound.kit import Kit
from livemusic.sound.plugins.chain import Chain
from livemusic.sound.plugins.rig import Rig
from livemusic.sound.protocol import Events, SetParameter, Voices
from livemusic.sound.stage import Stage

RATE = 48000
Make = Callable[..., Rig]


@pytest.fixture
def beacon() -> Iterator[Beacon]:
    beacon = Beacon.make()
    yield beacon
    beacon.remove()


@pytest.fixture
def rig(beacon: Beacon, open_double: Callable[..., object]) -> Make:
    """`rig(kind, amount)`: a plugin of `doubles.py`, ready for a chain."""

    def make(kind: str, amount: float = 0.5) -> Rig:
        plugin = open_double(f"test:{kind}", "", RATE)
        plugin.set("Amount", amount)  # type: ignore[attr-defined]
        return Rig(plugin, PluginSlot(f"test:{kind}"), beacon)  # type: ignore[arg-type]

    return make


def on_stage() -> Stage:
    stage = Stage(RATE, 0.0)
    stage.clock.observe(0, 0.0)
    return stage


def strike(stage: Stage, *frames: int, voice: int = 36) -> None:
    stage.handle(Events(tuple((frame / RATE, note_on(9, voice, 127)) for frame in frames)))


@pytest.mark.parametrize("frames", [64, 100, 256, 1024])
def test_an_instrument_plays_in_place_of_the_kit_on_the_very_sample(rig: Make, frames: int) -> None:
    stage = on_stage()
    stage.handle(Chain(1, {0: rig("instrument-click")}))
    stage.render(frames)
    due = [frames, frames + 1, 2 * frames - 1, 3 * frames + 17]
    strike(stage, *due)
    heard = np.concatenate([stage.render(frames) for _ in range(4)])
    assert np.flatnonzero(heard[:, 0]).tolist() == [frame - frames for frame in due]
    assert np.allclose(heard[heard != 0], 0.5)


def test_late_events_are_played_at_once_and_system_messages_are_not_for_instruments(rig: Make) -> None:
    stage, instrument = on_stage(), rig("instrument-click")
    stage.handle(Chain(1, {0: instrument}))
    stage.render(256)
    stage.handle(Events(((0.0, b"\xf8"), (100 / RATE, note_on(9, 36, 127)))))
    stage.render(256)
    assert instrument.plugin.played == [(note_on(9, 36, 127), 0)]  # type: ignore[attr-defined]
    assert stage.kit.late == 2


def test_effects_are_played_in_order_and_controls_move(rig: Make) -> None:
    stage, kit = on_stage(), Kit(RATE)
    stage.handle(Chain(1, {1: rig("plain", 0.5), 3: rig("plain", 0.25)}))
    stage.render(256)
    kit.mix(256)
    stage.handle(SetParameter(3, "Amount", 0.75))
    stage.handle(SetParameter(2, "Amount", 0.0))
    stage.handle(SetParameter(3, "no such control", 0.0))
    strike(stage, 300)
    kit.play(300, note_on(9, 36, 127))
    assert np.allclose(stage.render(512), 0.375 * kit.mix(512), atol=1e-6)


def test_what_comes_and_goes_is_faded(rig: Make) -> None:
    """A steady sound under changing chains has no step larger than a fade's."""
    stage = on_stage()
    steady = np.full((256, 2), 0.4, np.float32)
    chains = [Chain(n, {1: rig("plain", amount)}) for n, amount in enumerate((0.1, 0.9, 0.2), 1)]
    heard = []
    for chain in (*chains, Chain(9)):
        chain.follow(stage.chain)
        stage.chain = chain
        heard += [chain.through(steady, RATE) for _ in range(3)]
    assert np.abs(np.diff(np.concatenate(heard), axis=0)).max() < 0.003
    assert len(stage.chain.give_up()) == 3
    assert stage.chain.give_up() == []


@pytest.mark.parametrize("kind", ["raise", "nan", "inf", "short"])
def test_an_effect_that_sends_no_sound_is_played_around(rig: Make, kind: str) -> None:
    stage, kit, broken = on_stage(), Kit(RATE), rig(kind, 1.0)
    stage.handle(Chain(1, {1: broken}))
    for _ in range(20):
        assert not stage.render(256).any()
        kit.mix(256)
    assert kind in broken.problem
    strike(stage, 20 * 256 + 5)
    kit.play(20 * 256 + 5, note_on(9, 36, 127))
    assert np.allclose(stage.render(256), kit.render(256), atol=1e-6)


def test_the_kit_plays_again_when_the_instrument_fails(rig: Make) -> None:
    stage = on_stage()
    stage.handle(Chain(1, {0: rig("instrument-raise", 1.0)}))
    stage.render(256)
    assert not stage.chain.plays
    strike(stage, 300)
    assert stage.render(256).any()


def test_a_plugin_that_needs_more_time_than_there_is_is_left_out(rig: Make) -> None:
    stage, slow, quick = on_stage(), rig("slow", 1.0), rig("plain")
    stage.handle(Chain(1, {1: quick, 2: slow}))
    for _ in range(60):
        stage.render(256)
    assert "too slow" in slow.problem
    assert quick.plays


def test_latency_is_added_up_and_an_instruments_lag_is_told_apart(rig: Make) -> None:
    first, second, instrument = rig("plain"), rig("plain"), rig("instrument-click")
    for each, late in ((first, 64), (second, 100), (instrument, 32)):
        each.plugin.late = late  # type: ignore[attr-defined]
    chain = Chain(1, {0: instrument, 1: first, 2: second})
    assert (chain.latency(), chain.lag()) == (164, 32)
    second.bypass("gone")
    assert chain.latency() == 64


def test_a_plugin_that_stays_plays_on_without_a_fade(rig: Make) -> None:
    stays, steady = rig("plain", 0.5), np.full((256, 2), 0.4, np.float32)
    first = Chain(1, {1: stays})
    first.through(steady, RATE)
    second = Chain(2, {2: stays})
    second.follow(first)
    assert np.allclose(second.through(steady, RATE), 0.2)
    assert stays.place == 2
    assert second.give_up() == []


OTHER = (24, 26, 30, 32, 40, 41, 43, 45, 47)


def test_an_instrument_is_played_by_its_own_notes_also_one_that_comes_later(rig: Make) -> None:
    stage, first, second = on_stage(), rig("instrument-click"), rig("instrument-click")
    stage.handle(Chain(1, {0: first}))
    stage.render(256)
    strike(stage, 300)
    stage.render(256)
    stage.handle(Voices(OTHER))
    stage.handle(Events(((600 / RATE, note_off(9, 36)), (610 / RATE, note_on(9, 36, 127)))))
    stage.render(256)
    assert [data for data, _ in first.plugin.played] == [  # type: ignore[attr-defined]
        note_on(9, 36, 127),
        note_off(9, 36),
        note_on(9, 24, 127),
    ]
    stage.handle(Chain(2, {0: second}))
    strike(stage, 900, voice=38)
    stage.handle(Events(((950 / RATE, note_off(9, 36)), (960 / RATE, note_off(9, 38)))))
    stage.render(256)
    assert second.plugin.played == [(note_on(9, 26, 127), 132), (note_off(9, 26), 192)]  # type: ignore[attr-defined]


def test_the_kit_stays_general_midi_whatever_an_instrument_wants(rig: Make) -> None:
    stage, kit = on_stage(), Kit(RATE)
    stage.handle(Voices(OTHER))
    strike(stage, 10)
    kit.play(10, note_on(9, 36, 127))
    assert np.allclose(stage.render(256), kit.render(256), atol=1e-6)
