"""How long MIDI takes from livemusic through a cable and back: notes are sent, each one of its kind, and awaited."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf
from time import perf_counter, sleep

from livemusic.midi.input import open_in
from livemusic.midi.port import Out
from livemusic.midi.rtmidi import open_out
from livemusic.music.event import is_note_on, note_off, note_on

Seconds = float
#: One message and its moment, `time.perf_counter`.
Timed = tuple[bytes, Seconds]

MOST_NOTES = 100
_CHANNEL = 15
_LOWEST = 20
#: Some 12 ms apart, at ever new phases of whatever period is on the way (golden ratio).
_PAUSE: Seconds = 0.01
_SPREAD: Seconds = 0.005
_GOLDEN = 0.6180339887
_LAST_WAIT: Seconds = 1.0
_LOOK: Seconds = 0.02


@dataclass(frozen=True, slots=True)
class MidiLoop:
    """What came back of `sent` notes: `trips_ms`, one round trip for each, in the order they were sent.

    `lost`: never came; `doubled`: came more than once; `strays`: notes that came and were not ours.
    """

    sent: int
    trips_ms: tuple[float, ...]
    lost: int
    doubled: int
    strays: int

    @property
    def found(self) -> bool:
        """Whether most of the notes came back."""
        return 2 * len(self.trips_ms) > self.sent

    def percentile(self, percent: float) -> float:
        """The round trip, ms, that `percent` (0..100) of the notes kept to; `ValueError` where none came back."""
        if not self.trips_ms:
            raise ValueError("trips_ms is empty: nothing came back")
        ranked = sorted(self.trips_ms)
        return ranked[max(0, ceil(percent / 100 * len(ranked)) - 1)]


def notes(count: int = MOST_NOTES) -> list[bytes]:
    """`count` note-ons (1..100), no two alike: every one has its own pitch, and neighbours differ much in velocity."""
    if not 1 <= count <= MOST_NOTES:
        raise ValueError(f"count {count} is outside 1..{MOST_NOTES}")
    return [note_on(_CHANNEL, _LOWEST + index, 1 + 37 * index % 127) for index in range(count)]


def examine(sent: Sequence[Timed], heard: Iterable[Timed]) -> MidiLoop:
    """What became of the notes `sent`, in all that was `heard`; other messages, and the ends of notes, are left out.

    A note is known by pitch and velocity: on the way it may have changed its channel. What came before it was sent is
    not ours.
    """
    began = {data[1:]: at for data, at in sent}
    arrivals: dict[bytes, list[Seconds]] = {note: [] for note in began}
    strays = 0
    for data, at in heard:
        if len(data) != 3 or not is_note_on(data):
            continue
        if at >= began.get(data[1:], inf):
            arrivals[data[1:]].append(at)
        else:
            strays += 1
    return MidiLoop(
        sent=len(sent),
        trips_ms=tuple(1e3 * (min(times) - began[note]) for note, times in arrivals.items() if times),
        lost=sum(not times for times in arrivals.values()),
        doubled=sum(len(times) > 1 for times in arrivals.values()),
        strays=strays,
    )


def measure(midi_out: str, midi_in: str, count: int = MOST_NOTES) -> MidiLoop:
    """Send `count` notes to the port `midi_out` and await them at `midi_in`, both by name: takes about two seconds.

    `DeviceError` says what is missing.
    """
    heard: list[Timed] = []
    source = open_in(midi_in, lambda data, at: heard.append((data, at)))
    try:
        out = open_out(midi_out)
        try:
            sent = _play(out, notes(count))
            _await(lambda: not examine(sent, tuple(heard)).lost)
        finally:
            out.close()
    finally:
        source.close()
    return examine(sent, tuple(heard))


def _play(out: Out, score: Sequence[bytes]) -> list[Timed]:
    """Send the notes, each ended at once, and say when each began."""
    sent: list[Timed] = []
    for index, data in enumerate(score):
        sleep(_PAUSE + _SPREAD * (index * _GOLDEN % 1))
        begun = perf_counter()
        out.send(data)
        out.send(note_off(_CHANNEL, data[1]))
        sent.append((data, begun))
    return sent


def _await(complete: Callable[[], bool]) -> None:
    end = perf_counter() + _LAST_WAIT
    while not complete() and perf_counter() < end:
        sleep(_LOOK)
    sleep(_LOOK)  # so that a second arrival of the last note is seen too
