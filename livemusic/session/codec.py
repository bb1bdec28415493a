"""Presets, settings and sessions as JSON that people can read, edit and keep.

Every format that was ever written is read for ever: `tests/golden/` holds a file of each, and the tables below
a reader for each.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from platformdirs import user_state_path

from livemusic.errors import PresetError
from livemusic.session.files import AnyPath, kept_from, replacing, set_aside
from livemusic.session.preset import Preset
from livemusic.session.settings import Session, Settings

T = TypeVar("T")
Readers = Mapping[int, Callable[[bytes], T]]

#: Larger files are none of ours.
MOST_BYTES = 8 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_INDENT = "  "


class _Head(msgspec.Struct, frozen=True):
    """The one field that every file of ours has; the rest is skipped."""

    format: int = 1


class _SessionParts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A session whose preset and settings may each be of an older format."""

    preset: msgspec.Raw
    settings: msgspec.Raw = msgspec.Raw(b"{}")
    format: int = 1


def _session_1(data: bytes) -> Session:
    parts = msgspec.json.decode(data, type=_SessionParts)
    return Session(_decode(bytes(parts.preset), _PRESETS), _decode(bytes(parts.settings), _SETTINGS))


_PRESETS: Readers[Preset] = {1: msgspec.json.Decoder(Preset).decode}
_SETTINGS: Readers[Settings] = {1: msgspec.json.Decoder(Settings).decode}
_SESSIONS: Readers[Session] = {1: _session_1}


def read_preset(path: AnyPath) -> Preset:
    """Read a preset of any format; `PresetError` says what is wrong with the file."""
    return read_versioned(path, "preset", _PRESETS)


def read_settings(path: AnyPath) -> Settings:
    """Read settings of any format; `PresetError` says what is wrong with the file."""
    return read_versioned(path, "settings file", _SETTINGS)


def read_session(path: AnyPath) -> Session:
    """Read a saved session of any format; `PresetError` says what is wrong with the file."""
    return read_versioned(path, "session file", _SESSIONS)


def write_preset(path: AnyPath, preset: Preset) -> None:
    """Write a preset whole or not at all; `PresetError` where that fails."""
    write_whole(path, "preset", lambda: encode(preset))


def write_settings(path: AnyPath, settings: Settings) -> None:
    """Write settings whole or not at all; `PresetError` where that fails."""
    write_whole(path, "settings file", lambda: encode(settings))


def write_session(path: AnyPath, session: Session) -> None:
    """Write a session whole or not at all; `PresetError` where that fails."""
    write_whole(path, "session file", lambda: encode(session))


def save_preset(path: AnyPath, preset: Preset) -> None:
    """Write a preset where the musician says, over nothing but another preset; `PresetError` where that fails."""
    spare(path, "preset", read_preset)
    write_preset(path, preset)


def save_session(path: AnyPath, session: Session) -> None:
    """Write a session where the musician says, over nothing but another session; `PresetError` where that fails."""
    spare(path, "session file", read_session)
    write_session(path, session)


def spare(path: AnyPath, what: str, read: Callable[[AnyPath], object]) -> None:
    """`PresetError` where writing to `path` would replace a file that `read` does not know as a `what`."""
    try:
        if kept_from(path):
            read(path)
    except (OSError, ValueError, PresetError) as error:
        raise PresetError(
            f"{path}: there is another file already, which is no {what}, and it is left as it is: choose another name"
        ) from error


def session_file() -> Path:
    """Where the session is kept as it is played, so that livemusic comes back as it was, even after a power cut."""
    return user_state_path("livemusic", appauthor=False) / "session.json"


def recover(path: AnyPath, default: T, read: Callable[[AnyPath], T]) -> tuple[T, str | None]:
    """`read` a file of our own, whatever state it is in: `(value, notice for the musician or None)`.

    A missing file gives the default; a broken or newer one is set aside as
    `NAME.broken` first, so that saving again loses nothing.
    """
    if not os.path.lexists(path):
        return default, None
    try:
        return read(path), None
    except PresetError as error:
        try:
            kept = set_aside(path)
        except OSError:
            return default, f"{error}; the defaults are used"
        return default, f"{error}; it was set aside as {kept.name} and the defaults are used"


def encode(value: Preset | Settings | Session) -> bytes:
    """JSON that is the same for the same value: format first, single values next, a line for each list of hits.

    `ValueError` where a name is not valid text.
    """
    return (_pretty(msgspec.to_builtins(value), "") + "\n").encode()


def _pretty(value: object, margin: str) -> str:
    inner = margin + _INDENT
    if isinstance(value, dict) and value:
        keys = sorted(value, key=lambda key: (key != "format", _has_object(value[key])))
        lines = [f"{inner}{_line(key)}: {_pretty(value[key], inner)}" for key in keys]
        return "{\n" + ",\n".join(lines) + f"\n{margin}}}"
    if _has_object(value) and isinstance(value, list | tuple):
        return "[\n" + ",\n".join(inner + _pretty(item, inner) for item in value) + f"\n{margin}]"
    return _line(value)


def _line(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def _has_object(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list | tuple) and any(map(_has_object, value)))


def _decode(data: bytes, readers: Readers[T]) -> T:
    version = msgspec.json.decode(data, type=_Head).format
    if version > max(readers):
        raise ValueError(f"it is of format {version}, newer than the {max(readers)} known here - update livemusic")
    if version not in readers:
        raise ValueError(f"there is no format {version}")
    return readers[version](data)


def read_versioned(path: AnyPath, what: str, readers: Readers[T]) -> T:
    """Read a JSON file of a format that `readers` know; `PresetError` calls it `what` and says what is wrong."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PresetError(f"{path}: this {what} cannot be opened ({reason}): check its name and permissions") from error
    try:
        if len(data) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES >> 20} MB")
        return _decode(data.removeprefix(_BYTE_ORDER_MARK), readers)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PresetError(
            f"{path}: this {what} cannot be used ({_brief(str(error))}): correct or replace it"
        ) from error


def _brief(reason: str) -> str:
    return reason if len(reason) <= 300 else f"{reason[:150]} ... {reason[-150:]}"


def write_whole(path: AnyPath, what: str, data: Callable[[], bytes]) -> None:
    """Write `data()` whole or not at all; `PresetError` calls it `what` and says why not."""
    try:
        encoded = data()
        with replacing(path) as file:
            file.write(encoded)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PresetError(f"{path}: this {what} cannot be written ({reason}): choose another name or folder") from error
