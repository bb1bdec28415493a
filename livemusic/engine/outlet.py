"""A MIDI port that remembers what sounds, so that nothing is left hanging on it."""

from livemusic.midi.port import Out
from livemusic.music.event import ALL_NOTES_OFF, ALL_SOUND_OFF, CONTROL, is_note_off, is_note_on, note_off


class Outlet:
    """Sends to `out`; for each channel and pitch note-ons and note-offs alternate, whatever comes in.

    A note-off for a note that does not sound is kept back; a note struck again is ended first.
    Thread: transport. Raises `DeviceError` when the port is gone.
    """

    def __init__(self, out: Out) -> None:
        self.out = out
        self._sounding: set[tuple[int, int]] = set()

    def send(self, data: bytes) -> None:
        key = (data[0] & 0x0F, data[1]) if len(data) == 3 else (0, 0)
        if is_note_on(data):
            if key in self._sounding:
                self.out.send(note_off(*key))
            self._sounding.add(key)
        elif is_note_off(data):
            if key not in self._sounding:
                return
            self._sounding.discard(key)
        self.out.send(data)

    def silence(self) -> None:
        """End all notes that sound."""
        while self._sounding:
            self.out.send(note_off(*self._sounding.pop()))

    def panic(self) -> None:
        """End all notes, then say so to every channel, for receivers that lost track."""
        self.silence()
        for channel in range(16):
            for controller in (ALL_NOTES_OFF, ALL_SOUND_OFF):
                self.out.send(bytes((CONTROL | channel, controller, 0)))
