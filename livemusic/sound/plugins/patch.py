"""The notes a drum instrument wants for our voices, and an end for each that was begun."""

from collections.abc import Sequence

from livemusic.music.event import ALL_NOTES_OFF, ALL_SOUND_OFF, CONTROL, is_note_off, is_note_on, note_off
from livemusic.music.kit import GM_PITCHES
from livemusic.music.route import DRUM_CHANNEL, Route, routed

Note = tuple[int, int]


class Patch:
    """Turns General MIDI notes into those of `pitches`, one for each voice, which may change while notes sound.

    A note ends as it began, whatever has changed since: what sounds is ended where it sounds, what does not is not
    ended. Two voices on one pitch take it from each other.
    """

    def __init__(self, pitches: Sequence[int] = GM_PITCHES) -> None:
        self._route: Route = ()
        #: Which of our notes each note of the instrument's sounds for.
        self._sounding: dict[Note, Note] = {}
        self.wants(pitches)

    def wants(self, pitches: Sequence[int]) -> None:
        """From now on a voice is played as its place in `pitches` says."""
        self._route = tuple((DRUM_CHANNEL, pitch) for pitch in pitches)

    def take(self, data: bytes) -> list[bytes]:
        """What the instrument is sent for the MIDI message `data`, often just that."""
        if len(data) == 3 and data[0] & 0xF0 == CONTROL and data[1] in (ALL_SOUND_OFF, ALL_NOTES_OFF):
            self._sounding = {note: of for note, of in self._sounding.items() if note[0] != data[0] & 0x0F}
        if len(data) != 3 or not (is_note_on(data) or is_note_off(data)):
            return [data]
        ours = _note(data)
        ends = [note for note, of in self._sounding.items() if of == ours]
        if is_note_off(data):
            for note in ends:
                del self._sounding[note]
            return [bytes((data[0], pitch, data[2])) for _, pitch in ends]
        sent = routed(data, self._route)
        if _note(sent) in self._sounding and _note(sent) not in ends:
            ends.append(_note(sent))
        for note in ends:
            del self._sounding[note]
        self._sounding[_note(sent)] = ours
        return [*(note_off(*note) for note in ends), sent]


def _note(data: bytes) -> Note:
    return data[0] & 0x0F, data[1]
