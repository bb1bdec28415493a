"""A MIDI port that remembers what sounds, so that nothing is left hanging on it."""

from livemusic.errors import PortHeldError
from livemusic.midi.port import Out
from livemusic.music.event import ALL_NOTES_OFF, ALL_SOUND_OFF, CONTROL, is_note_off, is_note_on, note_off


class Outlet:
    """Sends to `out`; for each channel and pitch note-ons and note-offs alternate, whatever comes in.

    A note-off for a note that does not sound is kept back; a note struck again is ended first.
    `held`: the port takes nothing for now, and what is sent waits for `resume`.
    Thread: transport. Raises `DeviceError` when the port is gone.
    """

    def __init__(self, out: Out) -> None:
        self.out = out
        self.held = False
        self._waiting: list[bytes] = []
        self._sounding: set[tuple[int, int]] = set()

    def send(self, data: bytes) -> None:
        if not self.held:
            try:
                self._send(data)
                return
            except PortHeldError:
                self.held = True
        self._waiting.append(data)

    def resume(self, late: bool) -> bool:
        """Whether the port takes messages again. What waits is sent; where `late`, what sounds is ended."""
        waiting, self._waiting = ([] if late else self._waiting), []
        self.held = not self.out.flows
        if late and not self.held:
            self.silence()
        for data in waiting:
            self.send(data)
        return not self.held

    def _send(self, data: bytes) -> None:
        key = (data[0] & 0x0F, data[1]) if len(data) == 3 else (0, 0)
        if is_note_on(data):
            if key in self._sounding:
                self._end(key)
            self.out.send(data)
            self._sounding.add(key)
        elif not is_note_off(data):
            self.out.send(data)
        elif key in self._sounding:
            self._end(key)

    def silence(self) -> None:
        """End all notes that sound."""
        for channel, pitch in tuple(self._sounding):
            self.send(note_off(channel, pitch))

    def panic(self) -> None:
        """End all notes, then say so to every channel, for receivers that lost track."""
        self.silence()
        for channel in range(16):
            for controller in (ALL_NOTES_OFF, ALL_SOUND_OFF):
                self.send(bytes((CONTROL | channel, controller, 0)))

    def _end(self, key: tuple[int, int]) -> None:
        self.out.send(note_off(*key))
        self._sounding.discard(key)
