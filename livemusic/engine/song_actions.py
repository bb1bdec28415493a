"""The rows of the table of actions that play the song: the recording that is listened to."""

from livemusic.engine.action import Action, Amount, Press, Special, Switch
from livemusic.engine.messages import AnyRequest
from livemusic.engine.playback import (
    LONGEST_SONG,
    HearOther,
    LearnSong,
    LoopSong,
    PlaySong,
    SeekSong,
    SetSongVolume,
)
from livemusic.engine.snapshot import Snapshot
from livemusic.network.address import Number, Value
from livemusic.session.settings import SONG_VOLUME_DB


def _song_plays(now: Snapshot) -> bool:
    return now.song is not None and now.song.playing


def _song_volume(now: Snapshot) -> float:
    return SONG_VOLUME_DB[0] if now.song is None else now.song.volume_db


def _loop_song(begin: float, end: float) -> AnyRequest:
    return LoopSong(begin, end) if end > begin else LoopSong()


def _song_place(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    """To a tenth of a second."""
    return ((0.0 if now.song is None else round(now.song.position, 1),),)


def _song_loop(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    begin, end = (now.song and now.song.loop) or (0.0, 0.0)
    return ((round(begin, 3), round(end, 3)),)


SONG_ACTIONS: tuple[Action, ...] = (
    Action("learn song", "Song", "Learn the song for a more detailed path",
           Switch(LearnSong, lambda now: now.listen.learning is not None), osc="song/learn"),

    Action("play song", "Song", "Play or pause the song", Switch(PlaySong, _song_plays), ("Ctrl+Space",),
           "song/play"),
    Action("seek song", "Song", "Go to a time in the song, in seconds",
           Special(SeekSong, (Number("seconds", 0, LONGEST_SONG),), told=_song_place), osc="song/seek"),
    Action("restart song", "Song", "Go to the start of the song", Press(lambda: SeekSong(0.0))),
    Action("loop song", "Song", "Loop the song between two times in seconds; 0 0 turns it off",
           Special(_loop_song, (Number("begin", 0, LONGEST_SONG), Number("end", 0, LONGEST_SONG)), told=_song_loop),
           osc="song/loop"),
    Action("other take", "Song", "Switch to the other take",
           Switch(HearOther, lambda now: now.song is not None and now.song.hears_other), ("O",), "song/other"),
    Action("song volume", "Song", "Song volume in dB",
           Amount(Number("db", *SONG_VOLUME_DB), SetSongVolume, _song_volume), osc="song/volume"),
)  # fmt: skip
