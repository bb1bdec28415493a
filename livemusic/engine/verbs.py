"""What may be asked of the engine, and to which core each verb goes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from time import perf_counter
from typing import Any

import msgspec

from livemusic.engine import messages as say
from livemusic.engine.conductor import Pressed, Tapped
from livemusic.engine.controls import target_of
from livemusic.engine.hands import Erasing, Hit, Recording, Teach
from livemusic.engine.listen_orders import Anchoring, Follow, Hand, Held, Launch, Nudged, Octaved, Place, Swing
from livemusic.engine.loader_orders import Amend, Load, Pick, Save, Step
from livemusic.engine.openers import Sound
from livemusic.engine.orders import Halt, Hush, Recall, Shift, Start, Struck, Take, Tempo
from livemusic.engine.seen import studio_state
from livemusic.engine.snapshot import AnyReply, PluginsState, Snapshot
from livemusic.engine.studio import Auditioned, Discarded, Made, Recalled, StudioView, Tried, Used
from livemusic.errors import EngineError
from livemusic.midi.files import Printed, write_events
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES, Voice
from livemusic.music.tempo import Meter, Seconds, check_bpm
from livemusic.session.edits import (
    locked,
    renamed_scene,
    reshaped,
    rewired,
    unbound,
    with_corner,
    with_preset,
    with_scene,
)
from livemusic.session.preset import SCENES, Scene, check_launch
from livemusic.session.settings import Session, Settings
from livemusic.sound.plugins.description import Plugin

_MOST_BARS = 512
_TEST_VELOCITY = 100
_PATIENCE: Seconds = 2.0
#: Saving asks every plugin for its state, and writes a file.
_SAVING: Seconds = 5.0


@dataclass(frozen=True, slots=True)
class Posts:
    """The inbox of each core."""

    transport: Callable[[Any], None]
    listen: Callable[[Any], None]
    conductor: Callable[[Any], None]
    loader: Callable[[Any], None]
    hands: Callable[[Any], None]
    studio: Callable[[Any], None]


class Verbs:
    """Does what is asked, by handing it to the core whose business it is. Thread: any.

    `look` takes a snapshot, `sound` is the sound process of the moment, `report` tells the musician what went wrong,
    `ended` is set by `Quit`.
    """

    def __init__(
        self,
        post: Posts,
        look: Callable[[say.Look], Snapshot],
        sound: Callable[[], Sound],
        studio: Callable[[], StudioView],
        report: Callable[[str | None], None],
        ended: Event,
    ) -> None:
        self._post = post
        self._look = look
        self._sound = sound
        self._studio = studio
        self._report = report
        self._ended = ended
        self._known: tuple[tuple[Plugin, ...], tuple[Plugin, ...]] = ((), ())

    def do(self, request: say.AnyRequest) -> AnyReply:
        """The reply to `request`. `ValueError` or `LiveMusicError` says why it cannot be done."""
        match request:
            case say.Look():
                return self._look(request)
            case say.LookPlugins():
                return self._plugins()
            case say.LookStudio():
                return studio_state(request, self._studio())
            case say.Export(path, bars):
                self._export(Path(path), bars)
            case say.SavePreset(path, name):
                if not name.strip():
                    raise ValueError("a preset needs a name")
                self._save(Path(path), name)
            case say.SaveSession(path):
                self._save(Path(path), "")
            case say.Quit():
                self._ended.set()
            case _:
                self._play(request)
        return say.Done()

    def _play(self, request: say.AnyRequest) -> None:
        """What is over in no time."""
        match request:
            case say.Play():
                self._post.conductor(Pressed(Start()))
            case say.Resume():
                self._post.conductor(Pressed(Start(resume=True)))
            case say.Stop():
                self._post.conductor(Pressed(Halt()))
            case say.Panic():
                self._post.conductor(Pressed(Hush()))
            case say.SetTempo(bpm):
                self._post.conductor(Pressed(Tempo(check_bpm(bpm))))
            case say.TapTempo():
                self._post.conductor(Tapped(perf_counter()))
            case say.TestNote():
                self._post.transport(Struck(Voice.SNARE, _TEST_VELOCITY))
            case say.Strike(voice, velocity):
                self._post.hands(
                    Hit(_within("voice", voice, VOICE_COUNT), _within("velocity", velocity, 128), perf_counter())
                )
            case say.MovePad(x, y):
                self._post.listen(Hand(_share("pad x", x), _share("pad y", y)))
            case say.SetFollow(on):
                self._post.listen(Follow(on))
            case say.SetLaunch(launch):
                self._post.listen(Launch(check_launch(launch)))
            case say.SetSwing(amount):
                self._post.listen(Swing(_share("swing", amount)))
            case say.Capture(corner):
                self._post.listen(Anchoring(_within("corner", corner, 4)))
            case say.ClearAnchors():
                self._post.listen(Anchoring(None))
            case say.LaunchScene(number):
                self._launch(_within("scene", number, SCENES))
            case say.Hold() | say.Nudge() | say.Octave():
                self._correct(request)
            case say.SetRecord(on):
                self._post.hands(Recording(on))
            case say.SetErase(on):
                self._post.hands(Erasing(on))
            case say.Learn(target):
                self._learn(target)
            case say.SetParameter(place, name, value):
                self._sound().parameter(place, name, value)
            case say.ShowEditor(place):
                self._sound().editor(place if place >= 0 else None)
            case say.TryAgain(path):
                self._sound().retry(path)
            case say.Make(recipe):
                self._post.studio(Made(recipe))
            case say.Try(recipe):
                self._post.studio(Tried(recipe))
            case say.RecallDraft(number):
                self._post.studio(Recalled(number))
            case say.DiscardDraft(number):
                self._post.studio(Discarded(number))
            case say.Audition(on):
                self._post.studio(Auditioned(on))
            case say.UseDraft(corner):
                self._post.studio(Used(_within("corner", corner, 4)))
            case _:
                self._change(request)

    def _change(self, request: say.AnyRequest) -> None:
        """What makes a new session; what becomes of it shows in the next snapshots."""
        match request:
            case say.Apply(session, forgiving):
                self._post.loader(Load(session, self._report, forgiving))
            case say.Configure(settings):
                self._amend(lambda session: msgspec.structs.replace(session, settings=settings), again=True)
            case say.Rewire(instrument, effects, bindings):
                self._amend(lambda session: rewired(session, instrument, effects, bindings))
            case say.SetCorner(corner, clip):
                _within("corner", corner, 4)
                self._amend(lambda session: with_corner(session, corner, clip))
            case say.Reshape(meter, bars):
                shape = Meter(*meter)
                self._amend(lambda session: reshaped(session, shape, bars))
            case say.StoreScene(number, name):
                self._store(_within("scene", number, SCENES), name)
            case say.RenameScene(number, name):
                self._amend(lambda session: renamed_scene(session, number, name))
            case say.SetMode(mode):
                self._amend(lambda session: with_preset(session, mode=mode))
            case say.LockLane(voice, lane):
                if lane is not None:
                    _within("corner", lane, 4)
                _within("voice", voice, VOICE_COUNT)
                self._amend(lambda session: locked(session, voice, lane))
            case say.Forget(target):
                self._amend(lambda session: unbound(session, target))
            case say.GoPreset(name):
                self._post.loader(Pick(lambda names, playing: _place(names, name), self._report))
            case say.StepPreset(step):
                self._post.loader(Pick(lambda names, playing: _beside(names, playing, step), self._report))
            case say.PickPreset(number):
                self._post.loader(Pick(lambda names, playing: _within("preset", number, len(names)), self._report))
            case say.Undo():
                self._post.loader(Step(-1, self._report))
            case say.Redo():
                self._post.loader(Step(1, self._report))
            case _:
                raise ValueError(f"the engine does not know {type(request).__name__}")

    def _amend(self, alter: Callable[[Session], Session], again: bool = False) -> None:
        self._post.loader(Amend(alter, self._report, again))

    def _launch(self, number: int) -> None:
        session = self._look(say.Look(points=-1)).session
        scene = None if session is None or number >= len(session.preset.scenes) else session.preset.scenes[number]
        if scene is None:
            raise ValueError(f"Scene {number + 1} is empty. Store one there first.")
        self._post.listen(Place(scene.pad, scene.swing))

    def _store(self, number: int, name: str) -> None:
        listen = self._look(say.Look(points=-1)).listen
        pad = min(max(listen.pad[0], 0.0), 1.0), min(max(listen.pad[1], 0.0), 1.0)
        scene = Scene(name, pad, listen.swing) if name else None
        self._amend(lambda session: with_scene(session, number, scene))

    def _correct(self, request: say.Hold | say.Nudge | say.Octave) -> None:
        """Help the beat that is heard; a nudge also moves our own."""
        lead = self._look(say.Look(points=-1)).transport.lead
        match request:
            case say.Nudge(beats):
                if not -1 <= beats <= 1:
                    raise ValueError(f"a nudge of {beats} beats is outside -1..1")
                if lead == "own":
                    self._post.conductor(Pressed(Shift(beats)))
                elif lead == "audio":
                    self._post.listen(Nudged(beats))
                else:
                    raise ValueError("The time is not ours to nudge: use the delays in the preferences.")
            case say.Hold(on):
                self._post.listen(Held(on))
            case say.Octave(step):
                self._post.listen(Octaved(step))

    def _learn(self, target: str) -> None:
        if target and target.removeprefix("lane ") not in VOICE_NAMES:
            target_of(target)
        self._post.hands(Teach(target))

    def _plugins(self) -> PluginsState:
        sound = self._sound()
        known = sound.known()
        if known is not self._known[0]:  # controls are for those that play: a list of all would be megabytes
            self._known = known, tuple(msgspec.structs.replace(plugin, parameters=()) for plugin in known)
        return PluginsState(sound.status().chain, sound.blocked(), self._known[1])

    def _export(self, path: Path, bars: int) -> None:
        """Write the last bars that were played; `MediaError` where that fails."""
        if not 1 <= bars <= _MOST_BARS:
            raise ValueError(f"{bars} bars are outside 1..{_MOST_BARS}")
        takes: SimpleQueue[Take] = SimpleQueue()
        self._post.transport(Recall(bars, takes.put))
        take = takes.get(timeout=_PATIENCE)
        if not take.events:
            raise ValueError("Nothing was played yet. Press play, then export.")
        session = self._look(say.Look(points=-1)).session
        settings = Settings() if session is None else session.settings
        printed = Printed(take.swing, settings.drum_map.name, settings.drum_map.route(settings.channel))
        write_events(path, take.events, take.tempi, take.meters, take.length, printed=printed)

    def _save(self, path: Path, name: str) -> None:
        reasons: SimpleQueue[str | None] = SimpleQueue()
        self._post.loader(Save(path, name, reasons.put))
        try:
            reason = reasons.get(timeout=_SAVING)
        except Empty:
            raise EngineError(f"Nothing is written after {_SAVING:g} seconds. Try again.") from None
        if reason is not None:
            raise EngineError(reason)


def _within(what: str, number: int, count: int) -> int:
    if not 0 <= number < count:
        raise ValueError(f"{what} {number} is outside 0..{count - 1}")
    return number


def _share(what: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"{what} {value} is outside 0..1")
    return value


def _place(names: list[str], wanted: str) -> int:
    for number, name in enumerate(names):
        if name.casefold() == wanted.casefold():
            return number
    raise ValueError(f"there is no preset called {wanted!r}")


def _beside(names: list[str], playing: str, step: int) -> int:
    """The place `step` further on than the one that plays; the first, or the last, where that is not in the list."""
    if playing not in names:
        return 0 if step > 0 else len(names) - 1
    return (names.index(playing) + step) % len(names)
