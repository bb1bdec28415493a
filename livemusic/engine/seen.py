"""Everything at one moment, put together from what each core shows of itself."""

from typing import cast

import msgspec

from livemusic.engine.analysis import AnalysisView
from livemusic.engine.answer import AnswerView
from livemusic.engine.listen import ListenView
from livemusic.engine.listeners.beats import BeatsView
from livemusic.engine.listeners.drums import DrumsView
from livemusic.engine.listeners.harmony import HarmonyView
from livemusic.engine.matching import MatchingView
from livemusic.engine.messages import Look, LookStudio
from livemusic.engine.mixer import MixerView
from livemusic.engine.mixer_state import MixerState
from livemusic.engine.openers import Sound
from livemusic.engine.patchbay import PatchbayView
from livemusic.engine.perform import PerformView
from livemusic.engine.sections import SectionsView
from livemusic.engine.snapshot import (
    AnswerState,
    HarmonyState,
    Health,
    HeardState,
    ListenState,
    MatchingState,
    PerformState,
    PluginsState,
    SectionState,
    Snapshot,
    StructureState,
    StudioState,
    SurfaceState,
    TransportState,
)
from livemusic.engine.song_player import SongView
from livemusic.engine.studio import StudioView
from livemusic.engine.surface import SurfaceView
from livemusic.engine.sync import SyncView
from livemusic.engine.takes import TakesView
from livemusic.engine.transport_view import TransportView
from livemusic.music.tempo import Seconds
from livemusic.sound.plugins.description import Plugin

#: At most this many rows of the path go into one snapshot.
_POINTS = 8192


def snapshot(
    look: Look,
    now: Seconds,
    patchbay: PatchbayView,
    transport: TransportView,
    listen: ListenView,
    beats: BeatsView,
    harmony: HarmonyView,
    drums: DrumsView,
    analysis: AnalysisView,
    sync: SyncView,
    surface: SurfaceView,
    song: SongView,
    takes: TakesView,
    sections: SectionsView,
    answer: AnswerView,
    matching: MatchingView,
    perform: PerformView,
    mixer: MixerView,
) -> Snapshot:
    """What `look` asks for, at `now`."""
    return Snapshot(
        now=now,
        revision=patchbay.revision,
        session=patchbay.session if look.revision != patchbay.revision else None,
        transport=_transport(now, transport, sync, beats.held),
        listen=_listen(now, look, listen, analysis, song),
        surface=SurfaceState(
            learning=surface.learning,
            heard=surface.heard,
            record=surface.record,
            erase=surface.erase,
            hits=surface.hits,
            show=surface.show,
            selected=surface.selected,
            into=surface.into,
            passes=surface.passes,
            heard_pass=surface.heard_pass,
            corner=max(range(len(listen.weights)), key=listen.weights.__getitem__),
            controllers=patchbay.controllers,
        ),
        source=patchbay.slots["source"].plug,
        midi_out=patchbay.slots["midi_out"].plug,
        midi_in=patchbay.slots["midi_in"].plug,
        sound=patchbay.slots["sound_out"].plug,
        health=_health(now, patchbay, transport, listen),
        undoes=patchbay.undoes,
        redoes=patchbay.redoes,
        notices=patchbay.notices,
        busy=patchbay.busy,
        song=song.state(now),
        take=takes.state(now),
        structure=_structure(now, sections, transport, sync),
        harmony=_harmony(harmony),
        heard=_heard(look, drums, transport),
        answer=_answer(answer),
        matching=MatchingState(matching.state, matching.voice, matching.done),
        mixer=_mixer(mixer, cast(Sound, patchbay.slots["sound_out"].thing)),
        perform=PerformState(perform.performance, perform.fill, perform.armed, perform.bars_left),
    )


def _mixer(mixer: MixerView, sound: Sound) -> MixerState:
    return MixerState(mixer.lanes, mixer.groups, mixer.master_db, sound.levels, sound.kit_told)


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
        can_undo=bool(view.past),
        can_redo=bool(view.future),
    )


def _transport(now: Seconds, transport: TransportView, sync: SyncView, held: bool) -> TransportState:
    left = 0.0 if transport.map.to is None else max(0.0, transport.map.end - transport.tick(now))
    return TransportState(
        playing=transport.playing,
        tick=transport.tick(now),
        bpm=(sync.bpm if sync.state == "locked" else None) or transport.bpm(now),
        meter=(transport.meter.beats, transport.meter.unit),
        grid=transport.grid,
        notes_sent=transport.notes_sent,
        last_hits=transport.last_hits,
        lead=sync.leader,
        lead_state=sync.state,
        phase_error_ms=sync.phase_error * 1e3,
        peers=sync.peers,
        held=held,
        lead_trouble=sync.trouble,
        taken=sync.taken,
        ramp_to=transport.map.to if left > 0 else None,
        ramp_left=left,
    )


def _listen(now: Seconds, look: Look, listen: ListenView, analysis: AnalysisView, song: SongView) -> ListenState:
    path = listen.path
    total = 0 if path is None else len(path.rows)
    known = analysis if analysis.epoch == listen.epoch and path is not None else AnalysisView(number=analysis.number)
    told = known.view is not None and known.number != look.view
    first = look.points if look.epoch == listen.epoch and look.points <= total else 0
    return ListenState(
        peak_db=listen.level.peak_db,
        rms_db=listen.level.rms_db,
        silent=listen.level.silent and (song.playhead is None or song.playhead.playing),
        clipped=listen.level.clipped,
        constant=listen.level.constant,
        position=listen.position if song.playhead is None else song.place(now),
        epoch=listen.epoch,
        first=max(0, first),
        total=total,
        points=b"" if path is None or look.points < 0 else path.rows[first : first + _POINTS].tobytes(),
        dim=0 if path is None else path.z.shape[1],
        view_number=known.number,
        view=known.view.to_bytes() if told and known.view is not None else b"",
        forecast=known.forecast.tobytes(),
        certainty=known.certainty,
        learning=known.learning,
        pad=listen.pad,
        weights=listen.weights,
        follow=listen.follow,
        launch=listen.launch,
        swing=listen.swing,
        anchors=listen.anchors,
        followed=listen.followed,
        harmony_anchors=listen.harmony_anchors,
    )


def _heard(look: Look, drums: DrumsView, transport: TransportView) -> HeardState:
    total = len(drums.song)
    first = look.hits if look.song == drums.number and 0 <= look.hits <= total else 0
    return HeardState(
        on=drums.on,
        count=drums.count,
        hits=tuple((hit.at, hit.lane, hit.velocity) for hit in drums.hits),
        late_ms=drums.late.p50 * 1e3,
        note_ms=transport.heard_late.p50 * 1e3,
        number=drums.number,
        first=first,
        total=total,
        song=b"" if look.hits < 0 else drums.song[first : first + _POINTS].tobytes(),
    )


def _harmony(view: HarmonyView) -> HarmonyState:
    row = view.row
    if row is None or row.centre is None:
        return HarmonyState()
    return HarmonyState(
        centre=row.centre,
        tonic=-1 if row.key is None else row.key.tonic,
        mode="" if row.key is None else row.key.mode,
        confidence=row.confidence,
        root=-1 if row.chord is None else row.chord.root,
        kind="" if row.chord is None else row.chord.kind,
        classes=tuple(row.classes.tolist()),
        trail=view.trail.tobytes(),
        tuning=row.tuning,
    )


def _structure(now: Seconds, sections: SectionsView, transport: TransportView, sync: SyncView) -> StructureState:
    """The sections, and the loop in beats where a tempo goes with the music: that of its leader, or of our drums."""
    loop = sections.loop
    known = loop is not None and (transport.playing or sync.leader != "own")
    return StructureState(
        epoch=sections.epoch,
        sections=tuple(SectionState(each.start, each.end, each.label) for each in sections.sections),
        here=-1 if sections.here is None else sections.here,
        returned=-1 if sections.returned is None else sections.returned,
        loop_s=0.0 if loop is None else loop.period,
        loop_beats=loop.beats(transport.bpm(now)) if loop is not None and known else 0,
    )


def _answer(answer: AnswerView) -> AnswerState:
    return AnswerState(
        mode=answer.mode,
        freedom=answer.freedom,
        state=answer.state,
        bar=answer.bar,
        bars=answer.bars,
        hits=answer.hits,
        answers=answer.answers,
        round_trip_s=answer.round_trip,
        round_trip_bars=answer.round_trip_bars,
        reaction_s=answer.reaction,
    )


def _health(now: Seconds, patchbay: PatchbayView, transport: TransportView, listen: ListenView) -> Health:
    late = transport.late
    return Health(
        late_p50_ms=late.p50 * 1e3,
        late_p95_ms=late.p95 * 1e3,
        late_p99_ms=late.p99 * 1e3,
        late_max_ms=late.worst * 1e3,
        hop_ms=listen.hop.p99 * 1e3,
        morph_ms=listen.morph.p99 * 1e3,
        overflows=listen.overflows,
        xruns=patchbay.xruns,
        dropped=transport.skipped,
        backlog_s=0.0 if listen.at is None else now - listen.at,
        cpu_percent=patchbay.cpu_percent,
        memory_mb=patchbay.memory_mb,
        sound_ms=patchbay.sound_ms,
    )


class PluginList:
    """The plugins as a client is told of them. Thread: any."""

    def __init__(self) -> None:
        self._known: tuple[tuple[Plugin, ...], tuple[Plugin, ...]] = ((), ())

    def seen(self, sound: Sound) -> PluginsState:
        """Those that play with all their controls, and the names of the rest: controls of all would be megabytes."""
        known = sound.known()
        if known is not self._known[0]:
            self._known = known, tuple(msgspec.structs.replace(plugin, parameters=()) for plugin in known)
        return PluginsState(sound.status().chain, sound.blocked(), self._known[1])
