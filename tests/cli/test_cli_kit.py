"""`--kit`: samples are named on the command line, and what is none is refused in a sentence."""

from argparse import ArgumentParser
from pathlib import Path

import pytest

from livemusic.cli import options
from livemusic.errors import MediaError
from livemusic.session.codec import write_session
from livemusic.session.settings import Session


@pytest.fixture
def parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(options, "session_file", lambda: tmp_path / "session.json")

    def parse(*words: str) -> Session:
        parser = ArgumentParser()
        options.add_session_options(parser)
        return options.session_of(parser.parse_args(words))

    return parse


def test_a_folder_and_an_sfz_are_kept_whole_and_none_is_built_in(parsed, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "drums").mkdir()
    (tmp_path / "kit.sfz").touch()
    monkeypatch.chdir(tmp_path)
    assert parsed("--kit", "drums").settings.kit == str(tmp_path / "drums")
    chosen = parsed("--kit", "kit.sfz")
    assert chosen.settings.kit == str(tmp_path / "kit.sfz")
    write_session(tmp_path / "session.json", chosen)
    assert parsed().settings.kit == str(tmp_path / "kit.sfz")
    assert parsed("--kit", "none").settings.kit == ""


@pytest.mark.parametrize(("name", "said"), [("no.sfz", "There is no SFZ file"), ("none.wav", "neither a folder")])
def test_what_is_no_kit_is_refused(parsed, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(MediaError, match=said):
        parsed("--kit", str(tmp_path / name))
