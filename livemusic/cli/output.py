"""Where a command writes to: checked before the work, so that nothing is computed for nothing."""

import os
from pathlib import Path

from livemusic.errors import MediaError


def folder_for(folder: Path) -> Path:
    """`folder`, made if need be and known to be writable; `MediaError` otherwise."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise MediaError(
            f"The folder {folder} cannot be made: {problem.strerror}. Choose another one with --out."
        ) from problem
    if not os.access(folder, os.W_OK | os.X_OK):
        raise MediaError(f"The folder {folder} cannot be written to. Choose another one with --out.")
    return folder


def file_for(path: Path, suffix: str) -> Path:
    """`path`, whose folder exists or can be made, ending in `suffix`; `MediaError` otherwise."""
    if path.suffix.lower() != suffix:
        raise MediaError(f"{path} should end in {suffix}.")
    folder_for(path.parent)
    try:
        there = path.is_dir()
    except OSError as problem:
        raise MediaError(f"{path} cannot be written: {problem.strerror}. Choose another name with --out.") from problem
    if there:
        raise MediaError(f"{path} is a folder; name a file to write.")
    return path
