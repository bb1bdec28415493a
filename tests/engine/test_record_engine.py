"""Recording in a whole engine: one step back for a take, and its passes in the sketchbook."""

from collections.abc import Callable

import msgspec
import pytest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.actions import OSC
from livemusic.engine.preset_edits import SetPresetChange
from livemusic.engine.recorder import Recorder
from livemusic.engine.recording_edits import SetClickLevel, SetMetronome, SetRecordTo
from livemusic.engine.snapshot import StudioState
from livemusic.engine.transport_view import TransportView
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session
from livemusic.session.sketchbook import Draft, Played
from livemusic.sound.protocol import SoundStatus
from tests.engine.conftest import Studio, until

CRASH = 7


def drafts(studio: Studio) -> tuple[Draft, ...]:
    reply = studio.engine.ask(say.LookStudio())
    assert isinstance(reply, StudioState)
    return reply.drafts


def crashes(studio: Studio) -> int:
    return len(studio.session_now().preset.corners[1].hits.get("crash", ()))


def test_a_take_is_one_undo_though_the_hand_has_moved_meanwhile_and_its_passes_are_kept(studio: Studio) -> None:
    studio.ask(SetRecordTo("B"), SetMetronome(count_in=0), say.SetTempo(300.0))
    until(lambda: studio.session_now().settings.record_to == "B")
    until(lambda: studio.session_now().settings.metronome.count_in == 0 and studio.look().transport.bpm == 300.0)
    before = studio.session_now().preset.corners
    studio.ask(say.SetRecord(True))
    until(lambda: studio.look().transport.playing and studio.look().surface.record)
    assert studio.look().surface.into == 1
    assert studio.said("Recording into B")
    loop = before[1].steps * 240
    studio.ask(say.PlayDrum(CRASH, 100))
    until(lambda: studio.look().undoes.startswith("take of 1 hit"))
    studio.ask(say.SetSwing(0.5))  # a step of its own, which stays on top
    until(lambda: studio.look().undoes.startswith("swing"))
    until(lambda: studio.look().transport.tick > loop + 240)
    studio.ask(say.PlayDrum(CRASH, 90))
    until(lambda: studio.look().surface.passes == 2)
    studio.ask(say.SetRecord(False))
    until(lambda: [draft.recipe.number for draft in drafts(studio) if isinstance(draft.recipe, Played)] == [1, 2])
    until(lambda: crashes(studio) >= 1)
    assert studio.look().undoes.startswith("swing")
    studio.ask(edits.Undo())
    until(lambda: studio.look().undoes.startswith("take of 2 hits in B"))
    studio.ask(edits.Undo())
    until(lambda: studio.session_now().preset.corners == before)
    assert studio.said("Undid: take of 2 hits in B.")


def test_a_take_ends_with_its_preset_and_stays_in_that_one(studio: Studio) -> None:
    studio.ask(SetRecordTo("B"), SetMetronome(count_in=0), SetPresetChange(preset_change="now"), say.SetTempo(300.0))
    until(lambda: studio.session_now().settings.preset_change == "now" and studio.look().transport.bpm == 300.0)
    studio.ask(say.SetRecord(True))
    until(lambda: studio.look().transport.playing and studio.look().surface.record)
    studio.ask(say.PlayDrum(CRASH, 100))
    until(lambda: studio.look().undoes.startswith("take of 1 hit"))
    house = studio.session_now().preset.corners
    studio.ask(edits.GoPreset("Techno"))
    until(lambda: studio.session_now().preset.name == "Techno" and not studio.look().surface.record)
    techno = studio.session_now().preset.corners
    assert studio.said("Recording has ended: “Techno” plays now.")
    studio.ask(say.PlayDrum(CRASH, 100), say.HearPass(1))
    until(lambda: studio.said("Nothing was recorded yet"))
    assert studio.session_now().preset.corners == techno
    assert [draft.recipe.number for draft in drafts(studio) if isinstance(draft.recipe, Played)] == [1]
    studio.ask(edits.Undo())
    until(lambda: studio.session_now().preset.corners == house)


def test_what_was_struck_just_before_another_preset_is_written_into_the_one_before() -> None:
    amended: list[Callable[[Session], Session]] = []
    recorder = Recorder(lambda alter, words, group: amended.append(alter), lambda: 0, lambda kept: None)
    house, techno = (read_preset(find_preset(name)) for name in ("House", "Techno"))
    recorder.begin(1, house.corners[1], 0.0, 1.0)
    recorder.add(CRASH, 100, 0, 0.0, TransportView(playing=True))
    recorder.leave("Techno", 0.01, 1.0)
    (alter,) = amended
    assert alter(Session(techno)) == Session(techno)
    assert alter(Session(house)).preset.corners[1].hits["crash"] == ((0, 100, 0),)


def test_the_metronome_its_level_and_the_target_are_undone_and_a_turned_knob_is_one_step(studio: Studio) -> None:
    begun = studio.session_now()
    studio.ask(SetMetronome(on=True))
    for db in (-10.0, -12.0, -20.0):
        studio.ask(SetClickLevel(db))
    studio.ask(SetRecordTo("D"))
    until(lambda: studio.look().undoes == "record to D")
    studio.ask(edits.Undo())
    until(lambda: studio.look().undoes == "metronome -6 → -20 dB")
    studio.ask(edits.Undo())
    until(lambda: studio.look().undoes == "metronome on")
    studio.ask(edits.Undo())
    until(lambda: studio.session_now() == begun)


def test_the_click_goes_to_outputs_of_its_own_and_that_is_undone(studio: Studio) -> None:
    asked: list[int] = []
    studio.speakers.click_to = asked.append  # type: ignore[method-assign]
    studio.ask(OSC["/livemusic/metronome/outputs"].kind.request("3-4"))
    until(lambda: asked[-1:] == [2])
    until(lambda: studio.look().undoes == "click to outputs 3–4")
    studio.ask(SetMetronome(channel=15))
    until(lambda: studio.look().undoes == "click channel 16 → 15")
    studio.ask(edits.Undo(), edits.Undo())
    until(lambda: asked[-1] == 1)
    with pytest.raises(ValueError, match=r"outputs '4-5' must be one of main, 3-4"):
        SetMetronome(outputs="4-5").check()


def test_a_device_without_the_outputs_is_told_once_and_again_when_it_is_another(studio: Studio) -> None:
    device = SoundStatus("on", "Built-in", outputs=2)
    studio.speakers.status = lambda: device  # type: ignore[method-assign]
    until(lambda: studio.look().sound.outputs == 2)
    studio.ask(SetMetronome(outputs="3-4"))
    told = "The click goes to the main outputs: 'Built-in' has no outputs 3–4."
    until(lambda: studio.said(told))
    device = msgspec.structs.replace(device, device="Interface", outputs=8)
    until(lambda: studio.look().sound.outputs == 8)
    assert len([notice for notice in studio.look().notices if "The click goes" in notice.text]) == 1
    device = msgspec.structs.replace(device, device="Stick", outputs=2)
    until(lambda: studio.said("'Stick' has no outputs 3–4."))
