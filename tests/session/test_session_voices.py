"""Matched voices in presets: kept, left out of old files, refused where they are none."""

from pathlib import Path

import msgspec
import pytest

from livemusic.errors import PresetError
from livemusic.session.changes import differences
from livemusic.session.codec import encode, read_preset, write_preset
from livemusic.session.edits import with_voice
from livemusic.session.settings import Session
from tests.dsp.test_dsp_matching import TOM

GOLDEN = Path(__file__).parents[1] / "golden"


def test_a_matched_voice_is_kept_and_taken_back(tmp_path: Path) -> None:
    session = with_voice(Session(read_preset(GOLDEN / "preset-1.json")), 5, None)
    assert session.preset.voices == {}
    matched = with_voice(session, 4, TOM)
    assert differences(session, matched) == {"voices"}
    write_preset(tmp_path / "mine.json", matched.preset)
    assert read_preset(tmp_path / "mine.json") == matched.preset
    assert with_voice(matched, 4, None) == session


def test_a_preset_of_before_has_no_matched_voices(tmp_path: Path) -> None:
    old = msgspec.json.decode((GOLDEN / "preset-1.json").read_bytes())
    assert old.pop("voices")
    (tmp_path / "old.json").write_bytes(msgspec.json.encode(old))
    assert read_preset(tmp_path / "old.json").voices == {}


def test_what_is_no_voice_is_said(tmp_path: Path) -> None:
    preset = read_preset(GOLDEN / "preset-1.json")
    with pytest.raises(ValueError, match="no voice 'gong' to match"):
        msgspec.structs.replace(preset, voices={"gong": TOM})
    broken = encode(msgspec.structs.replace(preset, voices={"kick": TOM})).replace(
        b'"pitch_hz": 110.0', b'"pitch_hz": 1e9'
    )
    (tmp_path / "broken.json").write_bytes(broken)
    with pytest.raises(PresetError, match="pitch_hz"):
        read_preset(tmp_path / "broken.json")
