"""How a groove is performed, as a preset keeps it."""

import msgspec
import pytest

from livemusic.music.performance import VARIATIONS, Dials, Performance


def test_as_it_is_nothing_is_performed_and_little_is_written() -> None:
    assert Performance().neutral
    assert msgspec.json.encode(Performance()) == b"{}"


def test_dials_of_a_drum_are_its_own_and_those_in_the_middle_are_not_kept() -> None:
    turned = Performance().turned(3, density=0.5).turned(None, intensity=-0.25)
    assert turned.lane(3) == Dials(density=0.5)
    assert turned.lane(8) == Dials()
    assert turned.whole == Dials(intensity=-0.25)
    assert len(turned.lanes) == 4
    assert turned.turned(3, density=0.0).lanes == ()


@pytest.mark.parametrize(
    ("performance", "reshapes"),
    [
        (Performance(whole=Dials(density=0.1)), True),
        (Performance(feel="half"), True),
        (Performance().turned(0, complexity=1.0), True),
        (Performance(fill_every=4), False),
        (Performance(vary_every=2), False),
    ],
)
def test_fills_and_variation_leave_the_loop_alone(performance: Performance, reshapes: bool) -> None:
    assert performance.reshapes == reshapes
    assert not performance.neutral


def test_it_is_read_as_it_was_written() -> None:
    written = Performance(Dials(0.5, -0.5, 1.0), feel="double", fill_every=8, vary_every=2).turned(1, density=-1.0)
    assert msgspec.json.decode(msgspec.json.encode(written), type=Performance) == written


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fill_every": 3}, "fill_every 3 must be one of 0, 4, 8"),
        ({"vary_every": 5}, "vary_every 5 must be one of 0, 2, 4, 8"),
        ({"fill_amount": 1.5}, "fill_amount 1.5 is outside 0..1"),
        ({"vary_amount": -1.0}, "vary_amount -1 is outside 0..1"),
        ({"vary_seed": 1 << 16}, "vary_seed 65536 is outside 0..65535"),
        ({"feel": "triple"}, "feel 'triple' must be one of normal, half, double"),
        ({"lanes": (Dials(),) * 10}, "a performance has the dials of 9 drums at most, not of 10"),
    ],
)
def test_what_cannot_be_performed_is_refused_in_words(fields: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Performance(**fields)  # type: ignore[arg-type]


def test_there_is_always_another_variation() -> None:
    last = Performance(vary_seed=VARIATIONS - 1)
    assert Performance().varied_anew() == Performance(vary_seed=1)
    assert last.varied_anew() == Performance()


def test_a_dial_goes_from_minus_one_to_one() -> None:
    with pytest.raises(ValueError, match=r"density 1.1 is outside -1..1"):
        Dials(density=1.1)
