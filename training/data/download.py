"""Fetching a data set once, checked against the sum its publishers give."""

import hashlib
import os
import shutil
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from livemusic.errors import MediaError
from training.progress import progress

_BLOCK = 1 << 20
_TIMEOUT_SECONDS = 60.0


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(url: str, sha256: str, target: Path) -> Path:
    """Download `url` to `target` unless it is there already with the right sum.

    The file appears under its name only once its sum has been checked. Raises `MediaError` when the
    address cannot be read or the sum differs.
    """
    if target.is_file() and sha256_of(target) == sha256:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _download(url, file.fileno())
        found = sha256_of(part)
        if found != sha256:
            raise MediaError(f"{url} has checksum {found}, not {sha256}: try again, or give the data with --data")
        part.replace(target)
    except OSError as error:
        raise MediaError(f"cannot download {url} ({error}): check the network, or give the data with --data") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _download(url: str, descriptor: int) -> None:
    with (
        urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as response,
        open(descriptor, "wb", closefd=False) as file,
    ):
        blocks = -(-int(response.headers.get("Content-Length") or 0) // _BLOCK)
        for block in progress(iter(lambda: response.read(_BLOCK), b""), "download", "MiB", blocks or None):
            file.write(block)


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a zip into `folder` unless it is there; whole or not at all. Raises `MediaError` for a broken one."""
    if folder.is_dir():
        return folder
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=folder.name))
    try:
        with zipfile.ZipFile(archive) as file:
            file.extractall(part)
        part.replace(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise MediaError(f"cannot unpack {archive} ({error}): delete it and try again") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder
