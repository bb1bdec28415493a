"""What we play is known again when a microphone hears it, and nothing else is."""

from dataclasses import replace

import pytest

from livemusic.dsp.lanes import CYMBAL, DRUM
from livemusic.dsp.lanes import HIT as ANY
from livemusic.engine.own_sound import OwnSound
from livemusic.engine.transport_view import TransportView
from livemusic.music.grid import Grid
from livemusic.music.tempo import TempoMap

SNARES = Grid.of([(4, 1, 100, 0), (12, 1, 100, 10)], 16)
HATS = Grid.of([(0, 2, 100, 0)], 16)
#: Two ticks to a millisecond.
MAP = TempoMap(125.0)


def view(grid: Grid, cued_at: float = 1.0, cut: int = 0, swing: float = 0.0) -> TransportView:
    return TransportView(True, MAP, grid=grid.to_bytes(), cued_at=cued_at, cut=cut, swing=swing)


@pytest.fixture
def own() -> OwnSound:
    own = OwnSound()
    own.begin(0)
    own.see(view(SNARES))
    return own


@pytest.mark.parametrize(
    ("tick", "lane", "late"),
    [
        (960, 1, 0.0), (960 + 60, 1, 0.03), (960 - 20, 1, -0.01), (960 + 3840 + 60, 1, 0.03), (960 + 60, DRUM, 0.03),
        (960 + 60, ANY, 0.03), (960 + 60, 0, 0.03), (960 + 60, 2, None), (960 + 60, CYMBAL, None), (960 + 160, 1, None),
        (960 - 40, 1, None), (0, 1, None), (2890 + 60, 1, 0.03),
    ],
)  # fmt: skip
def test_a_hit_of_the_same_kind_shortly_after_ours_may_be_ours(
    own: OwnSound, tick: int, lane: int, late: float | None
) -> None:
    assert own.late(tick, lane, view(SNARES)) == (None if late is None else pytest.approx(late, abs=1e-3))


def test_speakers_that_are_delayed_are_heard_as_much_later(own: OwnSound) -> None:
    assert own.late(960 + 240, 1, view(SNARES)) is None
    assert own.late(960 + 240, 1, view(SNARES), delay=0.1) == pytest.approx(0.12, abs=1e-3)


def test_a_pattern_sounds_from_its_cut_on_and_the_one_before_until_then(own: OwnSound) -> None:
    own.see(view(HATS, cued_at=2.0, cut=3840 - 120))
    assert own.sent(0, 2 * 3840 - 120) == [(960, 1), (2890, 1), (3840, 2)]
    own.see(view(SNARES, cued_at=3.0, cut=3840 - 120))
    assert own.sent(3840 - 120, 2 * 3840 - 120) == [(3840 + 960, 1), (3840 + 2890, 1)]


def test_after_a_jump_only_what_sounds_now_counts(own: OwnSound) -> None:
    own.begin(50 * 3840)
    assert own.sent(0, 100 * 3840) == []
    own.see(view(HATS, cued_at=2.0, cut=90 * 3840))
    assert own.sent(60 * 3840, 61 * 3840) == [(60 * 3840, 2)]


def test_swing_is_part_of_what_sounds() -> None:
    own = OwnSound()
    own.begin(0)
    own.see(view(Grid.of([(1, 1, 100, 0)], 16), swing=1.0))
    assert own.sent(0, 3840) == [(320, 1)]


def test_a_drum_of_ours_that_is_muted_is_not_taken_for_what_is_heard(own: OwnSound) -> None:
    assert own.late(960 + 60, 1, view(SNARES)) is not None
    own.see(replace(view(SNARES), silent=frozenset({1})))
    assert own.late(960 + 60, 1, view(SNARES)) is None
    own.see(view(SNARES))
    assert own.late(960 + 60, 1, view(SNARES)) is not None
