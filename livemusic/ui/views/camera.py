"""Where the path is looked at from: a perspective projection as one frozen value."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import cos, exp, pi, sin

import numpy as np
import numpy.typing as npt

from livemusic.music.tempo import Seconds
from livemusic.ui.views.extent import Extent

_DISTANCE = 3.4
_NEAR = 0.35
#: What is framed is followed within about this time.
_SETTLE: Seconds = 0.9
_TILT_LIMIT = 0.49 * pi
_TURN = np.linspace(0, 2 * pi, 48, endpoint=False)
#: What is framed stays this far from the edges: pixels, and a share of the shorter side.
_EDGE_PIXELS, _EDGE_SHARE = 10.0, 0.045

Floats = npt.NDArray[np.floating]


def _unit_ball() -> Extent:
    return Extent.of(())


@dataclass(frozen=True)
class Camera:
    """Looks at `extent` from `yaw` and `pitch` (radians; pitch above the floor), so that all of it is in the picture.

    The third coordinate of a point is up. `zoom` 1 is the whole path, however it is turned about the upright axis.
    `head_room`: so many pixels above it are left free; `side_room`: so many on the right.
    """

    yaw: float = 0.6
    pitch: float = 0.42
    zoom: float = 1.0
    extent: Extent = field(default_factory=_unit_ball)
    head_room: float = 0.0
    side_room: float = 0.0

    @property
    def centre(self) -> Floats:
        """`(3,)`: what the camera turns around."""
        return self.extent.centre

    @property
    def radius(self) -> float:
        """Of the ball that is framed."""
        return self.extent.radius

    def orbited(self, yaw: float, pitch: float = 0.0) -> "Camera":
        """Turned by so many radians; never over the top."""
        tilt = min(max(self.pitch + pitch, -_TILT_LIMIT), _TILT_LIMIT)
        return replace(self, yaw=(self.yaw + yaw) % (2 * pi), pitch=tilt)

    def zoomed(self, factor: float) -> "Camera":
        """Magnified, within 0.3..12."""
        return replace(self, zoom=min(max(self.zoom * factor, 0.3), 12.0))

    def towards(self, extent: Extent, share: float) -> "Camera":
        """A `share` 0..1 of the way to framing `extent`, all of which is in the picture at any time."""
        return replace(self, extent=self.extent.towards(extent, share))

    def settling(self, extent: Extent, elapsed: Seconds) -> "Camera":
        """Closer to framing `extent` by what `elapsed` seconds bring."""
        return self.towards(extent, 1 - exp(-elapsed / _SETTLE))

    def project(self, points: npt.ArrayLike, width: float, height: float) -> tuple[Floats, Floats]:
        """Screen places `(n, 2)` in pixels and depths `(n,)` of `(n, 3)` points.

        Depth is -1 at the near side of the framed ball, 1 at the far side, and NaN (place too) behind the eye.
        """
        given = np.asarray(points)
        kind = given.dtype if given.dtype.kind == "f" else np.dtype(np.float64)
        x, y, z = ((given - self.centre.astype(kind)) / kind.type(self.radius)).T
        across = cos(self.yaw) * x + sin(self.yaw) * y
        away = cos(self.yaw) * y - sin(self.yaw) * x
        depth = cos(self.pitch) * away - sin(self.pitch) * z
        up = cos(self.pitch) * z + sin(self.pitch) * away
        range_ = depth + kind.type(_DISTANCE)
        range_[range_ < _NEAR] = np.nan
        reach, middle = self._scale(width, height)
        scale = kind.type(reach) / range_
        room = min(self.head_room, height / 4)
        places = np.stack(
            [(width - self.side_room) / 2 + across * scale, (height + room) / 2 + reach * middle - up * scale], 1
        )
        return places, range_ - kind.type(_DISTANCE)

    def corners(self) -> Floats:
        """The eight corners of the framed cube, `(8, 3)`: what lies within moves no further than they do."""
        signs = np.array([[i & 1, i >> 1 & 1, i >> 2 & 1] for i in range(8)]) * 2.0 - 1.0
        return self.centre + signs * self.radius

    def _scale(self, width: float, height: float) -> tuple[float, float]:
        """Pixels for a slope of 1, and the slope that is to be in the middle."""
        wide, low, high = self._slopes
        edge = min(_EDGE_PIXELS + _EDGE_SHARE * min(width, height), 0.3 * min(width, height))
        room = min(self.head_room, height / 4)
        reach = min(((width - self.side_room) / 2 - edge) / wide, (height - room - 2 * edge) / (high - low))
        return reach * self.zoom, (low + high) / 2

    @cached_property
    def _slopes(self) -> tuple[float, float, float]:
        """How far sideways, down and up anything is seen during a whole turn: offset over distance from the eye."""
        out, height = (self.extent.rim / self.radius).T
        away = np.outer(out, np.cos(_TURN))
        upright = height[:, None]
        distance = cos(self.pitch) * away - sin(self.pitch) * upright + _DISTANCE
        up = (cos(self.pitch) * upright + sin(self.pitch) * away) / distance
        across = np.outer(out, np.sin(_TURN)) / distance
        low, high = float(up.min()), float(up.max())
        spare = max(0.05 - (high - low), 0.0) / 2  # next to nothing is not magnified without end
        return max(float(across.max()), 0.05), low - spare, high + spare
