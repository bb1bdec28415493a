"""Piano pieces from standard MIDI files of any tempo, as notes in seconds."""

from livemusic.errors import MediaError
from livemusic.midi.files import read_midi
from livemusic.music.pattern import Pattern
from livemusic.music.roll import piece_of
from livemusic.session.files import AnyPath

#: Most notes of a piece: hours of the busiest music.
MAX_NOTES = 100_000


def read_piece(path: AnyPath) -> Pattern:
    """What a piano plays in a MIDI file, all tracks together, from its first note on, at 120 bpm whatever its tempo.

    The pedal is in the lengths of the notes. `MediaError` for what is missing, damaged, timed in SMPTE frames, without
    piano notes, or too long.
    """
    file = read_midi(path)
    try:
        now, events = 0.0, []
        for message in file:
            now += message.time
            if not message.is_meta:
                events.append((now, bytes(message.bytes())))
    except Exception as problem:  # tracks that are independent of each other, or damage that was parsed
        raise MediaError(f"{path} cannot be played through ({problem}). Export it again as type 0 or 1.") from problem
    try:
        piece = piece_of(events, str(getattr(path, "stem", path)))
    except ValueError as problem:
        raise MediaError(f"{path} cannot be used: the {problem}. Cut out what you need.") from problem
    if not piece.notes:
        raise MediaError(f"{path} has no piano notes. Choose a file with notes on other channels than 10.")
    if len(piece.notes) > MAX_NOTES:
        raise MediaError(f"{path} has {len(piece.notes)} notes; {MAX_NOTES} is the most. Cut out what you need.")
    return piece
