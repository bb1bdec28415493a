"""Link: our side of it against the real library, not switched on; then two peers in a network of their own.

Nothing here ever speaks on the network of the machine: it would join, and start, whoever plays there.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import link
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.errors import DeviceError
from livemusic.music.tempo import Meter, TempoMap
from livemusic.network.link import PATIENCE, HostClock, LinkPeer, LinkState

METERS = [Meter(), Meter(3, 4), Meter(7, 8), Meter(5, 16), Meter(12, 8)]


def offline(bpm: float = 120.0, meter: Meter = Meter(), now: float | None = None) -> LinkPeer:  # noqa: B008
    """A peer whose Link is real and not switched on."""
    return LinkPeer(link.Link(bpm), meter, perf_counter() if now is None else now)


def position(state: LinkState, moment: float) -> float:
    """Where `state.map` is at `moment`, in ticks."""
    assert state.map is not None
    return state.map.tick + (moment - state.map.seconds) / state.map.seconds_per_tick


def test_the_clocks_are_told_apart_to_within_one_reading() -> None:
    foreign = link.Link(120.0).clock()
    clock = HostClock(foreign)
    for _ in range(100):
        clock.measure()
        before = perf_counter()
        theirs = clock.seconds(foreign.micros())
        after = perf_counter()
        assert before - 25e-6 <= theirs <= after + 25e-6


@given(st.integers(0, 10**13))
def test_a_moment_goes_to_the_other_clock_and_back(micros: int) -> None:
    clock = HostClock(link.Link(120.0).clock())
    start = clock.micros(perf_counter())
    assert clock.micros(clock.seconds(start + micros)) == pytest.approx(start + micros, abs=1)


def test_an_interrupted_reading_does_not_move_the_clock() -> None:
    class Interrupted:
        """A clock that can be made slow to answer."""

        patience = 0.0

        def micros(self) -> int:
            end = perf_counter() + self.patience
            while (now := perf_counter()) < end:
                pass
            return round(now * 1e6)

    foreign = Interrupted()
    clock = HostClock(foreign)
    before = clock.seconds(0)
    foreign.patience = 100e-6
    clock.measure()
    assert clock.seconds(0) == before


@pytest.mark.parametrize("meter", METERS, ids=str)
@pytest.mark.parametrize("bpm", [20.0, 61.7, 120.0, 174.0, 399.9, 400.0])
def test_the_map_is_the_sessions_beats(bpm: float, meter: Meter) -> None:
    foreign = link.Link(bpm)
    now = perf_counter()
    peer = LinkPeer(foreign, meter, now)
    state = peer.poll(now)
    assert state.map is not None
    assert state.map.tick % meter.bar == 0
    assert state.quantum == meter.bar / 960
    session, clock = foreign.captureAppSessionState(), HostClock(foreign.clock())
    for seconds in (0.0, 0.3, 1.7, 60.0, 3600.0):
        theirs = session.phaseAtTime(clock.micros(now + seconds), state.quantum) * 960
        off = (position(state, now + seconds) - theirs + meter.bar / 2) % meter.bar - meter.bar / 2
        assert abs(off) * state.map.seconds_per_tick < 50e-6


def test_alone_the_session_goes_on_with_our_music() -> None:
    now = perf_counter()
    own = TempoMap(97.0, now - 12.3, 480)
    peer = offline(own.bpm, now=now)
    peer.place(own.tick + (now - own.seconds) / own.seconds_per_tick, now)
    state = peer.poll(now)
    for moment in (now, now + 1, now + 10):
        assert position(state, moment) == pytest.approx(
            own.tick + (moment - own.seconds) / own.seconds_per_tick, abs=0.1
        )


@pytest.mark.parametrize("tick", [0, 960 * 5 + 240])
def test_alone_we_start_where_and_when_we_say(tick: int) -> None:
    peer = offline()
    at = perf_counter() + 0.02
    assert not peer.poll(at).playing
    peer.set_playing(True, at, tick)
    state = peer.poll(at)
    assert state.playing
    assert position(state, at) == pytest.approx(tick, abs=0.1)
    peer.set_playing(False, at + 5)
    assert not peer.poll(at + 5.1).playing


def test_a_start_far_ahead_is_told_in_the_bar_before_it() -> None:
    peer = offline(120.0)
    now = perf_counter()
    peer.set_playing(True, now + 10.0)
    told = [peer.poll(now + seconds).playing for seconds in (0.0, 5.0, 7.9, 8.1, 9.9, 10.1, 60.0)]
    assert told == [False, False, False, True, True, True, True]


def test_a_tempo_of_ours_waits_until_others_had_time_to_answer() -> None:
    now = perf_counter()
    peer = offline(120.0, now=now)
    peer.set_bpm(90.0, now + PATIENCE / 2)
    assert peer.poll(now + PATIENCE * 0.9).bpm == 120.0
    assert peer.poll(now + PATIENCE * 1.1).bpm == 90.0
    peer.set_bpm(100.0, now + PATIENCE * 2)
    # The library's own thread may put its copy of the first change over the second for a moment.
    until = perf_counter() + 5.0
    while peer.poll(now + PATIENCE * 2).bpm != 100.0:
        assert perf_counter() < until


@pytest.mark.parametrize("bpm", [19.9, 400.1, float("nan"), float("inf")])
def test_a_tempo_that_is_none_is_refused(bpm: float) -> None:
    peer = offline()
    with pytest.raises(ValueError, match=r"20\.\.400"):
        peer.set_bpm(bpm, perf_counter())


def test_a_session_faster_than_we_play_is_told_without_a_map() -> None:
    now = perf_counter()
    state = offline(500.0).poll(now)
    assert state.bpm == 500.0
    assert state.map is None
    assert state.beside(0, now) is None


def test_a_new_meter_moves_the_bar_lines() -> None:
    peer = offline()
    peer.set_meter(Meter(7, 8))
    state = peer.poll(perf_counter())
    assert state.quantum == 3.5
    assert state.map is not None
    assert state.map.tick % 3360 == 0


@given(
    tick=st.floats(-1e6, 1e7),
    at=st.floats(0, 1e4),
    start=st.floats(0, 1e4),
    bars=st.integers(-1000, 1000),
    meter=st.sampled_from(METERS),
    bpm=st.floats(20, 400),
)
def test_beside_us_the_bars_are_the_sessions_and_the_numbers_ours(
    tick: float, at: float, start: float, bars: int, meter: Meter, bpm: float
) -> None:
    state = LinkState(1, bpm, TempoMap(bpm, start, bars * meter.bar), True, meter.bar / 960)
    beside = state.beside(tick, at)
    assert beside is not None
    assert replace(beside, tick=bars * meter.bar) == state.map
    assert beside.tick % meter.bar == 0
    assert abs(position(replace(state, map=beside), at) - tick) <= meter.bar / 2 + 1e-3


def test_without_the_library_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "link", None)
    with pytest.raises(DeviceError, match="pip install LinkPython-extern"):
        LinkPeer.join(TempoMap(), Meter(), 0.0)


def test_a_failure_of_the_library_is_a_sentence() -> None:
    class Broken:
        """A Link whose network is gone."""

        def clock(self) -> Any:
            return link.Link(120.0).clock()

        def captureAppSessionState(self) -> Any:  # noqa: N802
            raise RuntimeError("set_option: No buffer space available")

    peer = LinkPeer(Broken(), Meter(), perf_counter())  # type: ignore[arg-type]
    with pytest.raises(DeviceError, match="No buffer space"):
        peer.poll(perf_counter())


ROOM = "ip link set lo up && ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo"
UNSHARE = (("unshare", "--net"), ("unshare", "--map-root-user", "--net"))


def find_room() -> tuple[tuple[str, ...], str]:
    """How to enter a network of one's own, and why that is not possible where it is not."""
    reasons = []
    for enter in UNSHARE:
        try:
            tried = subprocess.run([*enter, "sh", "-c", ROOM], capture_output=True, text=True, check=False)
        except OSError as problem:
            return (), f"this system has no network namespaces: {problem}"
        if tried.returncode == 0:
            return enter, ""
        reasons.append(f"{' '.join(enter)}: {tried.stderr.strip()}")
    return (), "; ".join(reasons)


def run_in(enter: tuple[str, ...], prepare: str, *script: str) -> str:
    here = Path(__file__).parents[2]
    command = [*enter, "sh", "-c", f'{prepare} && exec "$@"', "sh", sys.executable, *script]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(here)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def say(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Put `line` where whoever runs the tests reads it."""
    with capsys.disabled():
        sys.stdout.write(f"\n{line}\n")


def test_two_peers_play_together(capsys: pytest.CaptureFixture[str]) -> None:
    """Tempo, bar line, start and stop pass both ways between two processes, and joining never changes the tempo.

    Where a network of their own is not permitted, this prints why: on the network of the machine they might start
    somebody's concert.
    """
    enter, refusal = find_room()
    if not enter:
        assert refusal
        say(capsys, f"Link was not tried between two peers: {refusal}")
        return
    found = json.loads(run_in(enter, ROOM, str(Path(__file__).with_name("link_room.py"))))
    say(capsys, f"Link between two peers: {json.dumps(found)}")
    assert (found["alone"]["peers"], found["alone"]["bpm"]) == (0, 90.0)
    assert abs(found["alone"]["beside_our_music_ms"]) < 1.0
    assert found["met"]
    assert found["parted"]
    near = pytest.approx
    assert found["bpm_of_the_one_who_joined"] == near(90.0, abs=0.01)
    assert found["bpm_of_the_one_who_was_there"] == near(90.0, abs=0.01)
    assert found["phase_ms"]["p99"] < 2.0
    assert None not in found["tempo_ms"] + found["start_ms"] + found["stop_ms"]
    assert found["bpm_after_parting"] == near(120.0, abs=0.01)
    assert found["bpm_of_each_who_joined_later"] == near([77.0] * len(found["bpm_of_each_who_joined_later"]), abs=0.01)
    assert found["bpm_after_a_hasty_tempo"] == near([77.0, 77.0], abs=0.01)


def test_without_any_network_we_play_alone(capsys: pytest.CaptureFixture[str]) -> None:
    script = (
        "from time import perf_counter as now\n"
        "from livemusic.music.tempo import Meter, TempoMap\n"
        "from livemusic.network.link import LinkPeer\n"
        "peer = LinkPeer.join(TempoMap(90.0, now(), 0), Meter(), now())\n"
        "peer.set_playing(True, now())\n"
        "state = peer.poll(now())\n"
        "print(state.peers, state.bpm, state.playing)\n"
        "peer.leave()\n"
    )
    enter, refusal = find_room()
    if not enter:
        assert refusal
        say(capsys, f"Link was not tried without a network: {refusal}")
        return
    assert run_in(enter, "true", "-c", script).split() == ["0", "90.0", "True"]
