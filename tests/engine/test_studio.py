"""Patterns are made on request, heard at once, kept with their seed, and put on the pad at a bar line."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.engine import BOOK, Engine
from livemusic.engine.request import Failed
from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.preset import Clip
from livemusic.session.settings import Session, Settings
from livemusic.session.short_name import MADE
from livemusic.session.sketchbook import (
    MOST_DRAFTS,
    AnyRecipe,
    Between,
    Clean,
    Figures,
    Invent,
    Landmark,
    Sketchbook,
    Tapped,
    Touch,
    Vary,
    Way,
    read_sketchbook,
    write_sketchbook,
)
from tests.engine.conftest import Studio, until


def state_of(engine: Engine) -> StudioState:
    state = engine.ask(say.LookStudio())
    assert isinstance(state, StudioState)
    return state


def now(studio: Studio) -> StudioState:
    return state_of(studio.engine)


def made(studio: Studio, recipe: AnyRecipe) -> Clip:
    """What the studio makes of a recipe."""
    before = now(studio).revision
    studio.ask(say.Make(recipe))
    state = until(
        lambda: (state := now(studio)).revision > before and (state.problem or state.recipe == recipe) and state
    )
    assert not state.problem
    assert state.clip is not None
    return state.clip


@pytest.fixture
def ready(studio: Studio) -> Studio:
    until(lambda: now(studio).ready and now(studio).places)
    return studio


def test_every_tool_makes_a_pattern_and_the_same_again(ready: Studio) -> None:
    one, other = ready.session.preset.corners[:2]
    recipes: list[AnyRecipe] = [
        Invent(seed=3, style="funk", density=0.4, complexity=0.5, swing=0.5, steps=16),
        Invent(seed=3, start=one),
        Vary(clip=one, amount=0.5, seed=4, locks=(0,)),
        Clean(clip=one, noise=0.3),
        Touch(clip=one, looseness=0.5, seed=2),
        Touch(clip=one, like=other),
        Tapped(taps=((0, 100, 0), (6, 60, 10), (10, 90, -20)), steps=16),
        Between(clips=(one, other), weights=(0.5, 0.5), mode="blend", locks={0: 1}, lanes={1: (1.0, 0.0)}),
        Way(clips=(one, other), steps=4, locks={0: 1}),
        Landmark(x=0.5, y=0.5),
        Landmark(x=0.5, y=0.5, style="jazz"),
        Figures(clip=one, muted=(0,), swaps={1: 7}),
        Figures(clip=one, solo=(0,)),
    ]
    first = [made(ready, recipe) for recipe in recipes]
    assert all(clip.hits for clip in first)
    again = [made(ready, recipe) for recipe in recipes]
    assert [clip.hits for clip in again] == [clip.hits for clip in first]
    assert len({clip.name for clip in (*first, *again)}) == 2 * len(recipes)
    assert max(len(clip.name) for clip in again) <= MADE
    drafts = now(ready).drafts
    assert [draft.recipe for draft in drafts] == recipes * 2
    assert [draft.number for draft in drafts] == list(range(1, 2 * len(recipes) + 1))
    locked = VOICE_NAMES[0]
    assert first[2].hits[locked] == one.hits[locked]


def test_a_pattern_is_heard_before_it_is_used_and_then_takes_over_at_a_bar(ready: Studio) -> None:
    played = ready.look().transport.grid
    clip = made(ready, Invent(seed=1, style="rock"))
    assert ready.look().transport.grid == played
    ready.ask(say.Audition(True))
    until(lambda: ready.look().transport.grid == clip.grid().to_bytes() and ready.look().transport.playing)
    other = made(ready, Invent(seed=2, style="jazz"))
    until(lambda: ready.look().transport.grid == other.grid().to_bytes())
    ready.ask(say.UseDraft(0))
    until(lambda: not now(ready).auditioning)
    assert ready.session_now().preset.corners[0] == other
    until(lambda: ready.look().transport.grid == other.grid().to_bytes())
    assert ready.look().transport.playing
    ready.ask(edits.Undo())
    until(lambda: ready.look().transport.grid == played)


def test_what_is_used_is_what_was_asked_for_just_before(ready: Studio) -> None:
    marks = now(ready).landmarks
    assert marks is not None
    wanted = Landmark(x=1.0, y=0.0)
    ready.ask(say.Try(Landmark(x=0.0, y=1.0)), say.Make(wanted), say.UseDraft(2))
    until(lambda: ready.session_now().preset.corners[2] != ready.session.preset.corners[2])
    state = now(ready)
    assert state.recipe == wanted
    assert ready.session_now().preset.corners[2] == state.clip
    assert [draft.recipe for draft in state.drafts] == [wanted]


def test_a_figure_that_is_swapped_and_alone_says_what_stands_in_its_place(ready: Studio) -> None:
    clip = ready.session.preset.corners[0]
    ready.ask(say.Try(Figures(clip=clip)))
    first = until(lambda: now(ready).figures)[0]
    alone = made(ready, Figures(clip=clip, solo=(0,)))
    assert {(step, voice) for step, voice, *_ in alone.grid().rows()} >= set(first.hits)
    other = made(ready, Figures(clip=clip, solo=(0,), swaps={0: first.others[0]}))
    assert other.hits != alone.hits
    assert now(ready).figures[0].pictures == first.pictures


def test_the_whole_way_goes_from_pattern_to_pattern_and_is_never_too_long(ready: Studio) -> None:
    one, other, third = (msgspec.structs.replace(clip, name="") for clip in ready.session.preset.corners[:3])
    whole = made(ready, Way(clips=(one, other, third), steps=2)).grid().values
    assert len(whole) == 5 * one.steps
    for place, clip in ((0, one), (2, other), (4, third)):
        assert Grid(whole[place * one.steps : (place + 1) * one.steps]) == clip.grid()
    ready.ask(say.Make(Way(clips=(one, other), steps=1024)))
    until(lambda: "too long" in now(ready).problem)


def test_an_audition_that_ends_leaves_everything_as_it_was(ready: Studio) -> None:
    played = ready.look().transport.grid
    ready.ask(say.Try(Landmark(x=0.1, y=0.9)), say.Audition(True))
    until(lambda: ready.look().transport.playing and ready.look().transport.grid != played)
    assert now(ready).number == 0
    assert not now(ready).drafts
    ready.ask(say.Audition(False))
    until(lambda: ready.look().transport.grid == played and not ready.look().transport.playing)


@pytest.mark.parametrize("act", [say.MovePad(1.0, 0.0), edits.GoPreset("Waltz"), say.LaunchScene(2)])
def test_a_hand_on_the_pad_a_scene_or_a_preset_ends_an_audition(ready: Studio, act: say.AnyRequest) -> None:
    ready.ask(edits.StoreScene(2, "chorus"))
    until(lambda: ready.session_now().preset.scenes)
    clip = made(ready, Invent(seed=5))
    ready.ask(say.Audition(True))
    until(lambda: ready.look().transport.grid == clip.grid().to_bytes())
    ready.ask(act)
    until(lambda: not now(ready).auditioning)
    until(lambda: ready.look().transport.grid != clip.grid().to_bytes())
    assert ready.look().transport.playing
    ready.ask(say.Audition(True))
    until(lambda: ready.look().transport.grid == clip.grid().to_bytes())


def test_the_path_does_not_take_an_audition_away(ready: Studio) -> None:
    clip = made(ready, Invent(seed=5))
    ready.ask(say.Audition(True), say.SetSwing(0.5))
    until(lambda: ready.look().listen.swing == 0.5 and ready.look().transport.grid == clip.grid().to_bytes())
    ready.ask(say.Audition(False))
    until(lambda: ready.look().transport.grid == ready.session.preset.corners[0].grid().to_bytes())


def test_drums_that_were_started_again_by_hand_go_on_when_an_audition_ends(ready: Studio) -> None:
    played = ready.look().transport.grid
    clip = made(ready, Invent(seed=5))
    ready.ask(say.Audition(True))
    until(lambda: ready.look().transport.playing)
    ready.ask(say.Stop())
    until(lambda: not ready.look().transport.playing)
    ready.ask(say.Play())
    until(lambda: ready.look().transport.playing and ready.look().transport.grid == clip.grid().to_bytes())
    ready.ask(say.Audition(False))
    until(lambda: ready.look().transport.grid == played and not now(ready).auditioning)
    sent = ready.look().transport.notes_sent
    until(lambda: ready.look().transport.notes_sent > sent)


def test_of_many_tries_at_once_the_last_one_counts(ready: Studio) -> None:
    for x in range(50):
        ready.ask(say.Try(Landmark(x=x / 50, y=0.3)))
    last = Landmark(x=1.0, y=0.3)
    ready.ask(say.Try(last))
    assert until(lambda: now(ready).recipe == last and now(ready)).clip is not None
    assert not now(ready).drafts


def test_drafts_are_called_back_and_thrown_away(ready: Studio) -> None:
    clips = [made(ready, Invent(seed=seed)) for seed in (1, 2, 3)]
    ready.ask(say.RecallDraft(1))
    assert until(lambda: now(ready).number == 1 and now(ready)).clip == clips[0]
    ready.ask(say.DiscardDraft(1))
    until(lambda: [draft.number for draft in now(ready).drafts] == [2, 3])
    ready.ask(say.RecallDraft(1))
    assert "no longer" in until(lambda: now(ready).problem)


def test_only_so_many_drafts_are_kept(ready: Studio) -> None:
    clip = ready.session.preset.corners[0]
    for seed in range(MOST_DRAFTS + 3):
        ready.ask(say.Make(Touch(clip=clip, seed=seed)))
    until(lambda: now(ready).drafts and now(ready).drafts[-1].number == MOST_DRAFTS + 3)
    assert len(now(ready).drafts) == MOST_DRAFTS


def test_figures_say_what_they_play_and_what_could_stand_in_their_place(ready: Studio) -> None:
    clip = ready.session.preset.corners[0]
    ready.ask(say.Try(Figures(clip=clip)))
    figures = until(lambda: now(ready).figures)
    said = {hit for figure in figures for hit in figure.hits}
    assert said <= {(step, voice) for step, voice, *_ in clip.grid().rows()}
    assert len(said) >= 0.9 * len(clip.grid().rows())
    for figure in figures:
        assert len(figure.pictures) == 1 + len(figure.others)


def test_nonsense_is_refused_in_words(ready: Studio) -> None:
    clip = ready.session.preset.corners[0]
    for recipe, word in (
        (Invent(style="polka"), "polka"),
        (Figures(clip=clip, muted=(999,)), "999"),
        (Figures(clip=Clip("Rest", 16, {}), muted=(0,)), "pattern has 0"),
        (Between(clips=(Clip("Long", 1024, {}),) * 5, weights=(1.0,) * 5), "5120 steps"),
        (Figures(clip=clip, swaps={0: 99999}), "99999"),
        (Between(clips=(clip, clip), weights=(0.0, 0.0)), "weights"),
        (Tapped(taps=((40, 100, 0),), steps=16), "step 40"),
        (Landmark(x=0.5, y=0.5, style="schlager"), "schlager"),
    ):
        ready.ask(say.Make(recipe))
        until(lambda word=word: word in now(ready).problem)  # type: ignore[misc]
    assert not now(ready).drafts
    ready.ask(say.UseDraft(0))
    until(lambda: "no pattern" in now(ready).problem)
    assert ready.session_now() == ready.session
    assert isinstance(ready.engine.ask(say.UseDraft(4)), Failed)
    for field in ({"seed": -1}, {"density": 1.5}, {"variation": float("nan")}, {"steps": 0}, {"bpm": 0.0}):
        with pytest.raises(ValueError, match=next(iter(field))):
            Invent(**field)  # type: ignore[arg-type]


def test_the_map_is_told_once_and_knows_where_the_corners_are(ready: Studio) -> None:
    state = now(ready)
    assert state.landmarks is not None
    assert len(state.landmarks.places) == 8 * len(state.landmarks.styles)
    assert len(state.places) == 4
    made(ready, Figures(clip=ready.session.preset.corners[1]))
    assert until(lambda: now(ready).place) == pytest.approx(state.places[1], abs=1e-6)
    again = ready.engine.ask(say.LookStudio(-1, state.landmarks.model))
    assert isinstance(again, StudioState)
    assert again.landmarks is None
    assert ready.engine.ask(say.LookStudio(again.revision)) == StudioState(again.revision)


def test_a_figure_of_another_dictionary_is_called_back_as_it_was_kept(ready: Studio, tmp_path: Path) -> None:
    clip = ready.session.preset.corners[0]
    recipe = Figures(clip=clip, swaps={0: 99_999})
    write_sketchbook(tmp_path / BOOK, Sketchbook().added(recipe, clip))
    engine = Engine(autosave=tmp_path / "session.json")
    engine.start(msgspec.structs.replace(ready.session, settings=Settings(source="none", midi_out="none")))
    try:
        until(lambda: state_of(engine).ready and state_of(engine).drafts)
        engine.ask(say.RecallDraft(1))
        assert until(lambda: state_of(engine).clip) == clip
        assert state_of(engine).figures
    finally:
        engine.close()


@pytest.fixture
def kept(tmp_path: Path, studio: Studio) -> Iterator[tuple[Engine, Path]]:
    (tmp_path / BOOK).write_text("{]")
    engine = Engine(autosave=tmp_path / "session.json")
    engine.start(Session(studio.session.preset, Settings(source="none", midi_out="none", sound_out="none")))
    yield engine, tmp_path / BOOK
    engine.close()


def test_the_sketchbook_is_kept_and_a_broken_one_set_aside(kept: tuple[Engine, Path]) -> None:
    engine, path = kept
    until(path.with_name(BOOK + ".broken").exists)
    until(lambda: state_of(engine).ready)
    engine.ask(say.Make(Invent(seed=9)))
    until(lambda: state_of(engine).drafts)
    until(path.exists)
    assert read_sketchbook(path).drafts[0].recipe == Invent(seed=9)


def test_a_pattern_is_made_and_heard_where_the_sketchbook_cannot_be_kept(kept: tuple[Engine, Path]) -> None:
    engine, path = kept
    until(path.with_name(BOOK + ".broken").exists)
    until(lambda: state_of(engine).ready)
    path.mkdir()
    engine.ask(say.Make(Invent(seed=9)))
    until(lambda: state_of(engine).number == 1)
    assert state_of(engine).clip == state_of(engine).drafts[0].clip

    def said() -> bool:
        snapshot = engine.ask(say.Look())
        assert isinstance(snapshot, Snapshot)
        return any("sketchbook cannot be written" in notice.text for notice in snapshot.notices)

    until(said)
