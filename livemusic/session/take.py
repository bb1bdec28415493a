"""A recorded path on disk: `trajectory.npz` with `t` (s), `z` and `model_id`."""

import zipfile
import zlib

import numpy as np

from livemusic.errors import MediaError
from livemusic.latent.trajectory import Trajectory
from livemusic.session.files import AnyPath, replacing

_UNREADABLE = (
    OSError, ValueError, TypeError, LookupError, EOFError, MemoryError, NotImplementedError, RuntimeError, SyntaxError,
    OverflowError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def write_take(path: AnyPath, trajectory: Trajectory) -> None:
    """Write a path whole or not at all; `MediaError` where that fails."""
    try:
        with replacing(path) as file:
            np.savez(file, t=trajectory.t, z=trajectory.z, model_id=np.array(trajectory.model_id))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{path}: this take cannot be written ({reason}): choose another name or folder") from error


def read_take(path: AnyPath) -> Trajectory:
    """Read a path written by `write_take`; `MediaError` says what is wrong with the file."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            t, z, model_id = (np.asarray(arrays[name]) for name in ("t", "z", "model_id"))
        if t.dtype.kind not in "fiu" or z.dtype.kind not in "fiu" or z.ndim != 2 or t.shape != z.shape[:1]:
            raise ValueError(f"t {t.shape} and z {z.shape} are not the times and points of a path")
        trajectory = Trajectory(z.shape[1], str(model_id))
        with np.errstate(over="ignore"):
            trajectory.append(np.column_stack((t, z)).astype(np.float32))
    except _UNREADABLE as error:
        reason = getattr(error, "strerror", None) or str(error)[:300] or type(error).__name__
        raise MediaError(f"{path}: this is not a take that can be read ({reason}): record or embed it again") from error
    return trajectory
