"""Piano pieces from standard MIDI files of any tempo, as notes in seconds."""

from collections.abc import Callable, Iterator
from pathlib import Path

from livemusic.errors import MediaError
from livemusic.midi.files import read_midi
from livemusic.midi.parts import drum_channels
from livemusic.midi.smf import META, SET_TEMPO, Smf
from livemusic.music.pattern import Pattern
from livemusic.music.roll import piece_of
from livemusic.music.tempo import Seconds
from livemusic.session.files import AnyPath

#: Most notes of a piece: hours of the busiest music.
MAX_NOTES = 100_000
_BEAT_US = 500_000
_SYSTEM = 0xF0


def read_piece(path: AnyPath, report: Callable[[str], None] = lambda remark: None) -> Pattern:
    """What a piano plays in a MIDI file, all tracks together, from its first note on, at 120 bpm whatever its tempo.

    The pedal is in the lengths of the notes. `report` is told what was skipped, in sentences. `MediaError` for what is
    missing, no MIDI, without piano notes, or too long.
    """
    path = Path(path)
    smf = read_midi(path)
    try:
        piece = piece_of(_timed(smf), path.stem)
    except ValueError as problem:
        raise MediaError(f"{path} cannot be used: the {problem}. Cut out what you need.") from problem
    if not piece.notes:
        raise MediaError(f"{path} has no piano notes. Choose a file with notes on other channels than 10.")
    if len(piece.notes) > MAX_NOTES:
        raise MediaError(f"{path} has {len(piece.notes)} notes; {MAX_NOTES} is the most. Cut out what you need.")
    for remark in smf.remarks:
        report(remark)
    return piece


def _timed(smf: Smf) -> Iterator[tuple[Seconds, bytes]]:
    """All messages but those of drums, at their seconds."""
    drums = drum_channels(smf)
    events = sorted((event for track in smf.tracks for event in track), key=lambda event: event[0])
    seconds, before, beat = 0.0, 0, _BEAT_US
    for tick, message in events:
        seconds += (tick - before) * beat * 1e-6 / float(smf.resolution)
        before = tick
        if message[0] == META:
            if message[1] == SET_TEMPO:
                beat = int.from_bytes(message[2:], "big")
        elif message[0] < _SYSTEM and message[0] & 0x0F not in drums:
            yield seconds, message
