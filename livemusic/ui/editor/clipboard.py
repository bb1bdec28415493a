"""Hits that were copied, on the system's clipboard: from one pattern to another, also of another window."""

import msgspec
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from livemusic.music.grid import Row

_KIND = "application/x-livemusic-hits"


def put(rows: tuple[Row, ...]) -> None:
    """Put rows (step, voice, velocity, offset) there."""
    mime = QMimeData()
    mime.setData(_KIND, msgspec.json.encode(rows))
    QGuiApplication.clipboard().setMimeData(mime)


def taken() -> tuple[Row, ...]:
    """The rows that are there; none where there is something else."""
    mime = QGuiApplication.clipboard().mimeData()
    if mime is None or not mime.hasFormat(_KIND):
        return ()
    try:
        return msgspec.json.decode(bytes(mime.data(_KIND)), type=tuple[Row, ...])
    except msgspec.DecodeError:
        return ()
