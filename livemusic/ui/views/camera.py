"""Where the path is looked at from: a perspective projection as one frozen value."""

from dataclasses import dataclass, replace
from math import cos, pi, sin, sqrt

import numpy as np
import numpy.typing as npt

_DISTANCE = 3.4
_NEAR = 0.35
_TILT_LIMIT = 0.49 * pi

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks at `centre` from `yaw` and `pitch` (radians; pitch above the floor), so that `radius` fills the view.

    The third coordinate of a point is up. `zoom` 1 is the whole path.
    """

    yaw: float = 0.6
    pitch: float = 0.42
    zoom: float = 1.0
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    radius: float = 1.0

    def orbited(self, yaw: float, pitch: float = 0.0) -> "Camera":
        """Turned by so many radians; never over the top."""
        tilt = min(max(self.pitch + pitch, -_TILT_LIMIT), _TILT_LIMIT)
        return replace(self, yaw=(self.yaw + yaw) % (2 * pi), pitch=tilt)

    def zoomed(self, factor: float) -> "Camera":
        """Magnified, within 0.3..12."""
        return replace(self, zoom=min(max(self.zoom * factor, 0.3), 12.0))

    def towards(self, centre: npt.NDArray[np.float32], radius: float, share: float) -> "Camera":
        """A `share` 0..1 of the way to framing `centre` and `radius`."""
        here = np.asarray(self.centre)
        x, y, z = (here + (np.asarray(centre, float) - here) * share).tolist()
        return replace(self, centre=(x, y, z), radius=self.radius + (radius - self.radius) * share)

    def project(self, points: npt.ArrayLike, width: float, height: float) -> tuple[Floats, Floats]:
        """Screen places `(n, 2)` in pixels and depths `(n,)` of `(n, 3)` points.

        Depth is -1 at the near side of the framed sphere, 1 at the far side, and NaN (place too) behind the eye.
        """
        given = np.asarray(points)
        kind = given.dtype if given.dtype.kind == "f" else np.dtype(np.float64)
        x, y, z = ((given - np.asarray(self.centre, kind)) / kind.type(self.radius)).T
        across = cos(self.yaw) * x + sin(self.yaw) * y
        away = cos(self.yaw) * y - sin(self.yaw) * x
        depth = cos(self.pitch) * away - sin(self.pitch) * z
        up = cos(self.pitch) * z + sin(self.pitch) * away
        range_ = depth + kind.type(_DISTANCE)
        range_[range_ < _NEAR] = np.nan
        reach = min(0.5 * width, 0.56 * height) * 1.04
        scale = kind.type(reach * self.zoom * sqrt(_DISTANCE**2 - 1)) / range_
        places = np.stack([width / 2 + across * scale, height / 2 - up * scale], 1)
        return places, range_ - kind.type(_DISTANCE)

    def frame(self) -> Floats:
        """The eight corners of the framed cube, `(8, 3)`: what lies within moves no further than they do."""
        signs = np.array([[i & 1, i >> 1 & 1, i >> 2 & 1] for i in range(8)]) * 2.0 - 1.0
        return np.asarray(self.centre) + signs * self.radius
