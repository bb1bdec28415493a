"""The hits of the drums that are heard, as others are told of them."""

from dataclasses import dataclass
from typing import NamedTuple

from livemusic.music.tempo import Seconds


class PlayedHit(NamedTuple):
    """A drum that somebody played: `at` which moment (`time.perf_counter`, what is known of latency taken off), the
    `voice` 0..8 it is taken for, the finest `lane` that is sure (see `dsp.lanes`), `velocity` 1..127."""

    at: Seconds
    voice: int
    lane: int
    velocity: int


@dataclass(frozen=True, slots=True)
class HitsHeard:
    """These hits were heard in what is listened to, in order of time."""

    hits: tuple[PlayedHit, ...]
