import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.errors import PresetError
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_NAMES
from livemusic.music.performance import Dials, Performance
from livemusic.session.codec import (
    encode,
    read_preset,
    read_session,
    read_settings,
    recover,
    write_preset,
    write_session,
    write_settings,
)
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from tests.dsp.test_dsp_matching import TOM

GOLDEN = Path(__file__).parents[1] / "golden"
HITS = {"kick": ((0, 112, 0), (10, 90, -12)), "snare": ((4, 110, 9), (12, 127, 119)), "ride": ((15, 1, -120),)}
PRESET = Preset(
    name="Über-Beat ♪",
    corners=(
        Clip("straight", 16, HITS),
        Clip("half", 16, HITS),
        Clip("driving", 16, HITS),
        Clip("Änderung ♪", 16, HITS),
    ),
    bpm=97.5,
    meter=(7, 8),
    pad=(0.25, 0.75),
    launch="bar",
    follow=True,
    anchors=((0.5, -1.25, 3.0), None, (1.0, 2.0, -0.125), None),
    description='Sagt "hallo".\nZwei Zeilen.',
    mode="blend",
    locks=(None, 2),
    voices={"mid tom": TOM},
    performance=Performance(Dials(density=-0.5), (Dials(), Dials(intensity=0.25)), 8, 0.75, "half", 4),
)
SETTINGS = Settings("take 1.wav", "IAC Bus 1", "none", False, False, 1, "drums-1", "embedder-1")
SESSION = Session(PRESET, SETTINGS)

texts = st.text(st.characters(codec="utf-8"), max_size=20)
hits = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 127), st.integers(-120, 119)), max_size=6).map(tuple)
clips = st.builds(Clip, texts, st.integers(12, 1024), st.dictionaries(st.sampled_from(VOICE_NAMES), hits))
numbers = st.floats(-1e6, 1e6)
presets = st.builds(
    Preset,
    texts,
    st.tuples(clips, clips, clips, clips),
    st.floats(20, 400),
    st.tuples(st.integers(1, 32), st.sampled_from((2, 4, 8, 16))),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.sampled_from(("step", "bar")),
    st.booleans(),
    st.tuples(*[st.none() | st.tuples(numbers, numbers, numbers)] * 4),
    texts,
)


def test_format_1_is_read_for_ever() -> None:
    assert read_preset(GOLDEN / "preset-1.json") == PRESET
    assert read_settings(GOLDEN / "settings-1.json") == SETTINGS
    assert read_session(GOLDEN / "session-1.json") == SESSION


def test_what_is_written_today_is_format_1_to_the_byte() -> None:
    assert encode(PRESET) == (GOLDEN / "preset-1.json").read_bytes()
    assert encode(SETTINGS) == (GOLDEN / "settings-1.json").read_bytes()
    assert encode(SESSION) == (GOLDEN / "session-1.json").read_bytes()


def test_grace_notes_and_rolls_are_further_hits_on_a_step(tmp_path: Path) -> None:
    flam = Clip("flam", 16, {"snare": ((4, 110, 0), (4, 40, -50)), "kick": ((0, 100, 0), (0, 99, 60), (0, 98, 119))})
    assert [row[:3] for row in flam.grid().rows()] == [(0, 0, 100), (0, 0, 99), (0, 0, 98), (4, 1, 110), (4, 1, 40)]
    assert Clip.of(flam.grid()) == flam
    preset = msgspec.structs.replace(PRESET, corners=(flam,) * 4)
    write_preset(tmp_path / "flam.json", preset)
    assert read_preset(tmp_path / "flam.json") == preset


@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 8), st.integers(1, 127), st.integers(-120, 119)), max_size=60)
)
def test_a_clip_is_a_grid_to_the_tick_even_where_ornaments_left_their_cell(
    rows: list[tuple[int, int, int, int]],
) -> None:
    grid = Grid.of(rows, 12)
    moved = Grid(grid.values * (1, 0.5, 1) + (0, 0, 0.2), ornaments=grid.ornaments)
    moved = Grid.of(moved.rows(), 12)
    for some in (grid, moved):
        clip = msgspec.json.decode(msgspec.json.encode(Clip.of(some)), type=Clip)
        assert clip.grid().to_pattern() == some.to_pattern()
        assert clip.grid() == some


def test_the_text_is_made_for_people() -> None:
    lines = encode(PRESET).decode().splitlines()
    assert lines[1] == '  "format": 1,'
    assert lines[2] == '  "name": "Über-Beat ♪",'
    assert '        "kick": [[0, 112, 0], [10, 90, -12]],' in lines
    assert lines.index('  "corners": [') > lines.index('  "meter": [7, 8],')


@settings(deadline=None)
@given(presets)
def test_any_preset_survives_the_file(tmp_path_factory: pytest.TempPathFactory, preset: Preset) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(encode(preset))
    assert read_preset(path) == preset
    assert encode(read_preset(path)) == path.read_bytes()


def test_a_hand_written_preset_needs_only_names_and_hits(tmp_path: Path) -> None:
    clip = '{"name": "a", "steps": 16, "hits": {"kick": [[0, 100, 0]]}}'
    path = tmp_path / "mine.json"
    path.write_bytes(b'\xef\xbb\xbf{"name": "Mine", "corners": [' + ",".join([clip] * 4).encode() + b"]}")
    assert read_preset(path).bpm == 120.0


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('"bpm": 97.5', '"bpm": 1000', "tempo"),
        ('"bpm": 97.5', '"bpm": NaN', "malformed"),
        ('"bpm": 97.5', '"bpm": 1e999', "bpm"),
        ('"bpm": 97.5', '"bpm": "fast"', "bpm"),
        ('"bpm": 97.5', '"bmp": 97.5', "bmp"),
        ('"steps": 16', '"steps": 0', "steps"),
        ('"steps": 16', '"steps": 1' + 400 * "0", "steps"),
        ("[0, 112, 0]", "[16, 112, 0]", "step 16"),
        ("[0, 112, 0]", "[0, 128, 0]", "velocity 128"),
        ("[0, 112, 0]", "[0, 112, 120]", "offset 120"),
        ('"kick"', '"cowbell"', "cowbell"),
        ('"launch": "bar"', '"launch": "soon"', "launch"),
        ("[0.5, -1.25, 3.0]", "[0.5, -1.25]", "anchors"),
        ("[0.5, -1.25, 3.0]", "[]", "anchors"),
        ('"mode": "blend"', '"mode": "fade"', "mode"),
        ('"locks": [null, 2]', '"locks": [null, 4]', "snare"),
        ('"locks": [null, 2]', '"locks": [true]', "locks"),
        ('"locks": [null, 2]', '"locks": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]', "9 locks"),
        ('"format": 1', '"format": 2', "update livemusic"),
        ('"format": 1', '"format": 0', "format 0"),
        ('"format": 1', '"format": "one"', "format"),
        ('"format": 1', '"format": ' + 60_000 * "[", "preset"),
    ],
)
def test_a_wrong_preset_is_answered_with_what_and_where(tmp_path: Path, old: str, new: str, word: str) -> None:
    path = tmp_path / "wrong.json"
    text = (GOLDEN / "preset-1.json").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PresetError, match=word) as caught:
        read_preset(path)
    assert "wrong.json" in str(caught.value)
    assert caught.value.__cause__ is not None
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"\xff\xfe{}", b"RIFF\0\0\0\0WAVE", 9_000_000 * b" ", 50_000 * b"["]
)
def test_a_file_that_is_no_preset_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "noise.json"
    path.write_bytes(data)
    with pytest.raises(PresetError, match=r"noise\.json"):
        read_preset(path)


def test_no_file_a_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path, "zero\0byte"):
        with pytest.raises(PresetError, match="cannot be opened"):
            read_preset(path)


@settings(deadline=None)
@given(st.data())
def test_mutated_files_are_read_or_refused_never_worse(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = bytearray((GOLDEN / "session-1.json").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        size = data.draw(st.sampled_from((0, 1, 1, 5, 50)))
        text[at : at + size] = data.draw(
            st.sampled_from((b"", b"1e400", b"-0", b"null", b'"\\ud800"', b"[[[[", b"}", b"99999999999999999999999"))
            | st.binary(max_size=3)
        )
    path = tmp_path_factory.getbasetemp() / "mutated.json"
    path.write_bytes(text)
    try:
        session = read_session(path)
    except PresetError:
        return
    path.write_bytes(encode(session))
    assert read_session(path) == session


def test_a_missing_file_gives_the_default_without_a_word(tmp_path: Path) -> None:
    assert recover(tmp_path / "settings.json", SETTINGS, read_settings) == (SETTINGS, None)


def test_a_sound_file_is_recovered_as_it_is(tmp_path: Path) -> None:
    write_settings(tmp_path / "settings.json", SETTINGS)
    write_session(tmp_path / "session.json", SESSION)
    assert recover(tmp_path / "settings.json", Settings(), read_settings) == (SETTINGS, None)
    assert recover(tmp_path / "session.json", Session(PRESET), read_session) == (SESSION, None)


def test_broken_files_are_set_aside_one_beside_the_other(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    for text, kept in (
        ("{", "session.json.broken"),
        ('{"format": 7}', "session.json.broken.2"),
        ("", "session.json.broken.3"),
    ):
        path.write_text(text)
        value, notice = recover(path, SESSION, read_session)
        assert value == SESSION
        assert notice is not None
        assert f"set aside as {kept} " in notice
        assert (tmp_path / kept).read_text() == text
        assert not path.exists()


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    write_preset(path, PRESET)
    with pytest.raises(PresetError, match=r"mine\.json.*cannot be written"):
        write_preset(path, msgspec.structs.replace(PRESET, name="\ud800"))
    assert read_preset(path) == PRESET
    assert os.listdir(tmp_path) == ["mine.json"]


def test_a_folder_that_cannot_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PresetError, match="cannot be written"):
        write_preset(tmp_path / "file" / "mine.json", PRESET)


def test_writing_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    write_settings(tmp_path / "real" / "settings.json", Settings())
    link = tmp_path / "settings.json"
    link.symlink_to(tmp_path / "real" / "settings.json")
    write_settings(link, SETTINGS)
    assert link.is_symlink()
    assert read_settings(tmp_path / "real" / "settings.json") == SETTINGS
