"""Films made to be embedded: a pendulum, a conductor's beat, a turning shape and others, each with a known period.

A figure is a union of capsules (thick strokes), so all kinds are drawn by one function. The picture is 16:9; places
are in half heights of it: x from -16/9 (left) to 16/9, y from -1 (top) to 1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, grid_sample, interpolate

Array = npt.NDArray[np.float64]
Seconds = float

WIDTH, HEIGHT = 96, 54
RATE = 25.0
"""Frames a second."""
_ASPECT = WIDTH / HEIGHT
_PIXEL = 2.0 / HEIGHT
_CONTROL_RATE = 4.0
"""A shaking hand and changing light are curves through this many random values a second."""

#: Where the hand is at every half beat of a bar: each beat's point, then its rebound. After the usual figures.
_BEATS = {
    2: ((0.0, 0.8), (0.45, 0.3), (0.1, 0.6), (0.0, -0.9)),
    3: ((0.0, 0.8), (-0.2, 0.25), (0.65, 0.55), (0.45, 0.1), (0.15, 0.5), (0.0, -0.9)),
    4: ((0.0, 0.8), (0.2, 0.35), (-0.65, 0.5), (-0.3, 0.1), (0.7, 0.5), (0.5, 0.05), (0.15, 0.45), (0.0, -0.9)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """What moves: capsules from `strokes[..., :2]` to `strokes[..., 2:]` `(time, n, 4)`, `radii` `(n,)`.

    `phase` `(time,)` counts periods; None where nothing repeats.
    """

    strokes: Array
    radii: Array
    phase: Array | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """How a figure is filmed: everything that is not its movement.

    `size` and `place` of the figure; its `shade` before a background of brightness `back`, `clutter` (contrast of a
    cloudy texture), `noise` (standard deviation), `shake` (of the camera, in half heights), `flicker` (of the light)
    and `bars`, the width of the black at both sides.
    """

    size: float = 0.8
    place: tuple[float, float] = (0.0, 0.0)
    shade: float = 0.9
    back: float = 0.15
    clutter: float = 0.0
    noise: float = 0.0
    shake: float = 0.0
    flicker: float = 0.0
    bars: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Frames `(time, 54, 96)` in 0..1 as they are filmed, and the figure alone, at rest in the camera, as masks."""

    frames: Tensor
    figure: Tensor
    phase: Array | None


def pendulum(times: Array, period: Seconds, swing: float = 0.9, start: float = 0.0) -> Figure:
    """A bob on a rod that swings `swing` radians to each side."""
    phase = times / period + start
    angle = swing * np.sin(2 * np.pi * phase)
    bob = np.stack([1.5 * np.sin(angle), 1.5 * np.cos(angle) - 0.9], axis=-1)
    pivot = _at(bob, 0.0, -0.9)
    return _figure(phase, [(pivot, bob, 0.03), (bob, bob, 0.16)])


def metronome(times: Array, period: Seconds, swing: float = 0.5, start: float = 0.0) -> Figure:
    """A rod on a foot that swings upside down, its weight half way up. No model is trained on it."""
    phase = times / period + start
    angle = swing * np.sin(2 * np.pi * phase)
    ray = np.stack([np.sin(angle), -np.cos(angle)], axis=-1)
    foot = _at(ray, 0.0, 0.8)
    side = np.array([0.4, 0.0])
    return _figure(
        phase, [(foot, foot + 1.6 * ray, 0.04), (foot + ray, foot + ray, 0.13), (foot - side, foot + side, 0.1)]
    )


def conductor(times: Array, bar: Seconds, beats: int = 4, start: float = 0.0, mirror: bool = False) -> Figure:
    """Head, body and an arm with a baton that beats 2, 3 or 4 to the bar; `mirror`: the other arm beats, too."""
    phase = times / bar + start
    hand = 0.55 * _closed_curve(np.array(_BEATS[beats]), phase) + [0.55, 0.05]
    shoulder = _at(hand, 0.2, -0.3)
    elbow = (shoulder + hand) / 2 + [0.12, 0.18]
    tip = hand + 0.45 * _unit(hand - elbow + [0.0, -0.25])
    strokes = [
        (_at(hand, 0.0, -0.7), _at(hand, 0.0, -0.7), 0.15),
        (_at(hand, 0.0, -0.3), _at(hand, 0.0, 0.9), 0.22),
        (shoulder, elbow, 0.08),
        (elbow, hand, 0.07),
        (hand, tip, 0.025),
    ]
    if mirror:
        flip = np.array([-1.0, 1.0])
        strokes += [(shoulder * flip, elbow * flip, 0.08), (elbow * flip, hand * flip, 0.07)]
    return _figure(phase, strokes)


def turning(times: Array, period: Seconds, corners: int = 3, start: float = 0.0, flatness: float = 1.0) -> Figure:
    """A polygon that turns about its middle, one corner marked, so that it looks the same once a turn only.

    `flatness` below 1 turns it as seen at a slant.
    """
    phase = times / period + start
    at = 2 * np.pi * (phase[:, None] + np.arange(corners) / corners)
    points = 0.85 * np.stack([np.cos(at), flatness * np.sin(at)], axis=-1)
    following = np.roll(points, -1, axis=1)
    sides = [(points[:, side], following[:, side], 0.07) for side in range(corners)]
    return _figure(phase, [*sides, (points[:, 0], points[:, 0], 0.22)])


def orbit(times: Array, period: Seconds, ratio: int = 2, start: float = 0.0, radius: float = 0.2) -> Figure:
    """A ball on a Lissajous curve."""
    phase = times / period + start
    ball = np.stack([0.9 * np.sin(2 * np.pi * phase), 0.7 * np.sin(2 * np.pi * ratio * phase + 0.9)], axis=-1)
    return _figure(phase, [(ball, ball, radius)])


def dancer(times: Array, period: Seconds, rng: np.random.Generator) -> Figure:
    """A body with four limbs, each swinging its own way, all in one period."""
    phase = times / period
    joints = np.array([[-0.2, -0.35], [0.2, -0.35], [-0.12, 0.3], [0.12, 0.3]])
    sway = 0.15 * np.sin(2 * np.pi * phase + rng.uniform(0, 6))
    middle = np.stack([sway, np.zeros_like(sway)], axis=-1)
    head, neck, hip = (middle + np.array([0.0, level]) for level in (-0.65, -0.3, 0.25))
    strokes = [(neck, hip, 0.15), (head, head, 0.14)]
    for number, joint in enumerate(joints):
        rest = (0.5 if number < 2 else 0.25) * np.pi * rng.uniform(0.5, 1.5) * (1 if number % 2 else -1)
        angle = rest + rng.uniform(0.2, 0.9) * np.sin(2 * np.pi * rng.integers(1, 3) * phase + rng.uniform(0, 6))
        end = middle + joint + 0.6 * np.stack([np.sin(angle), np.cos(angle)], axis=-1)
        strokes.append((middle + joint, end, 0.07))
    return _figure(phase, strokes)


def wanderer(times: Array, pace: Seconds, rng: np.random.Generator) -> Figure:
    """A stick that goes about and turns without repeating itself."""
    knots = rng.normal(0, 0.6, (max(4, math.ceil(times[-1] / pace) + 4), 3))
    way = _open_curve(knots, times / pace)
    arm = rng.uniform(0.1, 0.5) * np.stack([np.cos(3 * way[:, 2]), np.sin(3 * way[:, 2])], axis=-1)
    middle = np.clip(way[:, :2] * [1.4, 1.0], -1.3, 1.3)
    radius = rng.uniform(0.06, 0.25)
    return replace(_figure(times, [(middle - arm, middle + arm, radius)]), phase=None)


def chosen(rng: np.random.Generator, times: Array) -> Figure:
    """A figure of any kind that models are trained on, at any pace."""
    start = rng.uniform()
    kinds: tuple[Callable[[], Figure], ...] = (
        lambda: conductor(times, rng.uniform(1.0, 4.0), int(rng.integers(2, 5)), start),
        lambda: pendulum(times, rng.uniform(0.8, 3.0), rng.uniform(0.3, 1.2), start),
        lambda: conductor(times, rng.uniform(1.0, 4.0), int(rng.integers(2, 5)), start, mirror=True),
        lambda: turning(times, rng.uniform(1.0, 6.0), int(rng.integers(2, 6)), start, rng.uniform(0.4, 1.0)),
        lambda: orbit(times, rng.uniform(1.0, 5.0), int(rng.integers(1, 4)), start, rng.uniform(0.1, 0.35)),
        lambda: dancer(times, rng.uniform(0.8, 3.0), rng),
        lambda: wanderer(times, rng.uniform(0.3, 1.5), rng),
    )
    return kinds[rng.integers(len(kinds))]()


def filmed(rng: np.random.Generator) -> Scene:
    """Any way to film a figure: near or far, somewhere in the picture, in any light, by a calm or shaking hand."""
    size = rng.uniform(0.35, 1.0)
    light, dark = rng.uniform(0.55, 1.0), rng.uniform(0.0, 0.4)
    shade, back = (light, dark) if rng.uniform() < 0.5 else (dark, light)
    place = tuple(rng.uniform(-1, 1) * max(0.0, edge - size) for edge in (_ASPECT, 1.0))
    return Scene(
        size=size,
        place=(place[0], place[1]),
        shade=shade,
        back=back,
        clutter=rng.uniform(0, 0.5) * (rng.uniform() < 0.6),
        noise=rng.uniform(0, 0.1) * (rng.uniform() < 0.7),
        shake=rng.uniform(0, 0.03) * (rng.uniform() < 0.6),
        flicker=rng.uniform(0, 0.1) * (rng.uniform() < 0.3),
        bars=rng.uniform(0, max(0.0, _ASPECT - abs(place[0]) - 0.8 * size)) * (rng.uniform() < 0.2),
    )


def shoot(figure: Figure, scene: Scene, rng: np.random.Generator) -> Film:
    """The film of a figure in a scene; what is random in it comes from `rng`."""
    count = len(figure.strokes)
    still = _masks(figure, scene, np.zeros((count, 2)))
    sway = scene.shake * drift(rng, count, 2)
    moved = _masks(figure, scene, sway) if scene.shake else still
    room = _background(rng, scene, sway)
    light = 1 + scene.flicker * drift(rng, count, 1)[:, 0]
    frames = room * (1 - moved) + scene.shade * moved
    frames = frames * torch.from_numpy(light).float()[:, None, None]
    if scene.noise:
        grain = torch.from_numpy(rng.standard_normal(frames.shape, np.float32))
        frames = frames + scene.noise * grain
    if scene.bars:
        outside = torch.from_numpy(np.abs(_axis(WIDTH) * _ASPECT) > _ASPECT - scene.bars)
        frames = torch.where(outside, torch.zeros(()), frames)
        still = torch.where(outside, torch.zeros(()), still)
    return Film(frames.clamp(0, 1), still, figure.phase)


def moments(seconds: Seconds) -> Array:
    """The times of the frames of a film."""
    return np.arange(round(seconds * RATE)) / RATE


def _figure(phase: Array, strokes: list[tuple[Array, Array, float]]) -> Figure:
    ends = np.stack([np.concatenate([begin, end], axis=-1) for begin, end, _ in strokes], axis=1)
    return Figure(ends, np.array([radius for _, _, radius in strokes]), phase)


def _masks(figure: Figure, scene: Scene, sway: Array) -> Tensor:
    """The figure `(time, height, width)` in 0..1, its edges as soft as a pixel."""
    shift = np.asarray(scene.place) + sway
    strokes = scene.size * figure.strokes + np.tile(shift, 2)[:, None]
    x, y = (torch.from_numpy(axis).float() for axis in (_axis(WIDTH) * _ASPECT, _axis(HEIGHT)))
    drawn = torch.zeros(len(strokes), HEIGHT, WIDTH)
    for number, radius in enumerate(figure.radii):
        begin_x, begin_y, end_x, end_y = torch.from_numpy(strokes[:, number]).float().T[:, :, None, None]
        to_x, to_y = end_x - begin_x, end_y - begin_y
        from_x, from_y = x[None, None, :] - begin_x, y[None, :, None] - begin_y
        length = (to_x**2 + to_y**2).clamp_min(1e-9)
        along = ((from_x * to_x + from_y * to_y) / length).clamp(0, 1)
        distance = torch.sqrt((from_x - along * to_x) ** 2 + (from_y - along * to_y) ** 2)
        edge = max(scene.size * radius, 0.6 * _PIXEL)
        drawn = torch.maximum(drawn, (0.5 + (edge - distance) / _PIXEL).clamp(0, 1))
    return drawn


def _background(rng: np.random.Generator, scene: Scene, sway: Array) -> Tensor:
    """The room `(time or 1, height, width)`: plain, or a cloudy texture that moves with the camera."""
    if not scene.clutter:
        return torch.full((1, HEIGHT, WIDTH), scene.back)
    cloud = torch.zeros(1, 1, HEIGHT, WIDTH)
    for octave in range(1, 5):
        grain = torch.from_numpy(rng.standard_normal((1, 1, 2**octave, 2 * 2**octave), np.float32))
        cloud += interpolate(grain, (HEIGHT, WIDTH), mode="bilinear", align_corners=True) / octave
    cloud = scene.back + scene.clutter * cloud / (3 * cloud.std())
    if not scene.shake:
        return cloud[0].clamp(0, 1)
    shift = torch.from_numpy(sway / [_ASPECT, 1.0]).float()[:, None, None]
    rows, columns = torch.meshgrid(
        torch.from_numpy(_axis(HEIGHT)).float(), torch.from_numpy(_axis(WIDTH)).float(), indexing="ij"
    )
    places = torch.stack([columns, rows], dim=-1)[None] - shift
    moved = grid_sample(cloud.expand(len(sway), -1, -1, -1), places, padding_mode="reflection", align_corners=False)
    return moved[:, 0].clamp(0, 1)


def shrunk(pictures: Tensor) -> Tensor:
    """Pictures `(..., height, width)` at half the size."""
    flat = pictures.reshape(-1, 1, *pictures.shape[-2:])
    return avg_pool2d(flat, 2).reshape(*pictures.shape[:-2], pictures.shape[-2] // 2, pictures.shape[-1] // 2)


def _axis(size: int) -> Array:
    """The centres of `size` pixels from -1 to 1."""
    return (np.arange(size) + 0.5) / size * 2 - 1


def drift(rng: np.random.Generator, count: int, columns: int, rate: float = _CONTROL_RATE) -> Array:
    """Smooth random curves `(count frames, columns)` of unit variance, `rate` turns a second."""
    knots = rng.normal(size=(math.ceil(count / RATE * rate) + 4, columns))
    return _open_curve(knots, np.arange(count) / RATE * rate)


def _open_curve(knots: Array, at: Array) -> Array:
    """A smooth curve through `knots` (Catmull-Rom); `at` counts them from 0."""
    first = np.floor(at).astype(int)
    share = (at - first)[:, None]
    before, begin, end, after = (knots[first + offset] for offset in range(4))
    slope_in, slope_out = (end - before) / 2, (after - begin) / 2
    bend = 2 * (begin - end) + slope_in + slope_out
    return np.asarray(
        begin + share * (slope_in + share * (3 * (end - begin) - 2 * slope_in - slope_out + share * bend))
    )


def _closed_curve(knots: Array, phase: Array) -> Array:
    """A smooth closed curve through `knots`, once round as `phase` grows by 1."""
    around = np.concatenate([knots[-1:], knots, knots[:3]])
    return _open_curve(around, (phase % 1.0) * len(knots))


def _at(like: Array, x: float, y: float) -> Array:
    """A place that stays where it is."""
    return np.broadcast_to(np.array([x, y]), like.shape)


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
