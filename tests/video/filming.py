"""Films for tests, written with the library that reads them."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 44100
_MILLISECOND = Fraction(1, 1000)


def write_film(
    path: Path,
    frames: Sequence[np.ndarray] = (),
    rate: Fraction | int = 25,
    codec: str = "mpeg4",
    sound: np.ndarray | None = None,
    times: Sequence[float] | None = None,
    rotation: int = 0,
    pixel_shape: Fraction | None = None,
    sound_at: float = 0.0,
) -> Path:
    """Write grey `frames` `(height, width)` in 0..1 and mono or stereo `sound` `(n,)` or `(n, 2)` at 44.1 kHz.

    `times` in seconds, if frames do not follow each other evenly; `sound_at`: when the sound begins.
    """
    with av.open(str(path), "w") as film:
        if len(frames):
            picture = film.add_stream(codec, rate=rate)
            picture.height, picture.width = frames[0].shape
            picture.pix_fmt = {"ffv1": "gray", "mjpeg": "yuvj420p"}.get(codec, "yuv420p")
            if codec in ("mpeg4", "libx264"):
                picture.bit_rate = 4_000_000
            if rotation:
                picture.set_display_rotation(rotation)
            if pixel_shape is not None:
                picture.codec_context.sample_aspect_ratio = pixel_shape
            if times is not None:
                picture.codec_context.time_base = _MILLISECOND
        if sound is not None:
            channels = np.atleast_2d(sound.T).astype(np.float32)
            layout = {1: "mono", 2: "stereo"}[len(channels)]
            voice = film.add_stream("aac" if path.suffix in (".mp4", ".mov") else "pcm_s16le", rate=RATE)
            voice.layout = layout
        for number, values in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.round(255 * values).astype(np.uint8), format="gray")
            frame.pts = number if times is None else round(1000 * times[number])
            frame.time_base = 1 / Fraction(rate) if times is None else _MILLISECOND
            film.mux(picture.encode(frame))
        if len(frames):
            film.mux(picture.encode())
        if sound is not None:
            for begin in range(0, channels.shape[1], 1024):
                block = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(channels[:, begin : begin + 1024]), format="fltp", layout=layout
                )
                block.sample_rate = RATE
                block.pts = begin + round(sound_at * RATE)
                block.time_base = Fraction(1, RATE)
                film.mux(voice.encode(block))
            film.mux(voice.encode())
    return path


def bar(width: int, height: int, place: float) -> np.ndarray:
    """A bright upright bar, its middle at `place` of the width, on dark."""
    across = (np.arange(width) + 0.5) / width
    return np.tile(np.where(np.abs(across - place) < 0.05, 0.9, 0.1), (height, 1)).astype(np.float32)


def pendulum(count: int, rate: float, period: float, width: int = 320, height: int = 180) -> list[np.ndarray]:
    """A disc that swings."""
    y, x = np.mgrid[:height, :width] / height
    frames = []
    for number in range(count):
        angle = 0.7 * np.sin(2 * np.pi * number / rate / period)
        across, down = 0.5 * width / height + 0.7 * np.sin(angle), 0.05 + 0.7 * np.cos(angle)
        distance = np.hypot(x - across, y - down)
        frames.append(np.clip(0.15 + 0.8 * (0.12 - distance) * height, 0.15, 0.95).astype(np.float32))
    return frames
