"""What is saved goes where the musician says, but never over a file of another kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.request import Done, Failed
from livemusic.errors import MediaError, PresetError
from livemusic.midi.files import read_pattern, write_pattern
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import Meter
from livemusic.session.codec import read_preset, read_session
from livemusic.session.drum_map import DRUM_MAPS
from livemusic.session.map_library import read_map, write_map
from tests.engine.conftest import Studio, until

GOLDEN = Path(__file__).parents[1] / "golden"
BEAT = Pattern((Note(0, 36, 100, 100),), 3840)
SAVES: dict[str, Callable[[Path], say.AnyRequest]] = {
    "preset": lambda path: edits.SavePreset(str(path), "Mine"),
    "session": lambda path: edits.SaveSession(str(path)),
    "clip": lambda path: say.Export(str(path), 2),
}
#: What may lie about in a musician's folders; `own` is what each kind of saving may write over.
FILES: dict[str, bytes] = {
    "preset": (GOLDEN / "preset-1.json").read_bytes(),
    "session": (GOLDEN / "session-1.json").read_bytes(),
    "clip": b"MThd\0\0\0\6\0\0\0\1\x03\xc0MTrk\0\0\0\4\0\xff\x2f\0",
    "drum map": (GOLDEN / "drum-map-1.json").read_bytes(),
    "text": b"Dear diary,\n",
    "json": b'{"name": "package", "version": "1.0"}',
    "newer preset": (GOLDEN / "preset-1.json").read_bytes().replace(b'"format": 1', b'"format": 99', 1),
    "damaged preset": (GOLDEN / "preset-1.json").read_bytes()[:-200],
    "sound": b"RIFF\x24\0\0\0WAVEfmt ",
    "key": b"\0",
}


@pytest.mark.parametrize("what", SAVES)
def test_only_a_file_of_its_own_kind_is_written_over(studio: Studio, tmp_path: Path, what: str) -> None:
    studio.ask(say.Play())
    until(lambda: studio.look().transport.notes_sent > 4)
    for kind, data in FILES.items():
        path = tmp_path / kind
        path.write_bytes(data)
        reply = studio.engine.ask(SAVES[what](path))
        if kind == what:
            assert reply == Done()
            assert path.read_bytes() != data
        else:
            assert isinstance(reply, Failed)
            assert "another file already" in reply.reason
            assert str(path) in reply.reason
            assert path.read_bytes() == data
    empty, fresh, link = tmp_path / "empty", tmp_path / "fresh", tmp_path / "link"
    empty.touch()
    link.symlink_to(tmp_path / "text")
    assert studio.engine.ask(SAVES[what](empty)) == Done()
    assert studio.engine.ask(SAVES[what](fresh)) == Done()
    assert isinstance(studio.engine.ask(SAVES[what](link)), Failed)
    assert (tmp_path / "text").read_bytes() == FILES["text"]


def test_what_was_saved_can_be_saved_again(studio: Studio, tmp_path: Path) -> None:
    preset, session = tmp_path / "a.json", tmp_path / "b.json"
    for _ in range(2):
        studio.ask(SAVES["preset"](preset), SAVES["session"](session))
    assert read_preset(preset).name == read_session(session).preset.name == "Mine"


def test_the_command_line_and_the_drum_maps_keep_to_it_too(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_bytes(FILES["text"])
    with pytest.raises(MediaError, match="no MIDI file"):
        write_pattern(path, BEAT, 120.0, Meter())
    with pytest.raises(PresetError, match="no drum map"):
        write_map(path, DRUM_MAPS[1])
    assert path.read_bytes() == FILES["text"]
    for _ in range(2):
        write_pattern(tmp_path / "beat.mid", BEAT, 120.0, Meter())
        write_map(tmp_path / "map.json", DRUM_MAPS[1])
    assert read_pattern(tmp_path / "beat.mid").pattern.notes
    assert read_map(tmp_path / "map.json").lanes == DRUM_MAPS[1].lanes
