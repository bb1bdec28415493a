from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.errors import PresetError
from livemusic.music.kit import GM_PITCHES, VOICE_COUNT, VOICE_OF_PITCH, Voice
from livemusic.session.drum_map import DRUM_MAPS, GENERAL_MIDI, DrumMap, Lane
from livemusic.session.map_library import encode_map, list_maps, map_folder, read_map, write_map

GOLDEN = Path(__file__).parents[1] / "golden" / "drum-map-1.json"
MINE = DrumMap(
    "Kit im Keller ♪",
    (
        Lane(35, 0, (35, 36)),
        Lane(40, 2, (38, 40)),
        Lane(42, 0, (22, 42, 44)),
        Lane(46, 0, (26, 46)),
        Lane(41, 0, (41, 43)),
        Lane(45, 0, (45, 47)),
        Lane(50, 0, (48, 50)),
        Lane(57, 16, (49, 55, 57)),
        Lane(127, 1),
    ),
)


@st.composite
def maps(draw: st.DrawFn) -> DrumMap:
    """Any map: each note is given to one voice at most."""
    heard: list[list[int]] = [[] for _ in Voice]
    for pitch, voice in draw(st.dictionaries(st.integers(0, 127), st.integers(0, VOICE_COUNT - 1))).items():
        heard[voice].append(pitch)
    lanes = [Lane(draw(st.integers(0, 127)), draw(st.integers(0, 16)), tuple(pitches)) for pitches in heard]
    return DrumMap(draw(st.text(st.characters(codec="utf-8"), max_size=20)), tuple(lanes))


def by_name(start: str) -> DrumMap:
    return next(drum_map for drum_map in DRUM_MAPS if drum_map.name.startswith(start))


def test_general_midi_sends_what_patterns_are_written_in_and_hears_all_that_folds() -> None:
    assert GENERAL_MIDI.route(10) == tuple((9, pitch) for pitch in GM_PITCHES)
    assert {pitch: GENERAL_MIDI.voice(pitch) for pitch in VOICE_OF_PITCH} == VOICE_OF_PITCH
    assert GENERAL_MIDI.voice(56) is None


@pytest.mark.parametrize(
    ("name", "pitch", "voice"),
    [
        ("Roland", 58, Voice.LOW_TOM),
        ("Roland", 50, Voice.HIGH_TOM),
        ("Roland", 22, Voice.CLOSED_HAT),
        ("Alesis", 39, Voice.LOW_TOM),
        ("Alesis", 23, Voice.OPEN_HAT),
        ("Superior", 62, Voice.CLOSED_HAT),
        ("Superior", 45, Voice.MID_TOM),
        ("Superior", 58, None),
        ("Addictive", 42, Voice.SNARE),
        ("Addictive", 46, Voice.CRASH),
        ("Addictive", 63, None),
        ("Steven", 41, Voice.LOW_TOM),
        ("Logic", 52, Voice.RIDE),
        ("Ableton", 44, Voice.RIDE),
    ],
)
def test_a_module_and_a_sampler_play_the_drum_they_mean(name: str, pitch: int, voice: Voice | None) -> None:
    assert by_name(name).voice(pitch) == voice


def test_addictive_drums_gets_its_own_notes() -> None:
    assert [pitch for _, pitch in by_name("Addictive").route(1)] == [36, 38, 49, 56, 67, 69, 71, 77, 60]


@pytest.mark.parametrize("drum_map", DRUM_MAPS, ids=lambda drum_map: str(drum_map.name))
def test_every_built_in_map_hears_what_it_sends_and_no_note_twice(drum_map: DrumMap) -> None:
    for voice, lane in enumerate(drum_map.lanes):
        assert drum_map.voice(lane.pitch) == voice
    heard = [pitch for lane in drum_map.lanes for pitch in lane.hears]
    assert len(heard) == len(set(heard))
    assert len({lane.pitch for lane in drum_map.lanes}) == VOICE_COUNT


def test_the_names_of_built_in_maps_differ() -> None:
    assert len({drum_map.name.casefold() for drum_map in DRUM_MAPS}) == len(DRUM_MAPS)


@given(maps(), st.integers(1, 16))
def test_a_route_is_always_within_midi(drum_map: DrumMap, channel: int) -> None:
    route = drum_map.route(channel)
    assert len(route) == VOICE_COUNT
    assert all(0 <= to < 16 and 0 <= pitch < 128 for to, pitch in route)
    assert [to for (to, _), lane in zip(route, drum_map.lanes, strict=True) if not lane.channel] == [channel - 1] * sum(
        not lane.channel for lane in drum_map.lanes
    )


@given(maps(), st.lists(st.tuples(st.integers(0, VOICE_COUNT - 1), st.integers(0, 127)), max_size=20))
def test_whatever_is_taught_by_hitting_no_note_plays_two_drums(drum_map: DrumMap, hits: list[tuple[int, int]]) -> None:
    for voice, pitch in hits:
        drum_map = drum_map.hearing(voice, pitch)
        assert drum_map.voice(pitch) == voice
    heard = [pitch for lane in drum_map.lanes for pitch in lane.hears]
    assert len(heard) == len(set(heard))


@pytest.mark.parametrize(
    ("lanes", "words"),
    [
        ((Lane(36),) * 8, "8 lanes; it needs 9"),
        ((Lane(36, 0, (36,)), Lane(38, 0, (36,)), *(Lane(1),) * 7), "note 36 plays both kick and snare"),
    ],
)
def test_a_map_that_cannot_be_is_refused(lanes: tuple[Lane, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DrumMap("mine", lanes)


@pytest.mark.parametrize(("pitch", "channel", "hears"), [(128, 0, ()), (-1, 0, ()), (36, 17, ()), (36, 0, (128,))])
def test_a_lane_outside_midi_is_refused(pitch: int, channel: int, hears: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="outside"):
        Lane(pitch, channel, hears)


def test_format_1_is_read_for_ever_and_is_what_is_written_today() -> None:
    assert read_map(GOLDEN) == MINE
    assert encode_map(MINE) == GOLDEN.read_bytes()


@given(maps())
def test_any_map_survives_the_file(tmp_path_factory: pytest.TempPathFactory, drum_map: DrumMap) -> None:
    path = tmp_path_factory.getbasetemp() / "map.json"
    path.write_bytes(encode_map(drum_map))
    assert read_map(path) == drum_map


def test_a_hand_written_map_needs_a_name_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    lanes = ", ".join(f'{{"pitch": {pitch}}}' for pitch in range(9))
    path.write_bytes(b"\xef\xbb\xbf" + f'{{"name": "Mine", "lanes": [{lanes}]}}'.encode())
    assert read_map(path).route(3) == tuple((2, pitch) for pitch in range(9))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('"pitch": 35', '"pitch": 128', "128"),
        ('"pitch": 35', '"pitch": 35.5', "pitch"),
        ('"pitch": 35', '"pich": 35', "pich"),
        ('"channel": 16', '"channel": 17', "17"),
        ("[35, 36]", "[35, 38]", "note 38 plays both"),
        ('    {"pitch": 127, "channel": 1, "hears": []}', '    {"pitch": 1}, {"pitch": 127}', "10 lanes"),
        ('"name"', '"title"', "title"),
        ('"format": 1', '"format": 2', "update livemusic"),
        ('"format": 1', '"format": 0', "format 0"),
        ('"format": 1', '"format": ' + 30_000 * "[", "drum map"),
    ],
)
def test_a_wrong_map_is_answered_with_what_and_where(tmp_path: Path, old: str, new: str, word: str) -> None:
    path = tmp_path / "wrong.json"
    text = GOLDEN.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PresetError, match=word) as caught:
        read_map(path)
    assert "wrong.json" in str(caught.value)
    assert caught.value.__cause__ is not None
    assert len(str(caught.value)) < 700


@given(st.data())
def test_mutated_files_are_read_or_refused_never_worse(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = bytearray(GOLDEN.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        size = data.draw(st.sampled_from((0, 1, 1, 5, 50)))
        text[at : at + size] = data.draw(
            st.sampled_from((b"", b"1e400", b"-0", b"null", b'"\\ud800"', b"[[[[", b"}", b"99999999999999999999999"))
            | st.binary(max_size=3)
        )
    path = tmp_path_factory.getbasetemp() / "mutated-map.json"
    path.write_bytes(text)
    try:
        drum_map = read_map(path)
    except PresetError:
        return
    path.write_bytes(encode_map(drum_map))
    assert read_map(path) == drum_map


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"\xff\xfe{}", 70_000 * b" ", 50_000 * b"["])
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "noise.json"
    path.write_bytes(data)
    with pytest.raises(PresetError, match=r"noise\.json.*cannot be used"):
        read_map(path)


def test_no_file_a_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path, "zero\0byte"):
        with pytest.raises(PresetError, match="cannot be opened"):
            read_map(path)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    write_map(path, MINE)
    with pytest.raises(PresetError, match=r"mine\.json.*cannot be written"):
        write_map(path, msgspec.structs.replace(MINE, name="\ud800"))
    assert read_map(path) == MINE
    assert [each.name for each in tmp_path.iterdir()] == ["mine.json"]
    with pytest.raises(PresetError, match="cannot be written"):
        write_map(path / "under.json", MINE)


def test_without_any_of_ones_own_there_are_the_built_in_maps() -> None:
    assert not map_folder().exists()
    assert list_maps() == DRUM_MAPS


def test_ones_own_maps_come_after_or_in_place_and_broken_ones_are_reported() -> None:
    roland = DrumMap("roland td", MINE.lanes)
    first = DrumMap("Attic", MINE.lanes)
    for name, drum_map in (("a", MINE), ("b", first), ("c", roland)):
        write_map(map_folder() / f"{name}.json", drum_map)
    (map_folder() / "torn.json").write_text("{")
    (map_folder() / "folder.json").mkdir()
    problems: list[PresetError] = []
    expected = [roland if drum_map.name == "Roland TD" else drum_map for drum_map in DRUM_MAPS]
    assert list_maps(report=problems.append) == (*expected, first, MINE)
    assert len(problems) == 2
    assert all(name in str(problem) for name, problem in zip(("folder.json", "torn.json"), problems, strict=True))
