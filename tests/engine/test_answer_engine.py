"""Answering in a running engine: pads in, notes at the port, and the preset that keeps it."""

from pathlib import Path

import msgspec

from livemusic.engine import messages as say
from livemusic.engine.edits import SavePreset
from livemusic.music.event import is_note_off, is_note_on
from livemusic.session.codec import read_preset
from tests.engine.conftest import Studio, until

GROOVE = [(0, 0, 110), (480, 2, 60), (960, 1, 100), (1440, 2, 61), (1920, 0, 90), (2880, 1, 101)]


def test_a_bar_on_pads_is_answered_at_the_port_and_panic_ends_it(studio: Studio) -> None:
    studio.ask(say.SetFreedom(0.0), say.SetAnswer("trade 1"), say.SetTempo(400.0))
    until(lambda: studio.look().answer.state == "waiting")
    studio.ask(say.Play())
    now = until(lambda: (look := studio.look()).transport.playing and look)
    spt = 60 / 400 / 960
    start = now.now - now.transport.tick * spt
    for tick, voice, loud in GROOVE:  # what is struck too late to be told in time is of no interest here
        studio.ask(say.PlayDrum(voice, loud, start + (4 * 3840 + tick) * spt))
    answer = until(lambda: (look := studio.look()).answer.answers == 1 and look.answer)
    assert (answer.mode, answer.round_trip_bars) == ("trade 1", 1)
    studio.ask(say.Panic())
    until(lambda: not studio.look().transport.playing)
    until(lambda: studio.look().answer.state == "waiting")
    sent = studio.ports[-1].messages
    assert sum(map(is_note_on, sent)) <= sum(map(is_note_off, sent))


def test_the_preset_keeps_it_and_another_preset_ends_it(studio: Studio, tmp_path: Path) -> None:
    studio.ask(say.SetAnswer("trade 4"), say.SetFreedom(0.75))
    until(lambda: studio.look().answer.freedom == 0.75)
    studio.ask(SavePreset(str(tmp_path / "mine.json"), "Mine"))
    kept = read_preset(tmp_path / "mine.json")
    assert (kept.answer, kept.answer_freedom) == ("trade 4", 0.75)
    quiet = msgspec.structs.replace(studio.session, preset=msgspec.structs.replace(kept, name="Off", answer="off"))
    studio.engine.apply(quiet)
    until(lambda: studio.look().answer.mode == "off")
    studio.engine.apply(msgspec.structs.replace(quiet, preset=kept))
    until(lambda: studio.look().answer.mode == "trade 4")


def test_a_hand_on_the_pad_ends_it(studio: Studio) -> None:
    studio.ask(say.SetAnswer("trade 4"))
    until(lambda: studio.look().answer.state == "waiting")
    studio.ask(say.MovePad(0.5, 0.5))
    until(lambda: studio.look().answer.mode == "off")


def test_a_mode_that_is_none_is_refused(studio: Studio) -> None:
    reply = studio.engine.ask(say.SetAnswer("echo"))
    assert "must be one of" in getattr(reply, "reason", "")
    reply = studio.engine.ask(say.SetFreedom(2.0))
    assert "outside" in getattr(reply, "reason", "")
