"""Drums that are heard: told at their moment, drawn ahead for a song, sent as notes that end, kept in a take."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.audio.source import ArraySource
from livemusic.dsp.lanes import HIT
from livemusic.engine.ahead import Ahead, DrawHits
from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Hear, HearDrums, HitsDrawn
from livemusic.engine.listeners.drums import Drums, HitsHeard, PlayedHit
from livemusic.engine.messages import Panic, Play, Stop
from livemusic.engine.orders import Routing
from livemusic.engine.playback import RecordTake
from livemusic.engine.take_folder import TakeFolder, TakeInfo, finish_take
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.hearing import DrumEar, Hearing
from livemusic.inference.library import Library
from livemusic.midi.files import read_strikes
from livemusic.music.event import is_note_off, is_note_on, note_off, note_on
from livemusic.music.kit import GM_PITCHES
from livemusic.music.route import GM_ROUTE
from tests.engine.test_takes import WHEN
from tests.engine.test_takes import Rig as TakesRig
from tests.engine.transport_room import Port, assert_balanced
from tests.engine.transport_room import Rig as TransportRig
from tests.inference.conftest import rises
from tests.inference.test_inference_hearing import BEAT, HAT, KICK, groove

RATE = 8000


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Hearing:
    return Hearing.open(rises(tmp_path_factory.mktemp("models") / "hearing-0"))


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.open(Library().folder("embedder"))


class Rig:
    """A listening core with a drum listener, on made-up time."""

    def __init__(self) -> None:
        self.told: list[HitsHeard] = []
        self.asked: list[DrawHits] = []
        self.drums = Drums(self.told.append, lambda *order: self.asked.append(DrawHits(*order)))
        self.listen = Listen(*[lambda *_: None] * 6, lambda: 0.0, listeners=[self.drums])
        self.now = 50.0

    def hear(self, sound: np.ndarray, embedder: Embedder, order: HearDrums) -> ArraySource:
        source = ArraySource(sound, RATE)
        source.start(self.now)
        self.listen.handle(Hear(source, Ear(embedder, RATE), order.song), self.now)
        self.listen.handle(order, self.now)
        return source

    def run(self, seconds: float, late: float = 0.0) -> list[tuple[float, PlayedHit]]:
        """The hits told meanwhile, with the moments they were told at."""
        end, told = self.now + seconds, []
        while self.now < end and (wake := self.listen.advance(self.now)) is not None:
            told += [(self.now, hit) for heard in self.told for hit in heard.hits]
            self.told.clear()
            self.now = wake + late
        return told


def test_a_hit_is_told_at_its_moment_and_soon(hearing: Hearing, embedder: Embedder) -> None:
    rig = Rig()
    rig.hear(groove(RATE, BEAT), embedder, HearDrums(hearing))
    told = rig.run(2.0)
    assert [(hit.lane, hit.voice) for _, hit in told] == [(KICK, KICK), (HAT, HAT), (KICK, KICK)]
    for (at, _), (moment, hit) in zip(BEAT, told, strict=True):
        assert hit.at == pytest.approx(50.0 + at, abs=0.02)
        assert moment - hit.at <= 0.03
        assert 1 <= hit.velocity <= 127
    view = rig.drums.view
    assert view.on
    assert (view.count, view.hits) == (3, tuple(hit for _, hit in told))
    assert 0 <= view.late.worst <= 0.03


def test_what_is_known_of_latency_is_taken_off_and_told(hearing: Hearing, embedder: Embedder) -> None:
    plain, late = Rig(), Rig()
    plain.hear(groove(RATE, BEAT), embedder, HearDrums(hearing))
    late.hear(groove(RATE, BEAT), embedder, HearDrums(hearing, 0.02))
    late.told.clear()
    there, here = plain.run(2.0), late.run(2.0)
    assert [hit.at for _, hit in here] == pytest.approx([hit.at - 0.02 for _, hit in there])


def test_portions_of_a_device_do_not_move_a_hit(hearing: Hearing, embedder: Embedder) -> None:
    steady, rough = Rig(), Rig()
    for rig in (steady, rough):
        rig.hear(np.tile(groove(RATE, BEAT), 4), embedder, HearDrums(hearing))
    there = steady.run(6.0)
    random = np.random.default_rng(0)
    here = []
    while len(here) < len(there):
        here += rough.run(0.01, random.uniform(0, 0.02))
    assert [hit.at for _, hit in here] == pytest.approx([hit.at for _, hit in there], abs=0.002)


def test_nobody_listens_unless_asked_to(hearing: Hearing, embedder: Embedder) -> None:
    rig = Rig()
    rig.hear(groove(RATE, BEAT), embedder, HearDrums(None))
    assert rig.drums.every is None
    assert rig.run(0.4) == []
    rig.listen.handle(HearDrums(hearing), rig.now)
    assert [hit.lane for _, hit in rig.run(1.0)] == [HAT, KICK]
    rig.listen.handle(HearDrums(None), rig.now)
    assert not rig.drums.view.on


def test_all_hits_of_a_song_are_drawn_ahead(hearing: Hearing, embedder: Embedder, tmp_path: Path) -> None:
    sound, path = np.tile(groove(RATE, BEAT), 3), str(tmp_path / "song.wav")
    soundfile.write(path, sound, RATE, subtype="FLOAT")
    rig, drawn = Rig(), list[HitsDrawn]()
    rig.hear(sound, embedder, HearDrums(hearing, song=path))
    ahead, now = Ahead(drawn.append, lambda: 0.0), 0.0  # type: ignore[arg-type]
    ahead.handle(rig.asked[-1], now)
    while (wake := ahead.advance(now)) is not None:
        now = wake
    first = rig.drums.view.song
    for message in drawn:
        rig.listen.handle(message, rig.now)
    ear = DrumEar(hearing, RATE)
    hits = ear.hear(sound) + ear.flush()
    song = rig.drums.view.song
    assert (song.shape, song.dtype, len(first)) == ((9, 3), np.float32, 0)
    np.testing.assert_allclose(song[:, 0], [hit.t for hit in hits], atol=1e-4)
    assert song[:, 1].tolist() == [hit.lane for hit in hits]
    assert ((song[:, 2] >= 1) & (song[:, 2] <= 127)).all()
    # another song begins anew, and what is still drawn of the old one is nobody's
    rig.hear(sound, embedder, HearDrums(hearing, song=str(tmp_path / "other.wav")))
    assert rig.asked[-1].path.endswith("other.wav")
    assert len(rig.drums.view.song) == 0
    rig.listen.handle(drawn[0], rig.now)
    assert len(rig.drums.view.song) == 0
    # and no song has none
    rig.hear(sound, embedder, HearDrums(hearing))
    assert rig.asked[-1].path == ""


def test_the_same_song_opened_again_is_drawn_again(hearing: Hearing, embedder: Embedder) -> None:
    rig = Rig()
    order = HearDrums(hearing, song="a.wav")
    for _ in range(2):
        rig.hear(groove(RATE, BEAT), embedder, order)
    assert [draw.path for draw in rig.asked] == ["a.wav", "", "a.wav"]


def struck(*hits: tuple[float, int], velocity: int = 90) -> HitsHeard:
    return HitsHeard(tuple(PlayedHit(at, voice, voice, velocity) for at, voice in hits))


def test_hits_go_to_the_port_on_their_channel_only_where_that_is_wanted() -> None:
    rig = TransportRig()
    rig.say(struck((100.0, KICK)))
    assert rig.port.sent == []
    rig.say(Routing(heard_channel=10))
    rig.say(struck((99.98, KICK), (99.98, HAT)))
    assert rig.port.sent == [bytes((0x9A, 36, 90)), bytes((0x9A, 42, 90))]
    rig.run(1.0)
    assert rig.port.sent[2:] == [bytes((0x8A, 36, 0)), bytes((0x8A, 42, 0))]
    assert rig.transport.view.heard_late.p50 == pytest.approx(0.02)
    assert rig.transport.view.notes_sent == 0  # those are our own drums


def test_a_drum_map_says_which_notes() -> None:
    rig = TransportRig()
    rig.say(Routing(heard_channel=2, route=tuple((9, pitch + 1) for pitch in GM_PITCHES)))
    rig.say(struck((100.0, KICK)))
    assert rig.port.sent == [bytes((0x92, 37, 90))]


def test_a_stroke_in_the_sound_of_the_last_ends_it_first() -> None:
    rig = TransportRig()
    rig.say(Routing(heard_channel=10))
    for _ in range(8):
        rig.say(struck((rig.now, KICK)))
        rig.run(0.02)
    rig.run(0.2)
    assert_balanced(rig.port.sent)
    assert sum(map(is_note_on, rig.port.sent)) == 8


def test_after_a_stall_no_burst_comes() -> None:
    rig = TransportRig()
    rig.say(Routing(heard_channel=10))
    rig.say(struck(*((90.0 + number / 10, KICK) for number in range(97)), (99.99, HAT)))
    assert [data[1] for data in rig.port.sent if is_note_on(data)] == [42]


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("hit"), st.integers(0, 8)),
            st.tuples(st.just("channel"), st.integers(-1, 15)),
            st.tuples(st.sampled_from(["stop", "play", "panic", "port", "route", "wait"]), st.just(0)),
        ),
        max_size=40,
    )
)
def test_every_note_of_a_hit_ends_whatever_happens(steps: list[tuple[str, int]]) -> None:
    rig = TransportRig()
    ports = [rig.port]
    rig.say(Routing(heard_channel=10))
    for what, number in steps:
        match what:
            case "hit":
                rig.say(struck((rig.now, number)))
            case "channel":
                rig.say(Routing(heard_channel=number))
            case "port":
                ports.append(Port())
                rig.say(Routing(out=ports[-1]))
            case "route":
                rig.say(Routing(route=GM_ROUTE[::-1]))
            case "wait":
                rig.run(0.03)
            case _:
                rig.say({"stop": Stop(), "play": Play(), "panic": Panic()}[what])
    rig.say(Stop())
    rig.run(1.0)
    for port in ports:
        assert_balanced([data for data in port.sent if is_note_on(data) or is_note_off(data)])


def heard_in(take: Path) -> list[tuple[float, int, int]]:
    clip = read_strikes(take / "heard.mid")
    return [(note.tick / 960 * 60 / clip.bpm, note.pitch, note.velocity) for note in clip.pattern.notes]


@pytest.fixture
def takes(tmp_path: Path) -> Iterator[TakesRig]:
    rig = TakesRig(tmp_path)
    yield rig
    rig.core.close()


def test_a_take_keeps_the_drums_beside_the_sound(takes: TakesRig) -> None:
    takes.run(2.0)
    takes.say(struck((101.9, KICK)))  # before it began
    takes.say(RecordTake(True))
    takes.say(struck((102.5, KICK), (102.75, HAT)), HitsHeard((PlayedHit(103.0, 1, HIT, 33),), late=0.01))
    takes.run(3.0)
    takes.say(RecordTake(False))
    takes.say(struck((104.9, KICK)), struck((105.2, KICK)))  # on its way when it ended, and after that
    takes.run(1.0)
    assert heard_in(takes.take) == [
        (pytest.approx(0.5, abs=2e-3), 36, 90),
        (pytest.approx(0.75, abs=2e-3), 42, 90),
        (pytest.approx(1.01, abs=2e-3), 38, 33),
        (pytest.approx(2.9, abs=2e-3), 36, 90),
    ]


def test_a_song_is_heard_later_than_it_is_read_and_so_are_its_drums(takes: TakesRig) -> None:
    takes.source.late = 0.05
    takes.say(RecordTake(True))
    takes.say(struck((100.5, KICK)))
    takes.run(2.0)
    takes.say(RecordTake(False))
    takes.run(1.0)
    assert heard_in(takes.take)[0][0] == pytest.approx(0.55, abs=2e-3)


def test_where_no_drum_was_heard_there_is_no_file_of_them(takes: TakesRig) -> None:
    takes.say(RecordTake(True))
    takes.run(1.0)
    takes.say(RecordTake(False))
    takes.run(1.0)
    assert not (takes.take / "heard.mid").exists()


def test_drums_of_a_take_that_was_cut_off_are_kept(tmp_path: Path) -> None:
    folder = TakeFolder(tmp_path, WHEN, 100.0, TakeInfo("2026-11-29"))
    folder.heard([(100.5, note_on(9, 36, 80)), (100.55, note_off(9, 36)), (101.0, note_on(9, 38, 70))])
    with open(folder.path / "heard.events", "ab") as file:
        file.write(b"\0\0\0")  # in the middle of a write
    finish_take(folder.path)  # as the next engine does
    folder.close()
    assert heard_in(folder.path) == [(pytest.approx(0.5, abs=1e-3), 36, 80), (pytest.approx(1.0, abs=1e-3), 38, 70)]
    assert not (folder.path / "heard.events").exists()
