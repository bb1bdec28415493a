"""Two real Link peers, each in a process of its own, in a network of their own: what they agree on, as JSON.

`python tests/network/link_room.py` measures; with `partner` it is the other musician, who takes orders on stdin.
Run only in a namespace of its own (`unshare -n`): Link speaks to everybody on the network.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from select import select
from time import perf_counter
from typing import Any

from livemusic.music.tempo import Meter, TempoMap
from livemusic.network.link import LinkPeer, LinkState

LIMIT = 10.0
#: Older than any doubt about who was first.
HEAD_START = 1.7


def watch(peer: LinkPeer, met: Callable[[LinkState], bool]) -> float | None:
    """When `met` came true, looking every millisecond; None if it never did."""
    end = perf_counter() + LIMIT
    while (now := perf_counter()) < end:
        if met(peer.poll(now)):
            return now
        select([], [], [], 0.001)
    return None


def linger(peer: LinkPeer, seconds: float) -> None:
    """Stay in the session for a while."""
    begin = perf_counter()
    watch(peer, lambda state: perf_counter() - begin > seconds)


def ticks_at(peer: LinkPeer, moments: list[float]) -> list[float]:
    """Our place in the bar, in ticks, at `moments` of the clock that all processes share."""
    state = peer.poll(perf_counter())
    assert state.map is not None
    bar = state.quantum * 960
    return [(state.map.tick + (moment - state.map.seconds) / state.map.seconds_per_tick) % bar for moment in moments]


def be_the_partner() -> None:
    """Joined at 120 bpm, obey one order a line, answering each with one line."""
    peer = LinkPeer.join(TempoMap(120.0, perf_counter(), 0), Meter(), perf_counter())

    def answer(value: Any) -> None:
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()

    def see(met: Callable[[LinkState], bool]) -> None:
        answer("watching")
        answer(watch(peer, met))

    for line in sys.stdin:
        match json.loads(line):
            case ["peers", count]:
                see(lambda state, count=count: state.peers == count)
            case ["tempo", bpm]:
                see(lambda state, bpm=bpm: abs(state.bpm - bpm) < 0.01)
            case ["playing", on]:
                see(lambda state, on=on: state.playing == on)
            case ["set_bpm", bpm]:
                answer(perf_counter())
                peer.set_bpm(bpm, perf_counter())
            case ["set_playing", on]:
                answer(perf_counter())
                peer.set_playing(on, perf_counter())
            case ["ticks", moments]:
                answer(ticks_at(peer, moments))
            case ["linger", seconds]:
                linger(peer, seconds)
                answer(peer.poll(perf_counter()).bpm)
    peer.leave()


class Partner:
    """The other process, as this one sees it."""

    def __init__(self) -> None:
        command = [sys.executable, __file__, "partner"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def order(self, *order: Any) -> Any:
        self.send(*order)
        return self.hear()

    def send(self, *order: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(LIMIT)
        assert self._process.stdout is not None
        self._process.stdout.close()


def took(begin: float, end: float | None) -> float | None:
    return None if end is None else round((end - begin) * 1000, 3)


def measure() -> dict[str, Any]:
    """One evening: found at 90, be joined by 120, agree on bars, tempo, start and stop, part, be joined again."""
    found: dict[str, Any] = {}
    now = perf_counter()
    own = TempoMap(90.0, now - 7.0, 0)
    peer = LinkPeer.join(own, Meter(), now)
    linger(peer, HEAD_START)
    alone = peer.poll(perf_counter())
    assert alone.map is not None
    off = own.seconds_at(alone.map.tick) - alone.map.seconds
    found["alone"] = {"peers": alone.peers, "bpm": alone.bpm, "beside_our_music_ms": off * 1000}

    partner = Partner()
    found["met"] = watch(peer, lambda state: state.peers == 1) is not None
    partner.order("peers", 1)
    partner.hear()
    found["bpm_of_the_one_who_joined"] = partner.order("linger", 1.5)
    found["bpm_of_the_one_who_was_there"] = peer.poll(perf_counter()).bpm

    errors = []
    for _ in range(25):
        moments = [perf_counter() + index * 0.5 for index in range(8)]
        pairs = zip(ticks_at(peer, moments), partner.order("ticks", moments), strict=True)
        errors += [abs((ours - theirs + 1920) % 3840 - 1920) * 60 / 90 / 960 * 1000 for ours, theirs in pairs]
        linger(peer, 0.02)
    found["phase_ms"] = {"p50": sorted(errors)[100], "p99": sorted(errors)[197], "max": max(errors)}

    def ours_to_theirs(order: tuple[Any, ...], act: Callable[[], None]) -> float | None:
        partner.order(*order)
        begin = perf_counter()
        act()
        return took(begin, partner.hear())

    def theirs_to_ours(order: tuple[Any, ...], met: Callable[[LinkState], bool]) -> float | None:
        partner.send(*order)
        seen = watch(peer, met)
        return took(partner.hear(), seen)

    found["tempo_ms"] = [
        ours_to_theirs(("tempo", bpm), lambda bpm=bpm: peer.set_bpm(bpm, perf_counter()))
        for bpm in (100.0, 140.0, 63.5)
    ] + [
        theirs_to_ours(("set_bpm", bpm), lambda state, bpm=bpm: abs(state.bpm - bpm) < 0.01)
        for bpm in (101.0, 141.0, 120.0)
    ]
    found["start_ms"], found["stop_ms"] = [], []
    for _ in range(3):
        found["start_ms"].append(ours_to_theirs(("playing", True), lambda: peer.set_playing(True, perf_counter())))
        found["stop_ms"].append(theirs_to_ours(("set_playing", False), lambda state: not state.playing))
        found["start_ms"].append(theirs_to_ours(("set_playing", True), lambda state: state.playing))
        found["stop_ms"].append(ours_to_theirs(("playing", False), lambda: peer.set_playing(False, perf_counter())))

    partner.go()
    found["parted"] = watch(peer, lambda state: state.peers == 0) is not None
    found["bpm_after_parting"] = peer.poll(perf_counter()).bpm

    linger(peer, HEAD_START)
    peer.set_bpm(77.0, perf_counter())
    kept = []
    for _ in range(2):
        partner = Partner()
        watch(peer, lambda state: state.peers == 1)
        kept.append(partner.order("linger", 0.4))
        partner.go()
        watch(peer, lambda state: state.peers == 0)
        linger(peer, HEAD_START)
    found["bpm_of_each_who_joined_later"] = kept

    hasty = LinkPeer.join(TempoMap(150.0, perf_counter(), 0), Meter(), perf_counter())
    hasty.set_bpm(151.0, perf_counter())
    watch(hasty, lambda state: state.peers == 1)
    hasty.set_bpm(152.0, perf_counter())
    linger(hasty, 1.5)
    found["bpm_after_a_hasty_tempo"] = [hasty.poll(perf_counter()).bpm, peer.poll(perf_counter()).bpm]
    hasty.leave()
    peer.leave()
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["partner"]:
        be_the_partner()
    else:
        sys.stdout.write(json.dumps(measure()))
