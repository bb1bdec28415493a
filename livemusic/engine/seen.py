"""Everything at one moment, put together from what each core shows of itself."""

from livemusic.engine.board import BoardView
from livemusic.engine.conductor import ConductorView
from livemusic.engine.hands import HandsView
from livemusic.engine.listen import ListenView
from livemusic.engine.messages import Look, LookStudio
from livemusic.engine.snapshot import HandsState, Health, ListenState, Snapshot, StudioState, TransportState
from livemusic.engine.studio import StudioView
from livemusic.engine.transport import TransportView
from livemusic.music.tempo import Seconds

#: At most this many rows of the path go into one snapshot.
_POINTS = 20_000


def snapshot(
    look: Look,
    now: Seconds,
    board: BoardView,
    transport: TransportView,
    listen: ListenView,
    conductor: ConductorView,
    hands: HandsView,
) -> Snapshot:
    """What `look` asks for, at `now`."""
    return Snapshot(
        now=now,
        revision=board.revision,
        session=board.session if look.revision != board.revision else None,
        transport=_transport(now, transport, conductor, listen.held),
        listen=_listen(look, listen),
        hands=HandsState(
            learning=hands.learning,
            heard=hands.heard,
            record=hands.record,
            erase=hands.erase,
            strikes=hands.strikes,
            corner=max(range(len(listen.weights)), key=listen.weights.__getitem__),
            controllers=board.controllers,
        ),
        source=board.slots["source"].plug,
        midi_out=board.slots["midi_out"].plug,
        midi_in=board.slots["midi_in"].plug,
        sound=board.slots["sound_out"].plug,
        health=_health(now, board, transport, listen),
        can_undo=board.can_undo,
        can_redo=board.can_redo,
        notices=board.notices,
        busy=board.busy,
    )


def studio_state(look: LookStudio, view: StudioView) -> StudioState:
    """What `look` asks for."""
    if look.revision == view.revision:
        return StudioState(view.revision)
    return StudioState(
        revision=view.revision,
        ready=view.ready,
        auditioning=view.auditioning,
        number=view.number,
        recipe=view.recipe,
        clip=view.clip,
        drafts=view.book.drafts,
        styles=view.styles,
        figures=view.figures,
        landmarks=None if view.landmarks.model == look.model else view.landmarks,
        places=view.places,
        place=view.place,
        problem=view.problem,
    )


def _transport(now: Seconds, transport: TransportView, conductor: ConductorView, held: bool) -> TransportState:
    return TransportState(
        playing=transport.playing,
        tick=transport.tick(now),
        bpm=(conductor.bpm if conductor.state == "locked" else None) or transport.map.bpm,
        meter=(transport.meter.beats, transport.meter.unit),
        grid=transport.grid,
        notes_sent=transport.notes_sent,
        last_hits=transport.last_hits,
        lead=conductor.who,
        lead_state=conductor.state,
        phase_error_ms=conductor.phase_error * 1e3,
        peers=conductor.peers,
        held=held,
        lead_trouble=conductor.trouble,
    )


def _listen(look: Look, listen: ListenView) -> ListenState:
    path = listen.path
    total = 0 if path is None else len(path)
    first = look.points if look.epoch == listen.epoch and look.points <= total else 0
    return ListenState(
        peak_db=listen.level.peak_db,
        rms_db=listen.level.rms_db,
        silent=listen.level.silent,
        position=listen.position,
        epoch=listen.epoch,
        first=max(0, first),
        total=total,
        points=b"" if path is None or look.points < 0 else path[first : first + _POINTS, :4].tobytes(),
        pad=listen.pad,
        weights=listen.weights,
        follow=listen.follow,
        launch=listen.launch,
        swing=listen.swing,
        anchors=listen.anchors,
    )


def _health(now: Seconds, board: BoardView, transport: TransportView, listen: ListenView) -> Health:
    late = transport.late
    return Health(
        late_p50_ms=late.p50 * 1e3,
        late_p95_ms=late.p95 * 1e3,
        late_p99_ms=late.p99 * 1e3,
        late_max_ms=late.worst * 1e3,
        hop_ms=listen.hop.p99 * 1e3,
        morph_ms=listen.morph.p99 * 1e3,
        overflows=listen.overflows,
        xruns=board.xruns,
        dropped=transport.skipped,
        backlog_s=0.0 if listen.at is None else now - listen.at,
        cpu_percent=board.cpu_percent,
        memory_mb=board.memory_mb,
        sound_ms=board.sound_ms,
    )
