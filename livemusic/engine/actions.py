"""The table of everything that can be done: MIDI learn, OSC, menus, shortcuts, help and docs are made from it.

A new action is one row here, and one handler in the core that owns its request (or in the window, for a row without
a kind).
"""

from math import ceil

from livemusic.engine import messages as say
from livemusic.engine.action import (
    Action,
    Amount,
    Choice,
    Drum,
    Fader,
    Numbered,
    Press,
    Special,
    Switch,
    Target,
    Trigger,
    plainly,
)
from livemusic.engine.draft_actions import DRAFT_ACTIONS
from livemusic.engine.edits import (
    GoPreset,
    Redo,
    ResetVoices,
    SendHeard,
    SetHearing,
    SetMode,
    Undo,
)
from livemusic.engine.messages import AnyRequest
from livemusic.engine.mix_actions import MIX_ACTIONS
from livemusic.engine.name_actions import NAME_ACTIONS
from livemusic.engine.pattern_actions import PATTERN_ACTIONS
from livemusic.engine.perform_actions import PERFORM_ACTIONS
from livemusic.engine.playback import MatchHeard, MatchNext
from livemusic.engine.preset_actions import PRESET_ACTIONS
from livemusic.engine.recording_actions import RECORDING_ACTIONS
from livemusic.engine.recording_edits import SetRamp
from livemusic.engine.scene_actions import SCENE_ACTIONS
from livemusic.engine.snapshot import Snapshot
from livemusic.engine.song_actions import SONG_ACTIONS
from livemusic.music.kit import VOICE_NAMES
from livemusic.music.tempo import MAX_BPM, MIN_BPM, Meter
from livemusic.network.address import PREFIX, Control, Number, Value, Word
from livemusic.session.preset import ANSWERS, CORNERS, FOLLOWED, LAUNCHES
from livemusic.session.settings import RAMP_BARS, Settings
from livemusic.session.show import COLOURS, THEMES, TRAILS, WIDTHS, Show

#: How far one press moves the beat.
NUDGE_BEATS = 0.02
#: One bpm for each of a plain knob's 127 steps.
_KNOB_BPM = (60.0, 187.0)
#: Places that plugins can have: 0 the instrument, then the effects.
_MOST_PLUGINS = 64
#: Who sets the time, as OSC says it.
_LEADERS = {"internal": "own", "midi": "midi", "link": "link", "audio": "audio", "demo": "demo"}
_DRUMS: dict[str, Target] = {f"strike {name}": Drum(voice) for voice, name in enumerate(VOICE_NAMES)}


def _mode(now: Snapshot) -> str:
    return "trade" if now.session is None else now.session.preset.mode


def _sends_heard(now: Snapshot) -> bool:
    return now.session is not None and now.session.settings.heard_midi


def _set_mode(mode: str) -> AnyRequest:
    return SetMode("blend" if mode == "blend" else "trade")


def _play_or_stop(now: Snapshot) -> AnyRequest:
    return say.Stop() if now.transport.playing else say.Play()


def _play_drum(voice: int, velocity: float) -> AnyRequest:
    return say.PlayDrum(voice, round(127 * velocity))


def _settings(now: Snapshot) -> Settings:
    return Settings() if now.session is None else now.session.settings


def _set_lead(word: str) -> AnyRequest:
    return say.SetLead(_LEADERS[word])


def _leader(now: Snapshot) -> str:
    return next((word for word, leader in _LEADERS.items() if leader == now.transport.lead), "internal")


def _ramp(bpm: float, bars: int) -> AnyRequest:
    return say.Ramp(bpm, bars)


def _start_ramp(now: Snapshot) -> AnyRequest:
    """The ramp that is set; pressed again it ends where it has come to."""
    if now.transport.ramp_to is not None:
        return say.SetTempo(round(now.transport.bpm, 1))
    return say.Ramp(_settings(now).ramp_bpm, _settings(now).ramp_bars)


def _playing(now: Snapshot) -> bool:
    return now.transport.playing


def _show(now: Snapshot) -> Show:
    return now.surface.show


def _pad(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    x, y = now.listen.pad
    return ((plainly(_SHARE, x), plainly(_SHARE_UP, y)),)


def _ramping(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    """Where the ramp goes and how many bars are left of it; 0 0 while there is none."""
    transport = now.transport
    if transport.ramp_to is None:
        return ((0.0, 0),)
    return ((round(transport.ramp_to, 3), ceil(transport.ramp_left / Meter(*transport.meter).bar)),)


def _answer_in(mode: str) -> Trigger:
    """A button that answers so, or ends that."""
    return Trigger(
        lambda now: say.SetAnswer("off" if now.answer.mode == mode else mode), lambda now: now.answer.mode == mode
    )


def _answer_next(now: Snapshot) -> AnyRequest:
    return say.SetAnswer(ANSWERS[(ANSWERS.index(now.answer.mode) + 1) % len(ANSWERS)])


_ANSWERS: dict[str, Target] = {
    "answer": Trigger(_answer_next, lambda now: now.answer.mode != "off"),
    **{f"answer {mode}": _answer_in(mode) for mode in ANSWERS[1:]},
}
_SHARE, _SHARE_UP = Number("x", 0, 1), Number("y", 0, 1)
_ON_A_DRUM = (Number("voice", 0, len(VOICE_NAMES) - 1, whole=True), Number("velocity", 0, 1))
_OF_A_PLUGIN = (Number("place", 0, _MOST_PLUGINS, whole=True), Word("control"), Number("value", 0, 1))

ACTIONS: tuple[Action, ...] = (
    Action("play/stop", "Transport", "Play or stop", Special(learned={"play/stop": Trigger(_play_or_stop, _playing)}),
           ("Space",)),
    Action("play", "Transport", "Play from the top", Press(say.Play, _playing), osc="play"),
    Action("stop", "Transport", "Stop", Press(say.Stop), osc="stop"),
    Action("resume", "Transport", "Resume", Press(say.Resume), ("Shift+Space",), "resume"),
    Action("panic", "Transport", "Panic", Press(say.Panic), ("Esc",), "panic"),
    Action("undo", "Transport", "Undo", Press(Undo, lambda now: now.can_undo), ("Ctrl+Z",), "undo"),
    Action("redo", "Transport", "Redo", Press(Redo, lambda now: now.can_redo), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    Action("test", "Transport", "Test note", Special(say.TestNote), osc="test"),

    Action("pad", "Pad", "Move on the pad, x to the right, y upwards",
           Special(say.MovePad, (_SHARE, _SHARE_UP), told=_pad), osc="pad"),
    Action("pad x", "Pad", "Pad, left to right",
           Amount(Number("x", 0, 1), lambda x: say.MovePad(x=x), lambda now: now.listen.pad[0]), osc="pad/x"),
    Action("pad y", "Pad", "Pad, bottom to top",
           Amount(Number("y", 0, 1), lambda y: say.MovePad(y=y), lambda now: now.listen.pad[1]), osc="pad/y"),
    Action("follow", "Pad", "Follow the music", Switch(say.SetFollow, lambda now: now.listen.follow), ("F",), "follow"),
    Action("follow what", "Pad", "Follow the path or the harmony",
           Choice("what", FOLLOWED, say.SetFollowed, lambda now: now.listen.followed), osc="follow/what"),
    Action("trade/blend", "Pad", "Trade or blend", Choice("mode", ("trade", "blend"), _set_mode, _mode), osc="mode"),
    Action("launch", "Pad", "When patterns change",
           Choice("when", LAUNCHES, say.SetLaunch, lambda now: now.listen.launch), ("L",), "launch"),
    Action("capture", "Pad", "Capture the music for a corner",
           Numbered("corner", 4, say.Capture, lambda now, corner: now.listen.captured[corner] is not None),
           ("1", "2", "3", "4"), "capture", tuple(f"Capture {corner}" for corner in CORNERS)),
    Action("corner", "Pad", "Go to a corner", Numbered("corner", 4, say.LaunchCorner), osc="corner/go",
           titles=tuple(f"Go to the {corner} corner" for corner in CORNERS)),
    Action("clear", "Pad", "Clear all captured corners", Press(say.ClearAnchors), osc="clear"),

    Action("tap", "Tempo", "Tap the tempo", Press(say.TapTempo), ("B",), "tap"),
    Action("tempo", "Tempo", "Set the tempo",
           Amount(Number("bpm", MIN_BPM, MAX_BPM), say.SetTempo, lambda now: now.transport.bpm, *_KNOB_BPM),
           osc="tempo", titles=("Tempo, 60 to 187 bpm",)),
    Action("faster", "Tempo", "Faster by 1 bpm", Press(lambda: say.StepTempo(1.0)), ("+", "="), "tempo/up"),
    Action("slower", "Tempo", "Slower by 1 bpm", Press(lambda: say.StepTempo(-1.0)), ("-",), "tempo/down"),
    Action("time from", "Tempo", "Time from", Choice("who", tuple(_LEADERS), _set_lead, _leader), osc="tempo/from"),
    Action("lead back", "Tempo", "Return the tempo to its previous source",
           Press(say.GiveBack, lambda now: bool(now.transport.taken)), osc="tempo/back"),
    Action("ramp", "Tempo", "Ramp the tempo from the next bar on",
           Special(_ramp, (Number("bpm", MIN_BPM, MAX_BPM), Number("bars", *RAMP_BARS, whole=True)),
                   {"ramp": Trigger(_start_ramp, lambda now: now.transport.ramp_to is not None)}, _ramping),
           osc="tempo/ramp"),
    Action("ramp to", "Tempo", "The tempo that the next ramp goes to",
           Amount(Number("bpm", MIN_BPM, MAX_BPM), lambda bpm: SetRamp(bpm=bpm),
                  lambda now: _settings(now).ramp_bpm, *_KNOB_BPM),
           osc="tempo/ramp/to"),
    Action("ramp bars", "Tempo", "How many bars the next ramp takes",
           Amount(Number("bars", *RAMP_BARS, whole=True), lambda bars: SetRamp(bars=round(bars)),
                  lambda now: _settings(now).ramp_bars),
           osc="tempo/ramp/bars"),
    Action("swing", "Tempo", "Swing",
           Amount(Number("amount", 0, 1), say.SetSwing, lambda now: now.listen.swing), osc="swing"),
    Action("hold", "Tempo", "Hold the tempo", Switch(say.Hold, lambda now: now.transport.held), ("H",), "hold"),
    Action("nudge", "Tempo", "Nudge the beat: positive is later", Special(say.Nudge, (Number("beats", -1, 1),)),
           osc="nudge"),
    Action("nudge earlier", "Tempo", "Nudge the beat earlier", Press(lambda: say.Nudge(-NUDGE_BEATS)), (",",)),
    Action("nudge later", "Tempo", "Nudge the beat later", Press(lambda: say.Nudge(NUDGE_BEATS)), (".",)),
    Action("tempo half", "Tempo", "Halve the detected tempo", Press(lambda: say.Octave(-1)), osc="half"),
    Action("tempo double", "Tempo", "Double the detected tempo", Press(lambda: say.Octave(1)), osc="double"),

    *SCENE_ACTIONS,

    *PATTERN_ACTIONS,
    *NAME_ACTIONS,
    *DRAFT_ACTIONS,

    Action("answer", "Answer", "Answer the drummer: next mode",
           Special(say.SetAnswer, (Word("mode", ANSWERS),), _ANSWERS, lambda now: ((now.answer.mode,),)),
           ("W",), "answer",
           ("Answer the drummer: next mode", *(f"Answer the drummer: {mode}" for mode in ANSWERS[1:]))),
    Action("answer freedom", "Answer", "How freely the drummer is answered",
           Amount(Number("amount", 0, 1), say.SetFreedom, lambda now: now.answer.freedom), osc="answer/freedom"),

    *PERFORM_ACTIONS,

    *RECORDING_ACTIONS,
    *SONG_ACTIONS,

    *PRESET_ACTIONS,

    Action("strike", "Drums", "Play the drums", Special(_play_drum, _ON_A_DRUM, _DRUMS),
           ("Z", "X", "C", "V", "A", "S", "D", "N", "M"), "strike", tuple(f"Play the {name}" for name in VOICE_NAMES)),
    Action("hear drums", "Drums", "Detect drums in the music", Switch(SetHearing, lambda now: now.heard.on),
           osc="heard/on"),
    Action("heard midi", "Drums", "Send detected drums as MIDI", Switch(SendHeard, _sends_heard),
           osc="heard/midi"),
    Action("match last hit", "Drums", "Match a drum to the last hit",
           Press(MatchHeard, lambda now: now.matching.state == "matching"), osc="match/last"),
    Action("match next hit", "Drums", "Match a drum to the next hit",
           Press(MatchNext, lambda now: now.matching.state == "waiting"), osc="match/next"),
    Action("match drum", "Drums", "Match drum 0 to 8 to the next hit",
           Special(MatchNext, (Number("voice", 0, len(VOICE_NAMES) - 1, whole=True),)), osc="match/drum"),
    Action("reset drums", "Drums", "Reset all drums of the kit", Press(ResetVoices),
           osc="match/reset"),
    *MIX_ACTIONS,
    Action("plugin", "Plugins", "Set a plugin parameter", Special(say.SetParameter, _OF_A_PLUGIN), osc="plugin"),

    Action("stage", "Show", "Stage: the path alone on a screen",
           Switch(lambda on: say.SetShow(stage=on), lambda now: _show(now).stage), ("F12",), "stage"),
    Action("stage lock", "Show", "Stage lock: play, but edit, open and close nothing",
           Switch(lambda on: say.SetShow(locked=on), lambda now: _show(now).locked), ("Ctrl+Shift+K",), "stage/lock"),
    Action("path colour", "Show", "Path colour",
           Choice("what", COLOURS, lambda word: say.SetShow(colour=word), lambda now: _show(now).colour), ("P",),
           "path/colour"),
    Action("harmony view", "Show", "The spiral of fifths beside the path",
           Switch(lambda on: say.SetShow(harmony=on), lambda now: _show(now).harmony), ("Shift+H",), "harmony"),
    Action("drum glow", "Show", "Drum glow in the path",
           Switch(lambda on: say.SetShow(hits=on), lambda now: _show(now).hits), osc="path/hits"),
    Action("stage theme", "Show", "Theme of the stage",
           Choice("name", THEMES, lambda word: say.SetShow(theme=word), lambda now: _show(now).theme), ("Shift+F12",),
           "stage/theme"),
    Action("stage width", "Show", "Stage line width",
           Amount(Number("pixels", *WIDTHS), lambda width: say.SetShow(width=width), lambda now: _show(now).width),
           osc="stage/width"),
    Action("stage trail", "Show", "Seconds of path on the stage; 600 for all",
           Amount(Number("seconds", *TRAILS), lambda trail: say.SetShow(trail=trail), lambda now: _show(now).trail),
           osc="stage/trail"),
    Action("stage motion", "Show", "Stage camera motion",
           Amount(Number("amount", 0, 1), lambda motion: say.SetShow(motion=motion), lambda now: _show(now).motion),
           osc="stage/motion"),
    Action("stage text", "Show", "Names on the stage",
           Switch(lambda on: say.SetShow(text=on), lambda now: _show(now).text), osc="stage/text"),

    Action("match file", "Window", "Match a drum to a recorded hit…"),
    Action("open audio", "Window", "Open an audio file…", keys=("Ctrl+O",)),
    Action("save preset", "Window", "Save preset", keys=("Ctrl+S",)),
    Action("save preset as", "Window", "Save preset as…", keys=("Ctrl+Shift+S",)),
    Action("import", "Window", "Import a preset, session or MIDI file…", keys=("Ctrl+I",)),
    Action("choose map", "Window", "Read with another drum map…"),
    Action("export everything", "Window", "Export everything as one file…"),
    Action("save pattern", "Window", "Save the pattern as MIDI…", keys=("Ctrl+E",)),
    Action("save last bars", "Window", "Save the last 8 bars as MIDI…", keys=("Ctrl+Shift+E",)),
    Action("sketchbook", "Window", "Sketchbook…", keys=("Ctrl+K",)),
    Action("mixer", "Window", "Mixer", keys=("Ctrl+M",)),
    Action("plugins", "Window", "Plugins…", keys=("Ctrl+P",)),
    Action("preferences", "Window", "Preferences…", keys=("Ctrl+,",)),
    Action("set ramp", "Window", "Ramp the tempo to…"),
    Action("turn path", "Window", "Auto-rotate the path", keys=("T",)),
    Action("reset path", "Window", "Show the whole path", keys=("Home",)),
    Action("save picture", "Window", "Save a picture of the path…"),
    Action("save film", "Window", "Make a film of a recording…"),
    Action("takes", "Window", "Takes…", keys=("Ctrl+T",)),
    Action("full screen", "Window", "Full screen", keys=("F11",)),
    Action("leave", "Window", "Close the window, keep playing", keys=("Ctrl+W",)),
    Action("quit", "Window", "Quit and stop the music", keys=("Ctrl+Q",)),
    Action("help", "Window", "Keys", keys=("F1",)),
    Action("manual", "Window", "Manual…"),
    Action("tour", "Window", "Tour"),
    Action("what is this", "Window", "What's this?", keys=("Shift+F1",)),
    Action("about", "Window", "About livemusic…"),
)  # fmt: skip

BY_NAME: dict[str, Action] = {action.name: action for action in ACTIONS}
#: Everything that can be taught to a knob, key or pad under a name of its own.
TARGETS: dict[str, Target] = {name: target for action in ACTIONS for name, target in action.targets.items()}
#: What other programs may do, by address.
OSC: dict[str, Action] = {PREFIX + action.osc: action for action in ACTIONS if action.osc}


def osc_controls() -> dict[str, Control]:
    """The address of everything that other programs may do, with the arguments it takes."""
    return {
        path: Control(path, action.kind.arguments, action.words, action.kind.told is not None)
        for path, action in OSC.items()
        if action.kind is not None
    }


def target_of(name: str) -> Target:
    """The target called `name`, also `preset NAME` and `plugin PLACE NAME`; `ValueError` where there is none."""
    if name in TARGETS:
        return TARGETS[name]
    kind, _, rest = name.partition(" ")
    if kind == "preset" and rest:
        return Trigger(lambda now: GoPreset(rest))
    place, _, parameter = rest.partition(" ")
    if kind == "plugin" and place.isdecimal() and parameter:
        return Fader(lambda value: say.SetParameter(int(place), parameter, value), lambda now: None)
    raise ValueError(f"there is nothing called {name!r} that a control could do")
