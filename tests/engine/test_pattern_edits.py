"""Patterns are edited while they play: heard at once, each gesture one step of undo, no note left hanging."""

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.action import Trigger
from livemusic.engine.actions import OSC, TARGETS
from livemusic.engine.pattern_edits import EditDraft, EditPattern, RenameDraft, SelectCorner, UndoDraft
from livemusic.engine.request import Failed
from livemusic.engine.snapshot import StudioState
from livemusic.midi.memory import MemoryOut
from livemusic.music.editing import hits_of
from livemusic.music.grid import STEP, Grid
from livemusic.session.pattern_edits import (
    ChangeVelocity,
    ClearLane,
    DoublePattern,
    DrawHit,
    DuplicateBar,
    FillLane,
    HalvePattern,
    MoveHits,
    RotateLane,
    SetOrnament,
    SetStep,
)
from livemusic.session.sketchbook import Edited, Invent
from tests.engine.conftest import Studio, until

KICK, SNARE, TOM = 0, 1, 4


def grid_of(studio: Studio, corner: int = 0) -> Grid:
    return studio.session_now().preset.corners[corner].grid()


def test_each_edit_is_heard_and_is_one_step_of_undo(studio: Studio) -> None:
    begun = grid_of(studio)
    for edit in (
        DrawHit(TOM, 3 * STEP, 90),
        SetOrnament(((TOM, 3 * STEP),), "roll"),
        MoveHits(((TOM, 3 * STEP),), STEP),
        FillLane(8, 4),
        RotateLane(8, 1),
        DoublePattern(),
    ):
        before = grid_of(studio)
        studio.ask(EditPattern(0, edit))
        until(lambda before=before: grid_of(studio) != before)  # type: ignore[misc]
        assert grid_of(studio) == edit.made_of(before, 16 * STEP)
        until(lambda: studio.look().transport.grid == grid_of(studio).to_bytes())
    for _ in range(6):
        studio.ask(edits.Undo())
    until(lambda: grid_of(studio) == begun)
    assert not studio.look().can_undo
    for _ in range(6):
        studio.ask(edits.Redo())
    until(lambda: grid_of(studio).length == 2 * begun.length)
    assert {tick for voice, tick in hits_of(grid_of(studio)) if voice == TOM and tick < begun.length} == {
        4 * STEP + ticks for ticks in (0, 60, 120, 180)
    }


def test_a_pattern_of_another_length_leaves_the_others_whole(studio: Studio) -> None:
    bars = grid_of(studio).length // (16 * STEP)
    studio.ask(say.MovePad(1.0, 0.0))
    until(lambda: studio.look().listen.pad == (1.0, 0.0))
    studio.ask(EditPattern(0, DuplicateBar(0)))
    until(lambda: grid_of(studio).length == (bars + 1) * 16 * STEP)
    other = grid_of(studio, 3)
    turns = bars + 1
    until(lambda: studio.look().transport.grid == other.looped(turns * other.steps).to_bytes())


def test_an_edit_that_changes_nothing_is_no_step(studio: Studio) -> None:
    studio.ask(EditPattern(0, MoveHits((), STEP)), EditPattern(0, ClearLane(TOM)))
    studio.engine.apply(studio.session)
    assert not studio.look().can_undo


def test_what_a_held_key_changes_is_one_step_and_the_next_press_another(studio: Studio) -> None:
    begun, hits = grid_of(studio), tuple(hits_of(grid_of(studio))[:1])
    for press in (7, 9):
        studio.ask(*(EditPattern(0, ChangeVelocity(hits, -3), press) for _ in range(4)))
    softest = grid_of(studio)
    studio.ask(EditPattern(0, ChangeVelocity(hits, -3)), EditPattern(0, ChangeVelocity(hits, -3)))
    studio.ask(edits.Undo(), edits.Undo())
    until(lambda: grid_of(studio) == softest)
    studio.ask(edits.Undo())
    until(lambda: grid_of(studio) == ChangeVelocity(hits, -12).made_of(begun, 16 * STEP))
    studio.ask(edits.Undo())
    until(lambda: grid_of(studio) == begun)
    assert not studio.look().can_undo


def test_what_cannot_be_is_told_and_changes_nothing(studio: Studio) -> None:
    before = studio.session_now()
    studio.ask(EditPattern(0, SetStep(KICK, 999, 90)))
    until(lambda: studio.said("step 999 is outside"))
    assert studio.session_now() == before
    assert isinstance(studio.engine.ask(EditPattern(4, ClearLane(KICK))), Failed)


def test_notes_end_though_their_hits_are_taken_away_while_they_sound(studio: Studio) -> None:
    studio.ask(say.Play(), say.SetTempo(300.0))
    port = studio.ports[-1]
    for _ in range(12):
        count = studio.look().transport.notes_sent
        until(lambda count=count: studio.look().transport.notes_sent > count)  # type: ignore[misc]
        studio.ask(*(EditPattern(0, FillLane(voice, 1)) for voice in (KICK, TOM)))
        studio.ask(*(EditPattern(0, ClearLane(voice)) for voice in (KICK, TOM)))
    studio.ask(say.Stop())
    until(lambda: not studio.look().transport.playing)
    until(lambda: not any(sounding(port).values()))


def sounding(port: MemoryOut) -> dict[tuple[int, int], int]:
    """How often each note sounds after all that was sent; never more than once."""
    found: dict[tuple[int, int], int] = {}
    for data in (data for _, data in list(port.sent) if data[0] & 0xE0 == 0x80):
        key = (data[0] & 0x0F, data[1])
        found[key] = found.get(key, 0) + 1 if data[0] & 0x10 else 0
        assert found[key] <= 1
    return found


def test_a_control_edits_the_corner_that_is_selected_or_heard_most(studio: Studio) -> None:
    clear = TARGETS["clear lane kick"]
    assert isinstance(clear, Trigger)
    assert clear.act(studio.look()) == EditPattern(0, ClearLane(KICK))
    studio.ask(SelectCorner(2))
    until(lambda: studio.look().surface.selected == 2)
    assert clear.act(studio.look()) == EditPattern(2, ClearLane(KICK))
    studio.ask(SelectCorner(None), say.MovePad(1.0, 0.0))
    until(lambda: studio.look().surface.edited == 3)


def test_what_is_recorded_goes_where_is_edited(studio: Studio) -> None:
    studio.ask(SelectCorner(2))
    until(lambda: studio.look().surface.selected == 2)
    studio.ask(say.SetRecord(True))
    until(lambda: studio.said("Recording into C") and studio.look().surface.into == 2)


def test_osc_names_the_corner_and_sets_a_step() -> None:
    kinds = {path.removeprefix("/livemusic/"): action.kind for path, action in OSC.items()}
    for name, arguments, edit in (
        ("step", (1, SNARE, 4, 0.5), SetStep(SNARE, 4, 64)),
        ("step", (1, SNARE, 4, 0.0), SetStep(SNARE, 4, 0)),
        ("lane/fill", (1, TOM, 2), FillLane(TOM, 2)),
        ("lane/rotate", (1, TOM, -3), RotateLane(TOM, -3)),
        ("pattern/halve", (1,), HalvePattern()),
    ):
        assert kinds[name].request(*arguments) == EditPattern(1, edit)  # type: ignore[union-attr]


def test_the_pattern_at_hand_is_edited_as_a_draft_of_its_own(studio: Studio) -> None:
    def now() -> StudioState:
        state = studio.engine.ask(say.LookStudio())
        assert isinstance(state, StudioState)
        return state

    until(lambda: now().ready)
    studio.ask(EditDraft(ClearLane(KICK)))
    until(lambda: "no pattern" in now().problem)
    studio.ask(say.Make(Invent(seed=3)))
    clip = until(lambda: now().clip)
    studio.ask(EditDraft(DrawHit(TOM, 3 * STEP, 90)), EditDraft(FillLane(8, 4)))
    until(lambda: now().can_undo and 3 * STEP in {t for v, t in hits_of(now().clip.grid()) if v == TOM})  # type: ignore[union-attr]
    until(lambda: isinstance(now().recipe, Edited) and "ride" in now().clip.hits)  # type: ignore[union-attr]
    edited = now()
    assert [draft.number for draft in edited.drafts] == [1, 2]
    assert edited.recipe == Edited(clip=clip, result=edited.clip)  # type: ignore[arg-type]
    assert edited.drafts[-1].clip == edited.clip
    assert not studio.look().can_undo
    studio.ask(UndoDraft(), UndoDraft())
    until(lambda: now().clip == clip and now().number == 1 and not now().can_undo)
    studio.ask(UndoDraft(again=True), UndoDraft(again=True))
    until(lambda: now().clip == edited.clip and now().number == 2 and not now().can_redo)
    assert now().drafts == edited.drafts


def test_what_a_held_key_changes_in_the_pattern_at_hand_is_one_step_too(studio: Studio) -> None:
    def now() -> StudioState:
        state = studio.engine.ask(say.LookStudio())
        assert isinstance(state, StudioState)
        return state

    until(lambda: now().ready)
    studio.ask(say.Make(Invent(seed=3)))
    clip = until(lambda: now().clip)
    hits = tuple(hits_of(clip.grid())[:1])
    softer = ChangeVelocity(hits, -9).made_of(clip.grid(), 16 * STEP)
    studio.ask(*(EditDraft(ChangeVelocity(hits, -3), press) for press in (5, 5, 5, 6, 6)), UndoDraft())
    until(lambda: now().clip.grid() == softer)  # type: ignore[union-attr]
    studio.ask(UndoDraft())
    until(lambda: now().clip == clip and not now().can_undo)
    studio.ask(UndoDraft(again=True))
    until(lambda: now().clip.grid() == softer)  # type: ignore[union-attr]


def test_a_pattern_in_a_corner_is_renamed_and_that_is_undone(studio: Studio) -> None:
    def name() -> str:
        return studio.session_now().preset.corners[2].name

    before, grid = name(), grid_of(studio, 2)
    assert OSC["/livemusic/corner/rename"].kind.request(2, "Verse") == edits.RenameCorner(2, "Verse")  # type: ignore[union-attr]
    assert isinstance(studio.engine.ask(edits.RenameCorner(2, " ")), Failed)
    studio.ask(edits.RenameCorner(2, " Verse "))
    until(lambda: name() == "Verse")
    assert grid_of(studio, 2) == grid
    assert studio.look().undoes == "rename C"
    studio.ask(EditPattern(2, ClearLane(KICK)))
    until(lambda: grid_of(studio, 2) != grid)
    assert name() == "Verse"
    studio.ask(edits.Undo(), edits.Undo())
    until(lambda: name() == before)


def test_scenes_and_sections_are_renamed_and_that_is_undone(studio: Studio) -> None:
    studio.ask(edits.StoreScene(3, "D"))
    until(lambda: len(studio.session_now().preset.scenes) == 4)
    before = studio.session_now().preset
    for address, words in (("scene/rename", (3, "Verse")), ("section/rename", (1, "Chorus"))):
        studio.ask(OSC[f"/livemusic/{address}"].kind.request(*words))  # type: ignore[union-attr]
    until(lambda: studio.session_now().preset.sections)
    after = studio.session_now().preset
    assert (after.scenes[3].name, after.sections[1].name) == ("Verse", "Chorus")  # type: ignore[union-attr]
    assert studio.look().undoes == "section name"
    studio.ask(edits.Undo(), edits.Undo())
    until(lambda: studio.session_now().preset == before)


def test_a_draft_is_renamed_and_that_is_undone_before_its_edits(studio: Studio) -> None:
    def now() -> StudioState:
        state = studio.engine.ask(say.LookStudio())
        assert isinstance(state, StudioState)
        return state

    def names() -> list[str]:
        return [draft.clip.name for draft in now().drafts]

    until(lambda: now().ready)
    studio.ask(RenameDraft("Nothing yet"))
    until(lambda: "no pattern" in now().problem)
    studio.ask(say.Make(Invent(seed=3)), say.Make(Invent(seed=4)))
    until(lambda: names() == ["Sketch", "Sketch 2"])
    studio.ask(RenameDraft("First", 1), RenameDraft("Fill"))
    until(lambda: names() == ["First", "Fill"])
    assert (now().clip.name, now().can_undo) == ("Fill", True)  # type: ignore[union-attr]
    studio.ask(EditDraft(ClearLane(KICK)))
    until(lambda: names() == ["First", "Fill", "Fill, edited"])
    studio.ask(UndoDraft(), UndoDraft())
    until(lambda: names()[:2] == ["First", "Sketch 2"] and now().clip.name == "Sketch 2")  # type: ignore[union-attr]
    studio.ask(UndoDraft(again=True))
    until(lambda: names()[:2] == ["First", "Fill"])
    studio.ask(RenameDraft("Gone", 77))
    until(lambda: "draft 77" in now().problem)


def test_what_is_only_tried_is_kept_by_its_new_name(studio: Studio) -> None:
    def now() -> StudioState:
        state = studio.engine.ask(say.LookStudio())
        assert isinstance(state, StudioState)
        return state

    until(lambda: now().ready)
    studio.ask(say.Try(Invent(seed=3)))
    until(lambda: now().clip)
    assert (now().number, now().drafts) == (0, ())
    studio.ask(RenameDraft("Keeper"))
    until(lambda: [draft.clip.name for draft in now().drafts] == ["Keeper"])
    assert now().number == 1
