"""Files of a model, read only where they are plain files of a size that a model can have: strangers make them, too."""

import io
import os
import stat
import zipfile
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

MOST_BYTES = 256 << 20
MOST_CARD_BYTES = 4 << 20
_MEGABYTE = 1 << 20


def read_file(path: str | Path, most: int = MOST_BYTES) -> bytes:
    """What is in the plain file `path`; `OSError` for anything else, such as a pipe, and for more than `most` bytes."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise OSError(0, "it is no plain file", str(path))
        if about.st_size > most:
            raise OSError(0, f"it has {about.st_size // _MEGABYTE} MB, the most is {most // _MEGABYTE}", str(path))
        return file.read(most + 1)[:most]


def read_npz(path: str | Path) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of an archive, whose headers are looked at before anything is unfolded.

    `OSError`, `ValueError` or what the archive's reader has for one that is damaged.
    """
    data = read_file(path)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            raise ValueError(f"it unfolds to {size // _MEGABYTE} MB, the most is {MOST_BYTES // _MEGABYTE}")
        for entry in archive.infolist():
            with archive.open(entry) as file:
                _check_header(file, entry.file_size)
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _check_header(file: IO[bytes], size: int) -> None:
    """`ValueError` where the header of an array names more than there is of it."""
    magic = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if magic == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(file)
    if kind.hasobject or any(length < 0 for length in shape):
        raise ValueError("it holds what is no array of numbers")
    count = 1
    for length in shape:
        count *= length
    if count * kind.itemsize > size:
        raise ValueError(f"it says to hold {shape} numbers and does not")
