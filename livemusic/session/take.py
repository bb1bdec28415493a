"""A path on disk: `trajectory.npz`, or as a table or JSON lines for other programs."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from livemusic.errors import MediaError
from livemusic.latent.points import UNKNOWN_DB, Points
from livemusic.latent.view import View
from livemusic.session.files import AnyPath, replacing

#: What a path may be written as, by the end of the name.
SUFFIXES = (".npz", ".csv", ".jsonl")
_UNREADABLE = (
    OSError, ValueError, TypeError, LookupError, EOFError, MemoryError, NotImplementedError, RuntimeError, SyntaxError,
    OverflowError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A finished path: its points, in the space of the model `model_id`, and the view that they are drawn in.

    Times are whole samples at `sample_rate`. `section`: the number of the section that each point belongs to, -1 for
    none, `(n,)`; empty where nobody looked.
    """

    points: Points
    model_id: str
    view: View
    sample_rate: float = 44100
    section: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def t(self) -> npt.NDArray[np.float64]:
        """`(n,)` seconds."""
        return np.round(self.points.t.astype(np.float64) * self.sample_rate) / self.sample_rate

    @property
    def places(self) -> npt.NDArray[np.float32]:
        """Where its points are drawn, `(n, 3)`."""
        return self.view.place(self.points.z)

    @property
    def sections(self) -> npt.NDArray[np.int32]:
        """`section` of every point, -1 where nobody looked."""
        return self.section if len(self.section) else np.full(len(self.points.rows), -1, np.int32)


def write_take(path: AnyPath, take: Take) -> None:
    """Write a path whole or not at all, as the end of its name says (NPZ for any other); `MediaError` where that fails.

    NPZ: `t` (s), `level` (dB full scale), `z` `(n, dim)`, `view` `(n, 3)`, `section`, `spectra`, `model_id` and the
    `layout` that makes the view. CSV and JSON lines: the first of these up to `section`, a line a point.
    """
    kind = Path(path).suffix.lower()
    try:
        with replacing(path) as file:
            if kind == ".csv":
                file.write("".join(_table(take)).encode())
            elif kind == ".jsonl":
                file.writelines(msgspec.json.encode(line) + b"\n" for line in _lines(take))
            else:
                points = take.points
                np.savez(
                    file,
                    t=take.t,
                    level=points.level,
                    z=points.z,
                    view=take.places,
                    section=take.sections,
                    spectra=points.spectra,
                    layout=np.frombuffer(take.view.to_bytes(), np.uint8),
                    model_id=np.array(take.model_id),
                )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{path}: this take cannot be written ({reason}): choose another name or folder") from error


def read_take(path: AnyPath) -> Take:
    """Read a path written by `write_take` as NPZ, also by older versions; `MediaError` says what is wrong with it."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            t, z, model_id = (np.asarray(arrays[name]) for name in ("t", "z", "model_id"))
            kept = {
                name: np.asarray(arrays[name]) for name in ("level", "section", "spectra", "layout") if name in arrays
            }
        if t.dtype.kind not in "fiu" or z.dtype.kind not in "fiu" or z.ndim != 2 or t.shape != z.shape[:1]:
            raise ValueError(f"t {t.shape} and z {z.shape} are not the times and points of a path")
        count, dim = z.shape
        if not 1 <= dim <= 4096:
            raise ValueError(f"points of {dim} numbers")
        level = kept.get("level", np.full(count, UNKNOWN_DB))
        section = kept.get("section", np.empty(0)).astype(np.int32)
        spectra = kept.get("spectra", np.empty((count, 0))).astype(np.uint8)
        if (
            level.shape != (count,)
            or section.shape not in ((0,), (count,))
            or spectra.shape[:1] != (count,)
            or spectra.ndim != 2
        ):
            raise ValueError("its parts are not of one length")
        view = View.from_bytes(kept["layout"].tobytes()) if "layout" in kept else View.plain(dim)
        if len(view.origin) != dim:
            raise ValueError(f"a view of {len(view.origin)} numbers for points of {dim}")
        with np.errstate(over="ignore"):
            rows = np.column_stack((t, level, z)).astype(np.float32)
        if not np.isfinite(rows).all() or (np.diff(rows[:, 0]) < 0).any():
            raise ValueError("its numbers must be finite, and time must not run backwards")
    except _UNREADABLE as error:
        reason = getattr(error, "strerror", None) or str(error)[:300] or type(error).__name__
        raise MediaError(f"{path}: this is not a take that can be read ({reason}): record or embed it again") from error
    return Take(Points(rows, spectra), str(model_id), view, section=section)


def _table(take: Take) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = [f"z{number}" for number in range(1, take.points.z.shape[1] + 1)]
    writer.writerow(["t", "level", "x", "y", "z", "section", *names])
    for point in _each(take):
        writer.writerow([_short(value) for value in point])
    yield buffer.getvalue()


def _lines(take: Take) -> Iterator[dict[str, object]]:
    for t, level, x, y, z, section, *wide in _each(take):
        yield {"t": t, "level": level, "view": [x, y, z], "section": section, "z": wide}


def _each(take: Take) -> Iterator[Sequence[float]]:
    told = take.t.tolist(), take.points.rows.tolist(), take.places.tolist(), take.sections.tolist()
    for t, row, place, section in zip(*told, strict=True):
        yield [t, row[1], *place, section, *row[2:]]


def _short(value: float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
