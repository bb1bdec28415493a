"""The rows of the table of actions that record: what is played by hand, with a metronome, and whole takes."""

from livemusic.engine import messages as say
from livemusic.engine.action import Action, Amount, Choice, Numbered, Press, Switch
from livemusic.engine.playback import RecordTake
from livemusic.engine.recording_edits import SetClickLevel, SetMetronome, SetQuantise, SetRecordTo
from livemusic.engine.snapshot import Snapshot
from livemusic.music.metronome import LEVEL_DB
from livemusic.network.address import Number
from livemusic.session.metronome import OUTPUTS, Metronome
from livemusic.session.settings import RECORD_TO

#: All passes of a take together, and so many one by one, are there for controls to learn.
_PASSES = 9
_COUNT_INS = ("off", "1 bar", "2 bars")


def _metronome(now: Snapshot) -> Metronome:
    return Metronome() if now.session is None else now.session.settings.metronome


def _count_in(words: str) -> SetMetronome:
    return SetMetronome(count_in=_COUNT_INS.index(words))


def _record_to(now: Snapshot) -> str:
    return RECORD_TO[0] if now.session is None else now.session.settings.record_to


def _quantise(now: Snapshot) -> float:
    return 1.0 if now.session is None else now.session.settings.quantise


RECORDING_ACTIONS: tuple[Action, ...] = (
    Action("record", "Recording", "Record what you play",
           Switch(say.SetRecord, lambda now: now.surface.record), ("R",), "record"),
    Action("erase", "Recording", "Erase, while held",
           Switch(say.SetErase, lambda now: now.surface.erase, held=True), ("E",), "erase"),
    Action("record to", "Recording", "Record to a corner, or the nearest",
           Choice("corner", RECORD_TO, SetRecordTo, _record_to), osc="record/to"),
    Action("quantise", "Recording", "Record quantise strength",
           Amount(Number("amount", 0, 1), SetQuantise, _quantise), osc="record/quantise"),
    Action("pass", "Recording", "Hear one pass of the last take, 0 for all",
           Numbered("number", _PASSES, say.HearPass, lambda now, number: number == now.surface.heard_pass),
           osc="record/pass", titles=("All passes", *(f"Pass {number} of the take" for number in range(1, _PASSES)))),
    Action("metronome", "Recording", "Metronome",
           Switch(lambda on: SetMetronome(on=on), lambda now: _metronome(now).on), ("U",), "metronome"),
    Action("metronome level", "Recording", "Level of the metronome, in dB",
           Amount(Number("db", *LEVEL_DB), SetClickLevel, lambda now: _metronome(now).level_db), osc="metronome/level"),
    Action("metronome speakers", "Recording", "Metronome to the audio outputs",
           Switch(lambda on: SetMetronome(speakers=on), lambda now: _metronome(now).speakers),
           osc="metronome/speakers"),
    Action("metronome outputs", "Recording", "Outputs of the metronome: main, or a pair of its own",
           Choice("outputs", OUTPUTS, lambda to: SetMetronome(outputs=to), lambda now: _metronome(now).outputs),
           osc="metronome/outputs"),
    Action("metronome midi", "Recording", "Metronome to MIDI, on its own channel",
           Switch(lambda on: SetMetronome(midi=on), lambda now: _metronome(now).midi), osc="metronome/midi"),
    Action("count-in", "Recording", "Count-in before recording",
           Choice("bars", _COUNT_INS, _count_in, lambda now: _COUNT_INS[_metronome(now).count_in]),
           osc="record/count-in"),
    Action("record take", "Recording", "Record a take: audio, kit, MIDI and path",
           Switch(RecordTake, lambda now: now.take.recording), ("Ctrl+R",), "take"),
    Action("clear path", "Recording", "Clear the path", Press(say.ClearPath), osc="path/clear"),
)  # fmt: skip
