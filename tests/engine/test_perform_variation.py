"""Some bars are played otherwise than written, and otherwise again when asked to."""

from livemusic.engine.messages import Stop
from livemusic.engine.perform_requests import NewVariation, SetVariation
from tests.engine.perform_room import groove, of, room


def test_variation_changes_one_bar_in_four_each_time_otherwise_and_the_same_again() -> None:
    def play() -> list[set[tuple[int, int]]]:
        it = room(groove(3, 6, 9))
        it.order(SetVariation(every=4, amount=1.0))
        it.bar(16)
        return [it.steps(bar, bar + 1) for bar in range(16)]

    bars, again = play(), play()
    written = [of(groove(3, 6, 9), bar, bar + 1) for bar in range(16)]
    assert [bar for bar in range(16) if bars[bar] != written[bar]] == [3, 7, 11, 15]
    assert bars == again


def test_another_variation_comes_at_once_and_changes_all_that_are_to_come() -> None:
    written = groove(3, 6, 9)

    def play(*pressed_at: float) -> list[set[tuple[int, int]]]:
        it = room(written)
        it.order(SetVariation(every=4, amount=0.5))
        for bar in pressed_at:
            it.bar(bar)
            it.order(NewVariation())
        it.bar(8)
        return [it.steps(bar, bar + 1) for bar in range(8)]

    usual, now, later = play(), play(1.1), play(1.9)
    assert [bar for bar in range(8) if now[bar] != usual[bar]] == [1, 3, 7]
    assert [bar for bar in range(8) if later[bar] != usual[bar]] == [2, 3, 7]
    first_beat = of(written, 1, 2) & {(step, voice) for step in range(16, 18) for voice in range(9)}
    assert first_beat <= now[1]  # what was over stays
    assert play(1.1, 1.2)[3] != now[3]


def test_another_variation_is_heard_though_none_is_due_and_waits_for_the_music() -> None:
    it = room(groove(3, 6, 9))
    it.order(SetVariation(amount=1.0), NewVariation())
    it.bar(2)
    assert it.steps(0, 1) != of(groove(3, 6, 9), 0, 1)
    assert it.steps(1, 2) == of(groove(3, 6, 9), 1, 2)
    it.order(Stop())
    it.pass_time(it.now + 0.1)
    it.order(NewVariation())
    it.pass_time(it.now + 0.1)
    assert it.perform.view.performance.vary_seed == 2
    assert it.notices == []
    assert it.balanced()
