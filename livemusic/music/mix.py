"""What of the notes that are played is let through to port and kit, and how loud it goes to the port."""

from dataclasses import dataclass

from livemusic.music.event import is_note_on, note_on
from livemusic.music.kit import VOICE_COUNT, VOICE_OF_PITCH
from livemusic.music.route import DRUM_CHANNEL


@dataclass(frozen=True, slots=True)
class Mix:
    """`silent`: the voices that are not heard; `scales`: for each voice, the factor of its velocities at the port.

    Only note-ons are ever held back or changed: a note that sounds always comes to its end.
    """

    silent: frozenset[int] = frozenset()
    scales: tuple[float, ...] = (1.0,) * VOICE_COUNT

    def lets(self, data: bytes) -> bool:
        """Whether a MIDI message is heard."""
        return not (self.silent and _is_drum(data) and VOICE_OF_PITCH[data[1]] in self.silent)

    def scaled(self, data: bytes) -> bytes:
        """A MIDI message as it goes to the port: a drum's velocity scaled, 1..127, everything else as it is."""
        scale = self.scales[VOICE_OF_PITCH[data[1]]] if _is_drum(data) else 1.0
        if scale == 1.0:
            return data
        return note_on(DRUM_CHANNEL, data[1], min(127, max(1, round(scale * data[2]))))


def _is_drum(data: bytes) -> bool:
    return is_note_on(data) and data[0] & 0x0F == DRUM_CHANNEL and data[1] in VOICE_OF_PITCH
