"""Recording in a whole engine: one step back for a take, and its passes in the sketchbook."""

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.recording_edits import SetClickLevel, SetMetronome, SetRecordTo
from livemusic.engine.snapshot import StudioState
from livemusic.session.sketchbook import Draft, Played
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
