"""Films on their way to disk: pictures and sound as H.264 and AAC in one MP4 file, whole or not at all."""

from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from types import TracebackType
from typing import Self

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream

from livemusic.errors import MediaError
from livemusic.session.files import replacing, shown

#: Rates that AAC knows and every player plays; other sound is brought to the first.
_RATES = (48000, 44100, 32000, 24000, 22050, 16000)
_SOUND_BITS = 192_000
#: Quality (constant rate factor) and effort: so that film is written faster than it plays, on two cores.
_QUALITY, _EFFORT = "21", "superfast"
_SIZES = (64, 7680)
_WAITING = 3
_NO_MORE = None

Pixels = npt.NDArray[np.uint8]
"""`(height, width, 4)`: blue, green, red and one that is not looked at."""


class FilmWriter:
    """Writes a film of `size` (even width and height, pixels) at `fps` pictures a second, with sound of `sample_rate`.

    `picture` and `sound` take what comes next of each, in step within a second or so; `finish` puts the film in its
    place. As a context it does that at the end, and leaves nothing behind where that is not reached. Encoding has a
    thread of its own. `MediaError` where it cannot be written.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: int, sample_rate: int, channels: int = 2) -> None:
        width, height = size
        if width % 2 or height % 2 or not all(_SIZES[0] <= side <= _SIZES[1] for side in size):
            raise ValueError(f"a film of {width}×{height} cannot be: even numbers from {_SIZES[0]} to {_SIZES[1]} can")
        self._path = path
        self._stack = ExitStack()
        self._queue: Queue[av.VideoFrame | npt.NDArray[np.float32] | None] = Queue(_WAITING)
        self._failure: BaseException | None = None
        self._stopped = Event()
        self._shown = self._heard = 0
        try:
            self._file = self._stack.enter_context(replacing(path))
            self._container: OutputContainer = av.open(self._file, "w", format="mp4")
            self._picture = self._picture_stream(size, fps)
            rate = sample_rate if sample_rate in _RATES else _RATES[0]
            self._layout = "mono" if channels == 1 else "stereo"
            self._sound: AudioStream = self._container.add_stream(
                "aac", rate=rate, layout=self._layout, bit_rate=_SOUND_BITS
            )
        except (OSError, ValueError, av.FFmpegError) as problem:
            self._stack.close()
            raise self._complaint(problem) from problem
        self._rate = sample_rate
        self._even = AudioResampler(format="fltp", layout=self._layout, rate=rate)
        self._reformatter = VideoReformatter()
        self._thread = Thread(target=self._encode, name="film", daemon=True)
        self._thread.start()

    def picture(self, pixels: Pixels) -> None:
        """The next picture."""
        self._put(av.VideoFrame.from_ndarray(pixels, format="bgra"))

    def sound(self, samples: npt.NDArray[np.float32]) -> None:
        """The next `(n, channels)` samples; of more than two channels the first two."""
        if len(samples):
            self._put(np.ascontiguousarray(samples, np.float32))

    def finish(self) -> None:
        """Write what is left, and put the film in its place."""
        self._put(_NO_MORE)
        self._thread.join()
        try:
            if self._failure is not None:
                raise self._failure
            self._container.close()
        except (OSError, ValueError, av.FFmpegError) as problem:
            self._drop(problem)
            raise self._complaint(problem) from problem
        try:
            self._stack.close()
        except OSError as problem:
            raise self._complaint(problem) from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None:
            self.finish()
        elif self._thread.is_alive() or self._failure is None:
            self._stopped.set()
            while self._thread.is_alive():
                if not self._queue.full():
                    self._queue.put(_NO_MORE)
                self._thread.join(0.01)
            self._drop(problem)
        else:
            self._drop(problem)

    def _drop(self, problem: BaseException) -> None:
        """Leave nothing behind."""
        with suppress(OSError, ValueError, av.FFmpegError):
            self._container.close()
        with suppress(OSError):  # what is left of the file cannot be written either, and need not be
            self._stack.__exit__(type(problem), problem, problem.__traceback__)

    def _put(self, piece: av.VideoFrame | npt.NDArray[np.float32] | None) -> None:
        if self._failure is not None:
            raise self._complaint(self._failure) from self._failure
        self._queue.put(piece)

    def _picture_stream(self, size: tuple[int, int], fps: int) -> VideoStream:
        stream: VideoStream = self._container.add_stream(
            "libx264", rate=Fraction(fps), options={"crf": _QUALITY, "preset": _EFFORT}
        )
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, fps)
        context.gop_size = 2 * fps
        context.colorspace, context.color_primaries, context.color_trc = 1, 1, 1  # BT.709
        context.color_range = 1  # 16..235
        context.thread_type = "AUTO"
        return stream

    # The rest runs on the thread.

    def _encode(self) -> None:
        try:
            while (piece := self._queue.get()) is not _NO_MORE and not self._stopped.is_set():
                if isinstance(piece, av.VideoFrame):
                    self._add_picture(piece)
                else:
                    self._add_sound(piece)
            if not self._stopped.is_set():
                self._end()
        except BaseException as problem:
            self._failure = problem
            while not self._stopped.is_set() and self._queue.get() is not _NO_MORE:
                pass  # who still puts something in must not wait for ever

    def _add_picture(self, frame: av.VideoFrame) -> None:
        made = self._reformatter.reformat(frame, format="yuv420p", dst_colorspace=Colorspace.ITU709)
        made.pts, made.time_base = self._shown, self._picture.codec_context.time_base
        self._shown += 1
        self._container.mux(self._picture.encode(made))

    def _add_sound(self, samples: npt.NDArray[np.float32]) -> None:
        wide = samples.reshape(len(samples), -1)
        count = 1 if self._layout == "mono" else 2
        sides = np.stack([wide[:, min(side, wide.shape[1] - 1)] for side in range(count)])
        sides = np.clip(np.nan_to_num(sides), -1.0, 1.0)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sides), format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._heard, Fraction(1, self._rate)
        self._heard += len(samples)
        for even in self._even.resample(frame):
            self._container.mux(self._sound.encode(even))

    def _end(self) -> None:
        for even in self._even.resample(None):
            self._container.mux(self._sound.encode(even))
        for stream in (self._picture, self._sound):
            self._container.mux(stream.encode(None))

    def _complaint(self, problem: BaseException) -> MediaError:
        reason = getattr(problem, "strerror", None) or str(problem)
        return MediaError(
            f"The film {shown(self._path)} cannot be written ({reason.rstrip('.')}). Choose another name or folder."
        )
