"""Files that break off or are damaged in the middle: what can be read is read, and where it was is known."""

import re
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.audio.container import faults
from livemusic.audio.file import FileSource, Recording
from livemusic.errors import MediaError

RATE = 48000
LENGTH = 12.0
RNG = np.random.default_rng(3)
SOUND = np.stack([0.3 * np.sin(np.arange(int(LENGTH * RATE)) / 20) + 0.05 * RNG.normal(size=int(LENGTH * RATE))] * 2, 1)
KINDS = {
    "wav": {}, "aiff": {}, "au": {}, "flac": {}, "ogg": {}, "mp3": {}, "w64": {}, "rf64": {"format": "RF64"},
    "opus": {"format": "OGG", "subtype": "OPUS"}, "oga": {"format": "OGG", "subtype": "VORBIS"},
    "24.wav": {"subtype": "PCM_24"}, "float.wav": {"subtype": "FLOAT"}, "adpcm.wav": {"subtype": "IMA_ADPCM"},
    "big.aiff": {"subtype": "PCM_24"}, "law.au": {"subtype": "ULAW"}, "vbr.mp3": {"bitrate_mode": "VARIABLE"},
}  # fmt: skip
COMPRESSED = ("flac", "ogg", "mp3", "opus", "oga", "vbr.mp3")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Each kind of file, whole."""
    folder = tmp_path_factory.mktemp("whole")
    for kind, options in KINDS.items():
        soundfile.write(folder / f"a.{kind}", SOUND, RATE, **options)
    return {kind: (folder / f"a.{kind}").read_bytes() for kind in KINDS}


def heard(path: Path) -> tuple[float, str]:
    """Seconds that can be read, and what is said."""
    recording = Recording(path)
    seconds = sum(map(len, recording.blocks())) / recording.sample_rate
    recording.close()
    return seconds, recording.remark


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_is_found_whole(whole: dict[str, bytes], tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(whole[kind])
    assert faults(path) == []
    seconds, said = heard(path)
    assert seconds == pytest.approx(LENGTH, abs=0.1)
    assert said == ""


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_breaks_off(whole: dict[str, bytes], tmp_path: Path, kind: str, share: float) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(whole[kind][: int(share * len(whole[kind]))])
    seconds, said = heard(path)
    assert seconds == pytest.approx(share * LENGTH, abs=1.2)
    found = re.fullmatch(
        r"a\..* breaks off after ([\d.]+) s( of [\d.]+ s)?: what can be read is heard\. Export .*", said
    )
    assert found is not None, said
    assert float(found[1]) == pytest.approx(seconds, abs=0.2)


@pytest.mark.parametrize("damage", ["noise", "zeros", "hole"])
@pytest.mark.parametrize("kind", COMPRESSED)
def test_damage_in_the_middle(
    whole: dict[str, bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str, damage: str
) -> None:
    data, middle = whole[kind], len(whole[kind]) // 2
    spoilt = {"noise": RNG.bytes(4000), "zeros": bytes(4000), "hole": b""}[damage]
    path = tmp_path / f"a.{kind}"
    path.write_bytes(data[:middle] + spoilt + data[middle + 4000 :])
    seconds, said = heard(path)
    assert LENGTH - 2.5 < seconds <= LENGTH + 0.1
    found = re.search(r"is damaged after about ([\d.]+) s", said)
    assert found is not None, said
    assert float(found[1]) == pytest.approx(LENGTH / 2, abs=1.2)
    assert capfd.readouterr() == ("", "")  # the decoders keep quiet


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_stream_whose_length_nobody_knew_is_whole(whole: dict[str, bytes], tmp_path: Path, length: int) -> None:
    data = bytearray(whole["wav"])
    at = data.index(b"data") + 4
    data[at : at + 4] = struct.pack("<I", length)
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    assert faults(path) == []


def test_tags_and_room_behind_the_sound_are_no_damage(whole: dict[str, bytes], tmp_path: Path) -> None:
    for ending in (b"TAG" + bytes(125), b"APETAGEX" + bytes(200), bytes(5000)):
        path = tmp_path / "a.mp3"
        path.write_bytes(whole["mp3"] + ending)
        assert faults(path) == []
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256) + whole["mp3"])
    assert faults(path) == []
    wav = tmp_path / "a.wav"
    wav.write_bytes(whole["wav"] + b"LIST\x04\x00\x00\x00INFO")
    assert faults(wav) == []


def test_what_is_no_sound_file_has_no_faults_of_its_own(tmp_path: Path) -> None:
    for number, data in enumerate(
        (b"", b"R", b"OggS", b"RIFF\0\0\0\0WAVE", b"\xff\xfb", b"ID3", b".snd", b"FORM\0\0\0\0AIFF")
    ):
        path = tmp_path / str(number)
        path.write_bytes(data)
        assert faults(path) == []
    for _ in range(300):
        path.write_bytes(bytes(RNG.choice([b"RIFF\0\0\0\0WAVE", b"OggS", b"\xff\xfb\x90", b"ID3"])) + RNG.bytes(400))
        faults(path)


def test_a_file_that_breaks_off_before_its_first_sound(whole: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    path.write_bytes(whole["ogg"][:4500])
    with pytest.raises(MediaError, match="breaks off before its first sound"):
        Recording(path)


def test_a_file_whose_sides_cancel_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, SOUND * [1.0, -1.0], RATE)
    source = FileSource(path)
    source.start(0.0)
    source.playhead = source.playhead.played(0.0)
    source.read(1.0)
    assert np.abs(source.read(2.0)).max() > 0.25
    assert "a.wav has sides that cancel" in source.remark
    assert source.fault == ""
    source.close()


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    import os

    from livemusic.session.files import kept, path_of, shown

    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    soundfile.write(os.fsencode(path), SOUND[:RATE], RATE)
    address = kept(path)
    assert address.startswith("file:" + 3 * "/")
    assert address.encode().endswith(b"caf%E9.wav")
    assert path_of(address) == path
    assert kept(tmp_path / "ü.wav") == str(tmp_path / "ü.wav")
    assert path_of(str(tmp_path)) == tmp_path
    for name in (path, address):
        source = FileSource(name)
        assert source.name == shown(path.name) == "caf\ufffd.wav"
        source.close()
