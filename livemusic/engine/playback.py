"""What can be asked of recordings: of the song that is opened and heard, of the take that is made, of recorded hits."""

from typing import ClassVar

from livemusic.engine.edits import LoaderRequest
from livemusic.engine.request import Limits, Owner, Request
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.pairing import Pairing
from livemusic.music.playhead import check_loop
from livemusic.music.tempo import Seconds
from livemusic.session.settings import SONG_VOLUME_DB

#: No recording is longer than this.
LONGEST_SONG: Seconds = 1e6


class SongRequest(Request, frozen=True):
    """For the recording that is opened and heard; where there is none it is said so."""

    owner: ClassVar[Owner] = "song"


class PlaySong(SongRequest, frozen=True):
    """Let the song be heard from where it stands (from its beginning where it has ended), or pause it."""

    on: bool


class SeekSong(SongRequest, frozen=True):
    """Go to the place `seconds` after the song's beginning; its end where that is beyond."""

    limits: ClassVar[Limits] = {"seconds": (0.0, LONGEST_SONG)}
    seconds: Seconds


class LoopSong(SongRequest, frozen=True):
    """Repeat the song from `begin` to `end`, in seconds; None for both ends the repeating. Beyond `end` it goes back
    to `begin` at once.
    """

    limits: ClassVar[Limits] = {"begin": (0.0, LONGEST_SONG), "end": (0.0, LONGEST_SONG)}
    begin: Seconds | None = None
    end: Seconds | None = None

    def check(self) -> None:
        super().check()
        check_loop(self.begin, self.end)


class SetSongVolume(SongRequest, frozen=True):
    """How loud the song is heard, in dB: 0 as it was recorded, -60 silent."""

    limits: ClassVar[Limits] = {"db": SONG_VOLUME_DB}
    db: float


class PairSong(LoaderRequest, frozen=True):
    """Keep the recording `other`, another take of the song, ready to be heard at the same musical place. `pairs`:
    places of both that belong together, in seconds, neither ever going back; `louder_db`: how much louder it is. No
    pairs: there is none any more.
    """

    other: str = ""
    pairs: tuple[tuple[Seconds, Seconds], ...] = ()
    louder_db: float = 0.0

    def check(self) -> None:
        super().check()
        if self.pairs:
            Pairing.of(self.pairs)


class HearOther(SongRequest, frozen=True):
    """Hear the other take from the place where the song is, or the song again."""

    on: bool


class TakeRequest(Request, frozen=True):
    """For who records takes."""

    owner: ClassVar[Owner] = "takes"


class RecordTake(TakeRequest, frozen=True):
    """Record what is heard and what the kit plays as a take, with the MIDI and the path; or end that."""

    on: bool


class LearnSong(Request, frozen=True):
    """Learn the song that is heard, so that its path shows more of it; or stop that."""

    owner: ClassVar[Owner] = "analysis"
    on: bool


class MatchRequest(Request, frozen=True):
    """For who matches drums of the kit to recorded hits; the drum is heard so once it is done, and it can be undone."""

    owner: ClassVar[Owner] = "matching"


class MatchFile(MatchRequest, frozen=True):
    """Let the drum `voice` sound like the hit in the audio file at `path`; -1: the one that it most likely is."""

    limits: ClassVar[Limits] = {"voice": (-1, VOICE_COUNT - 1)}
    voice: int
    path: str


class MatchHeard(MatchRequest, frozen=True):
    """Let the drum `voice` sound like the loudest hit of the last seconds; -1: the one that it most likely is."""

    limits: ClassVar[Limits] = {"voice": (-1, VOICE_COUNT - 1)}
    voice: int = -1


class MatchNext(MatchRequest, frozen=True):
    """Let the drum `voice` sound like the next hit heard; -1: the one that it most likely is."""

    limits: ClassVar[Limits] = {"voice": (-1, VOICE_COUNT - 1)}
    voice: int = -1


class StopMatching(MatchRequest, frozen=True):
    """Wait for no hit any more, and give up what is being matched."""
