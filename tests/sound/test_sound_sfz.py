"""SFZ drum kits: what is understood is exact, what is not is said, and nothing makes it fall."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.errors import MediaError
from livemusic.music.kit import Voice
from livemusic.sound.sfz import read_sfz
from livemusic.sound.zone import Zone, Zones


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Zones:
        path = tmp_path / "kit.sfz"
        path.write_text(text, "utf-8")
        return read_sfz(path)

    return write


def one(zones: Zones) -> Zone:
    assert len(zones.zones) == 1
    return zones.zones[0]


def test_a_region_has_what_its_headers_say(written, tmp_path: Path) -> None:
    zone = one(
        written(
            """
            // a kit
            <control> default_path=Samples\\
            <global> volume=-3 amp_veltrack=50
            <group> key=36 pan=-50 group=2 off_by=3 /* all
            kicks */ lovel=10
            <region> sample=My Kick 01.wav hivel=90 tune=-100 seq_length=2 seq_position=2
            """
        )
    )
    assert zone == Zone(tmp_path / "Samples" / "My Kick 01.wav", Voice.KICK, 10, 90, 2000, -3.0, -0.5, -1.0, 1.0, 2, 3)


def test_a_header_ends_what_those_of_its_kind_and_below_have_said(written) -> None:
    zones = written(
        "<group> volume=-6 key=36 <region> sample=a.wav pan=10 <region> sample=b.wav\n"
        "<group> key=38 <region> sample=c.wav <global> <region> sample=d.wav key=42"
    ).zones
    told = {zone.path.name: (zone.drum, zone.gain_db, zone.pan) for zone in zones}
    assert told == {
        "a.wav": (Voice.KICK, -6.0, 0.1), "b.wav": (Voice.KICK, -6.0, 0.0),
        "c.wav": (Voice.SNARE, 0.0, 0.0), "d.wav": (Voice.CLOSED_HAT, 0.0, 0.0),
    }  # fmt: skip


def test_a_drum_is_played_by_the_key_that_is_most_its_own(written) -> None:
    zones = written("<region> sample=x1.wav key=35 <region> sample=x2.wav key=36 <region> sample=x3.wav key=57").zones
    assert {(zone.path.name, zone.drum) for zone in zones} == {("x2.wav", Voice.KICK), ("x3.wav", Voice.CRASH)}


def test_keys_may_be_names_and_all_moved(written) -> None:
    assert one(written("<region> sample=x.wav key=c2")).drum == Voice.KICK
    assert one(written("<control> note_offset=-12 <global> <region> sample=x.wav key=48")).drum == Voice.KICK
    assert one(written("<region> sample=x.wav lokey=f#2 hikey=f#2 pitch_keycenter=f#2")).semitones == 0.0


def test_a_key_beside_the_centre_sounds_as_much_higher(written) -> None:
    assert one(written("<region> sample=x.wav lokey=36 hikey=36 pitch_keycenter=34")).semitones == 2.0
    assert one(written("<region> sample=x.wav lokey=36 hikey=36 pitch_keycenter=34 pitch_keytrack=0")).semitones == 0.0


def test_names_count_where_keys_are_not_those_of_general_midi(written) -> None:
    zones = written(
        "<region> key=48 sample=KdrumL/1-KdrumL.flac <region> key=50 sample=Snare1/1-Snare.flac\n"
        "<region> key=52 sample=Hat Closed.wav <region> key=60 sample=Tom1.wav <region> key=61 sample=Tom2.wav"
    ).zones
    assert {zone.path.stem: zone.drum for zone in zones} == {
        "1-KdrumL": Voice.KICK, "1-Snare": Voice.SNARE, "Hat Closed": Voice.CLOSED_HAT,
        "Tom1": Voice.HIGH_TOM, "Tom2": Voice.LOW_TOM,
    }  # fmt: skip


def test_definitions_are_put_in_and_random_regions_take_turns(written) -> None:
    zones = written(
        "#define $KICK 36\n<group> key=$KICK\n<region> sample=a.wav hirand=0.5\n<region> sample=b.wav lorand=0.5"
    ).zones
    assert [zone.turn for zone in zones] == [1000, 1500]


def test_what_is_passed_over_is_said(written) -> None:
    zones = written('#include "more.sfz"\n<region> sample=a.wav key=36 cutoff=500 loop_mode=one_shot <curve> v000=1')
    assert zones.remarks == ("Its #include lines are passed over.", "Passed over: cutoff.")


def test_a_sample_is_found_whatever_its_case(written, tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "KICK.WAV").touch()
    assert one(written("<region> sample=Samples/Kick.wav key=36")).path.exists()


@pytest.mark.parametrize("text", ["", "no sfz", "<region>", "<region> key=36", "<region> sample=a.wav key=90"])
def test_a_file_without_drums_says_so(written, text: str) -> None:
    with pytest.raises(MediaError, match="has no sample for any of the nine drums"):
        written(text)


def test_a_file_that_is_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"no\.sfz cannot be opened"):
        read_sfz(tmp_path / "no.sfz")


PIECES = st.sampled_from(
    (
        "<region>", "<group>", "<global>", "<control>", "<curve>", "<", ">", "sample=", "a.wav", "key=36", "key=c#",
        "lovel=", "hivel=-9", "volume=1e999", "pan=nan", "tune=x", "#define $A", "#define $A $A$A", "$A", "/*", "*/",
        "//", "\n", " ", "note_offset=999", "seq_position=-1", "group=1e30", "../", "\0", "\udcff", "=",
        "pitch_keycenter=z9", "lokey=", "99999999999999999999",
    )
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=40))
def test_nothing_makes_it_fall(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    path = tmp_path_factory.mktemp("sfz") / "kit.sfz"
    path.write_bytes(" ".join(pieces).encode("utf-8", "replace"))
    with suppress(MediaError):
        for zone in read_sfz(path).zones:
            assert 1 <= zone.low <= 127
            assert abs(zone.semitones) <= 24


@pytest.mark.parametrize(
    "text",
    ["a" * 400_000, "x=" + " " * 400_000 + "y", "<region>" * 50_000, "#define $a " + "b" * 9000 + "\n" + "$a" * 90_000],
)
def test_a_very_long_file_is_read_or_refused_soon(written, text: str) -> None:
    with pytest.raises(MediaError):
        written(text)
