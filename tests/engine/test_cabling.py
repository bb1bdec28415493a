"""Cables on JACK as a score: what there is at each moment, and what is laid or cut."""

from livemusic.engine.cabling import Cabling, Changes, chosen, use_of
from livemusic.session.connections import (
    Connections,
    connections_file,
    kept_connections,
    read_connections,
    write_connections,
)
from livemusic.session.settings import Settings

OUT, DAW = "livemusic:livemusic", "ardour:Drums/midi_in 1"
LEFT, SPEAKER, TRACK = "livemusic sound:output_1", "system:playback_1", "ardour:Rec/audio_in 1"
IN, MASTER = "livemusic listen:input_1", "ardour:Master/audio_out 1"
USES = {"midi_out": "virtual", "sound_out": "default", "source": "ardour"}
ALL = frozenset((OUT, DAW, LEFT, SPEAKER, TRACK, IN, MASTER))
NOTHING = Changes()


def ours(*ports: str) -> frozenset[str]:
    return frozenset(ports)


def remembering(*cables: tuple[str, str], at: float = 0.0) -> Cabling:
    """One that has seen `cables` for a while."""
    cabling = Cabling(Connections())
    for moment in (at, at + 5.0):
        assert cabling.look(ALL, cables, USES, moment) == NOTHING
    return cabling


def test_a_cable_comes_back_with_the_other_program() -> None:
    cabling = remembering((OUT, DAW))
    assert cabling.look(ALL, [], USES, 6.0) == NOTHING  # it is ending: first the cables go
    assert cabling.look(ALL - {DAW}, [], USES, 7.0) == NOTHING
    assert cabling.look(ALL, [], USES, 60.0) == Changes(lay=((OUT, DAW),))
    assert cabling.look(ALL, [(OUT, DAW)], USES, 61.0) == NOTHING


def test_a_cable_comes_back_with_us() -> None:
    kept = remembering((OUT, DAW), (MASTER, IN)).connections
    again = Cabling(kept)
    assert again.look(ALL - {OUT, IN}, [], USES, 0.0) == NOTHING
    assert again.look(ALL, [(MASTER, IN)], USES, 4.0) == Changes(lay=((OUT, DAW),))


def test_what_cannot_be_laid_at_once_is_tried_again_for_a_while() -> None:
    again = Cabling(remembering((OUT, DAW)).connections)
    assert [bool(again.look(ALL, [], USES, at).lay) for at in (0.0, 1.0, 2.0, 3.5)] == [True, True, True, False]


def test_a_cable_that_was_taken_away_stays_away() -> None:
    cabling = remembering((OUT, DAW))
    for moment in (6.0, 7.0, 8.0, 9.5):
        assert cabling.look(ALL, [], USES, moment) == NOTHING
    assert cabling.look(ALL - {DAW}, [], USES, 10.0) == NOTHING
    assert cabling.look(ALL, [], USES, 20.0) == NOTHING


def test_one_that_is_taken_away_at_once_stays_away_too() -> None:
    cabling = Cabling(Connections())
    assert cabling.look(ALL, [(LEFT, SPEAKER)], USES, 0.0) == NOTHING
    for moment in (1.0, 2.0, 3.0, 4.5):
        assert cabling.look(ALL, [], USES, moment) == NOTHING
    assert cabling.connections.plugged["sound_out"].cut == {(LEFT, SPEAKER)}


def test_a_cable_that_we_lay_ourselves_is_cut_again_if_it_was_taken_away() -> None:
    cabling = remembering((LEFT, SPEAKER), (LEFT, TRACK))
    for moment in (6.0, 9.5):
        cabling.look(ALL, [(LEFT, TRACK)], USES, moment)
    again = Cabling(cabling.connections)
    assert again.look(ALL - {LEFT}, [], USES, 0.0) == NOTHING
    assert again.look(ALL, [(LEFT, SPEAKER)], USES, 5.0) == Changes(lay=((LEFT, TRACK),), cut=((LEFT, SPEAKER),))
    assert again.look(ALL, [(LEFT, TRACK)], USES, 6.0) == NOTHING
    # laid by hand later on, it stays
    assert again.look(ALL, [(LEFT, TRACK), (LEFT, SPEAKER)], USES, 60.0) == NOTHING
    third = Cabling(again.connections)
    assert third.look(ALL, [], USES, 0.0).lay == ((LEFT, TRACK), (LEFT, SPEAKER))


def test_another_choice_forgets_the_cables_of_the_old_one() -> None:
    cabling = remembering((MASTER, IN), (OUT, DAW))
    others = USES | {"source": "system"}
    cabling.look(ALL - {IN}, [(OUT, DAW)], others, 6.0)
    assert cabling.look(ALL, [(OUT, DAW)], others, 7.0) == NOTHING
    assert cabling.connections.plugged["midi_out"].laid == {(OUT, DAW)}


def test_a_port_chosen_by_name_looks_after_itself() -> None:
    assert "midi_out" not in chosen(Settings(midi_out="Recorder:drums"))
    assert chosen(Settings(source="ardour"))["source"] == "ardour"
    cabling = remembering((OUT, DAW))
    uses = {name: value for name, value in USES.items() if name != "midi_out"}
    cabling.look(ALL - {OUT}, [], uses, 6.0)
    assert cabling.look(ALL, [], uses, 7.0) == NOTHING
    assert cabling.connections.plugged["midi_out"].laid == {(OUT, DAW)}


def test_which_setting_a_port_serves() -> None:
    uses = [use_of(port) for port in (OUT, "livemusic in:livemusic in", IN, LEFT, "livemusic sound:live_2", DAW)]
    assert uses == ["midi_out", "midi_in", "source", "sound_out", "live_in", ""]
    assert use_of("livemusic listen:leaving in_0") == ""


def test_the_file_is_kept_beside_the_session(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = connections_file(tmp_path / "session.json")
    assert kept_connections(path) == Connections()
    connections = remembering((OUT, DAW), (LEFT, SPEAKER)).connections
    write_connections(path, connections)
    assert read_connections(path) == kept_connections(path) == connections
    path.write_text("{")
    assert kept_connections(path) == Connections()
    assert path.with_name("connections.json.broken").exists()
