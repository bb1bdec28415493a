"""The metronome and the count-in in the transport, at made-up times."""

import pytest

from livemusic.engine.messages import Panic, Play, SetTempo, Stop
from livemusic.engine.orders import Cue, LastBars, Routing, Take
from livemusic.engine.timing import Ramp
from livemusic.music.event import CLICK, is_note_on
from livemusic.music.grid import STEP
from livemusic.music.metronome import clicks, to_go
from livemusic.music.tempo import Meter
from livemusic.session.metronome import Metronome
from tests.engine.transport_room import CLOCK, FOUR, START, Rig, assert_balanced

FOUR_FOUR = Meter()
MIDI = Metronome(on=True, midi=True, channel=16, accent=76, beat=77)


class Speakers:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, bytes]] = []

    def send(self, batch: list[tuple[float, bytes]]) -> None:
        self.heard += batch

    @property
    def clicks(self) -> list[tuple[float, bool]]:
        """When it clicked, and whether with an accent."""
        return [(round(at, 4), bool(data[1])) for at, data in self.heard if data[0] == CLICK]


def room(metronome: Metronome, meter: Meter = FOUR_FOUR, clock: bool = False) -> tuple[Rig, Speakers]:
    rig, speakers = Rig(clock=clock), Speakers()
    rig.say(Routing(sink=speakers, metronome=metronome, meter=meter))
    return rig, speakers


def struck(rig: Rig) -> list[tuple[float, int]]:
    """The clicks at the port."""
    return [(round(when, 4), data[1]) for when, data in rig.log if is_note_on(data) and data[0] & 0x0F == 15]


@pytest.mark.parametrize(
    ("meter", "beat", "bar"), [(Meter(4, 4), 960, 3840), (Meter(7, 8), 480, 3360), (Meter(3, 2), 1920, 5760)]
)
def test_one_click_to_a_beat_and_an_accent_to_a_bar(meter: Meter, beat: int, bar: int) -> None:
    told = list(clicks(meter, -bar, 2 * bar))
    assert [click.tick for click in told] == list(range(-bar, 2 * bar, beat))
    assert [click.tick for click in told if click.accent] == [-bar, 0, bar]


def test_beats_to_go_count_down_to_the_first() -> None:
    assert [to_go(Meter(), tick) for tick in (-7680, -3840, -3839, -2880, -961, -960, -1, 0, 500)] == [
        8, 4, 4, 3, 2, 1, 1, 0, 0,
    ]  # fmt: skip


def test_clicks_are_heard_with_the_beats_through_changes_of_tempo_and_ramps() -> None:
    rig, speakers = room(Metronome(on=True))
    rig.say(Play())
    rig.run(1.2)
    rig.say(SetTempo(97.0))
    rig.run(1.0)
    rig.say(Ramp(150.0, 1))
    rig.run(6.0)
    count = min(len(rig.ons()), len(speakers.clicks))
    assert count > 12
    assert [at for at, _ in speakers.clicks][:count] == pytest.approx(rig.ons()[:count], abs=2e-4)
    assert [accent for _, accent in speakers.clicks][:9] == [beat % 4 == 0 for beat in range(9)]


def test_the_click_goes_out_as_a_note_of_its_own_on_its_own_channel() -> None:
    rig, speakers = room(MIDI)
    rig.say(Play())
    rig.run(2.3)
    assert struck(rig) == [(at, 76 if beat % 4 == 0 else 77) for beat, (at, _) in enumerate(speakers.clicks[:5])]
    rig.say(Stop())
    rig.run(0.2)
    assert_balanced(rig.port.sent)
    assert rig.transport.view.notes_sent == 5  # the drums alone


def test_clicks_are_no_part_of_what_was_played() -> None:
    rig, _ = room(MIDI)
    rig.say(Play())
    rig.run(2.3)
    takes: list[Take] = []
    rig.say(LastBars(4, takes.append))
    assert {event.data[0] & 0x0F for event in takes[0].events} == {9}


def test_a_metronome_that_is_off_or_silent_is_not_heard() -> None:
    for metronome in (Metronome(), Metronome(on=True, level_db=-60.0), Metronome(on=True, speakers=False)):
        rig, speakers = room(metronome)
        rig.say(Play())
        rig.run(2.0)
        assert not speakers.clicks


@pytest.mark.parametrize(("bars", "meter"), [(1, Meter()), (2, Meter()), (1, Meter(7, 8)), (2, Meter(3, 4))])
def test_a_count_in_clicks_so_many_bars_and_then_the_drums_enter(bars: int, meter: Meter) -> None:
    rig, speakers = room(Metronome(), meter)
    rig.say(Play(bars))
    rig.run(bars * meter.bar / 1920 + 0.2)
    assert len(speakers.clicks) == bars * meter.beats
    assert [accent for _, accent in speakers.clicks] == [n % meter.beats == 0 for n in range(bars * meter.beats)]
    first, beat = speakers.clicks[0][0], 4 * 960 / meter.unit / 1920
    assert [at for at, _ in speakers.clicks] == pytest.approx(
        [first + n * beat for n in range(bars * meter.beats)], abs=2e-4
    )
    assert rig.ons() == [pytest.approx(first + bars * meter.bar / 1920, abs=2e-4)]


def test_without_a_count_in_the_drums_enter_at_once() -> None:
    rig, speakers = room(Metronome())
    rig.say(Play(0))
    rig.run(0.1)
    assert len(rig.ons()) == 1
    assert not speakers.clicks


def test_a_pattern_that_is_chosen_during_the_count_in_waits_for_its_end() -> None:
    rig, speakers = room(Metronome())
    rig.say(Play(1))
    rig.run(0.7)
    rig.say(Cue(FOUR, b"", STEP))
    rig.run(1.4)
    assert rig.ons() == [pytest.approx(speakers.clicks[0][0] + 2.0, abs=2e-4)]


def test_whoever_follows_our_clock_starts_with_the_drums_and_not_with_the_count_in() -> None:
    rig, speakers = room(Metronome(), clock=True)
    rig.say(Play(1))
    rig.run(1.9)
    assert not any(data[0] in (START, CLOCK) for _, data in rig.log)
    rig.run(0.3)
    starts = [when for when, data in rig.log if data[0] == START]
    assert starts == [pytest.approx(speakers.clicks[0][0] + 2.0, abs=2e-4)]


def test_panic_ends_the_clicks_too() -> None:
    rig, _ = room(MIDI)
    rig.say(Play())
    rig.run(0.49)
    rig.say(Panic())
    before = len(struck(rig))
    rig.run(1.0)
    assert len(struck(rig)) == before
