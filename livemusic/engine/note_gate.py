"""Which notes pass on their way to port and kit, and how hard: by one mix, and from a line of the song by the next."""

from livemusic.engine.orders import MixFrom
from livemusic.music.kit import Voice
from livemusic.music.mix import Mix
from livemusic.music.tempo import Ticks
from livemusic.music.window import CUT


class NoteGate:
    """`mix`: the one in force; `due`: the song position from which on the next one is, None for never. Thread:
    transport."""

    def __init__(self) -> None:
        self.mix = Mix()
        self.due: Ticks | None = None
        self._next = Mix()

    def take(self, message: Mix | MixFrom, playing: bool) -> None:
        """Let notes pass so, now or from a line on; of two that wait the last one counts."""
        if isinstance(message, Mix):
            self.mix, self.due = message, None
            return
        self._next, self.due = message.mix, message.at - CUT
        if not playing:
            self.bring()

    def bring(self) -> None:
        """What waits is in force now."""
        if self.due is not None:
            self.mix, self.due = self._next, None

    def heard(self, wanted: Voice) -> Voice:
        """`wanted`, or the first drum that is not silent where it is; itself where all are."""
        return next((voice for voice in (wanted, *Voice) if voice not in self.mix.silent), wanted)
