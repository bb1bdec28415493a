"""The engine performs: every verb by the table, undone with the rest, and cleared by Stop and Panic."""

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.action import Fader, Trigger
from livemusic.engine.actions import OSC, TARGETS
from livemusic.engine.perform_requests import ArmSection, Fill, SetFeel, SetFills, SetVariation, TurnDials
from livemusic.engine.request import Failed
from livemusic.music.grid import Grid
from livemusic.music.performance import Dials, Performance
from tests.engine.conftest import Studio, until


def performed(studio: Studio) -> Performance:
    return studio.look().perform.performance


def test_dials_thin_what_is_played_and_undo_brings_it_back(studio: Studio) -> None:
    written = Grid.from_bytes(studio.look().transport.grid)
    studio.ask(TurnDials(density=-1.0))
    until(lambda: Grid.from_bytes(studio.look().transport.grid).count < written.count)
    until(lambda: studio.look().undoes == "density 0% → -100%")
    studio.ask(edits.Undo())
    until(lambda: performed(studio) == Performance())
    until(lambda: Grid.from_bytes(studio.look().transport.grid) == written)
    studio.ask(edits.Redo())
    until(lambda: performed(studio) == Performance(Dials(density=-1.0)))


def test_feel_fills_and_variation_are_kept_in_the_session(studio: Studio) -> None:
    studio.ask(SetFeel("half"), SetFills(every=4, amount=0.9), SetVariation(every=8, amount=0.1))
    wanted = Performance(feel="half", fill_every=4, fill_amount=0.9, vary_every=8, vary_amount=0.1)
    until(lambda: performed(studio) == wanted)
    until(lambda: studio.look().undoes == "performance")


def test_another_variation_is_a_step_of_undo(studio: Studio) -> None:
    button, message = TARGETS["another variation"], OSC["/livemusic/perform/variation/new"].kind
    assert isinstance(button, Trigger)
    assert message is not None
    studio.ask(button.act(studio.look()))
    until(lambda: studio.look().undoes == "another variation")
    studio.ask(message.request())
    until(lambda: performed(studio).vary_seed == 2)
    studio.ask(edits.Undo())
    until(lambda: performed(studio).vary_seed == 1)
    studio.ask(edits.Undo())
    until(lambda: performed(studio) == Performance())


def test_a_knob_and_a_message_turn_the_same_dial(studio: Studio) -> None:
    knob, message = TARGETS["intensity snare"], OSC["/livemusic/perform/intensity/drum"].kind
    assert isinstance(knob, Fader)
    assert message is not None
    studio.ask(knob.move(1.0))
    until(lambda: performed(studio).lane(1) == Dials(intensity=1.0))
    assert knob.value(studio.look()) == 1.0
    studio.ask(message.request(1, -0.5))
    until(lambda: performed(studio).lane(1) == Dials(intensity=-0.5))
    studio.ask(knob.move(64 / 127))
    until(lambda: performed(studio) == Performance())


def test_buttons_turn_on_and_off_again(studio: Studio) -> None:
    for name, on, off in (
        ("half time", "half", "normal"),
        ("double time", "double", "normal"),
    ):
        button = TARGETS[name]
        assert isinstance(button, Trigger)
        assert button.lit is not None
        studio.ask(button.act(studio.look()))
        until(lambda on=on: performed(studio).feel == on)
        assert button.lit(studio.look())
        studio.ask(button.act(studio.look()))
        until(lambda off=off: performed(studio).feel == off)
    arm = TARGETS["next section next corner"]
    assert isinstance(arm, Trigger)
    studio.ask(arm.act(studio.look()))
    until(lambda: studio.look().perform.armed == "next corner")
    studio.ask(arm.act(studio.look()))
    until(lambda: studio.look().perform.armed == "")


def test_stop_and_panic_disarm_though_nothing_plays(studio: Studio) -> None:
    for end in (say.Stop(), say.Panic()):
        studio.ask(ArmSection("top right"))
        until(lambda: studio.look().perform.armed == "top right")
        studio.ask(end)
        until(lambda: studio.look().perform.armed == "")


def test_a_fill_without_music_is_answered_in_words(studio: Studio) -> None:
    studio.ask(say.Stop(), Fill())
    until(lambda: any("press play first" in notice.text for notice in studio.look().notices))


def test_what_cannot_be_is_refused(studio: Studio) -> None:
    for wrong in (TurnDials(density=2.0), SetFills(every=3), SetVariation(every=3), SetFeel("x"), ArmSection("x")):
        assert isinstance(studio.engine.ask(wrong), Failed)
