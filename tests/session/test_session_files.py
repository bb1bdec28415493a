import os
from pathlib import Path

import pytest

from livemusic.session.files import replacing, set_aside


def test_an_interrupted_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with replacing(path) as file:
            file.write(b"ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_until_the_end_of_the_block_the_old_file_stands(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a"
    with replacing(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["a"]


def test_set_aside_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    kept = []
    for text in "123":
        path.write_text(text)
        kept.append(set_aside(path))
    assert [one.name for one in kept] == ["a.json.broken", "a.json.broken.2", "a.json.broken.3"]
    assert [one.read_text() for one in kept] == ["1", "2", "3"]
