"""A session as it is played: what the hands have changed since it was loaded, written into it."""

import msgspec

from livemusic.engine.answer import AnswerView
from livemusic.engine.listen import ListenView
from livemusic.engine.mixer import MixerView
from livemusic.engine.perform import PerformView
from livemusic.engine.song_player import SongView
from livemusic.engine.sync import SyncView
from livemusic.engine.transport_view import TransportView
from livemusic.session.lane_mix import all_lanes, told_lanes
from livemusic.session.settings import Session

#: Weights cannot say a place on the pad more finely.
_PLACES = 4


def as_played(
    session: Session,
    listen: ListenView,
    transport: TransportView,
    sync: SyncView,
    song: SongView,
    answer: AnswerView,
    perform: PerformView,
    mixer: MixerView,
) -> Session:
    """`session` with pad, tempo, launch, swing, following, anchors, answers, performance, the mix and
    volumes as they are now.

    A tempo that others lead is theirs, and is not kept.
    """
    pad = round(listen.pad[0], _PLACES), round(listen.pad[1], _PLACES)
    before = session.preset.pad
    preset = msgspec.structs.replace(
        session.preset,
        bpm=transport.map.final if sync.leader == "own" else session.preset.bpm,
        pad=before if pad == (round(before[0], _PLACES), round(before[1], _PLACES)) else pad,
        launch=listen.launch,
        swing=listen.swing,
        follow=listen.follow,
        anchors=listen.anchors,
        followed=listen.followed,
        harmony_anchors=listen.harmony_anchors,
        answer=answer.mode,
        answer_freedom=answer.freedom,
        mix=session.preset.mix if all_lanes(session.preset.mix) == mixer.lanes else told_lanes(mixer.lanes),
        performance=perform.performance,
    )
    settings = msgspec.structs.replace(session.settings, song_volume_db=song.volume_db, master_db=mixer.master_db)
    return msgspec.structs.replace(session, preset=preset, settings=settings)
