"""A picture of the path as a file."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from livemusic.errors import MediaError
from livemusic.ui.picture import picture
from livemusic.ui.views.trajectory import wandering


def test_a_picture_is_a_png_of_the_asked_size(app, tmp_path: Path) -> None:
    picture(wandering(300), tmp_path / "path.png", (500, 300))
    image = QImage(str(tmp_path / "path.png"))
    assert (image.width(), image.height()) == (500, 300)


def test_a_picture_that_cannot_be_written_says_so(app, tmp_path: Path) -> None:
    (tmp_path / "no folder").write_text("a file")
    with pytest.raises(MediaError, match=r"path\.png"):
        picture(wandering(30), tmp_path / "no folder" / "path.png", (50, 30))
