"""Films: their frames as small grey pictures with their times, one after the other, whatever the format."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from livemusic.errors import MediaError
from livemusic.session.files import AnyPath, path_of, shown

Picture = npt.NDArray[np.float32]
Seconds = float

#: Files that are opened as films.
SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".vob"),
    *(".wmv", ".asf", ".flv", ".3gp", ".3g2", ".ogv", ".mxf", ".dv", ".gif"),
)
#: Pixels of a frame: 8192 by 8192, twice the largest format that cameras write.
_MOST_PIXELS = 1 << 26
#: A film may end this much before the end that it announces: its sound is often longer.
_SLACK: Seconds = 1.0
#: No film stands still for longer: its clock has jumped.
_LONGEST_GAP: Seconds = 60.0
_TRIES = 20
_STILL = Disposition.attached_pic | Disposition.timed_thumbnails


class Film:
    """A film that is open: any container, codec, size, shape of pixels, rotation and frame rate, also a changing one.

    `length` is how long it says to be, in seconds, None where it doesn't.
    `MediaError` where it cannot be opened or has no picture. Where it is damaged, reading goes on behind that as far as
    possible, and `remark` says so.
    """

    def __init__(self, path: AnyPath) -> None:
        self._path = path_of(path)
        self.name = shown(self._path.name)
        self._file, self._container = opened(self._path)
        try:
            self._stream = self._picture_stream()
            _check_size(self.name, self._stream.codec_context.width, self._stream.codec_context.height)
        except BaseException:
            self.close()
            raise
        self._stream.thread_type = "AUTO"
        self._begin = begin_of(self._container)
        self.length = length_of(self._container)
        self._scaler = VideoReformatter()
        self._damaged: Seconds | None = None
        self._seen: Seconds = 0.0
        self._over = False

    @property
    def frame_rate(self) -> float:
        """Frames a second, on average, as the file says; 25 where it doesn't."""
        return float(self._stream.average_rate or self._stream.guessed_rate or 25)

    @property
    def remark(self) -> str:
        """Where it is damaged or breaks off, as far as is known by now, in a sentence; `` where it is whole."""
        said = []
        if self._damaged is not None:
            said.append(f"is damaged after about {self._damaged:.1f} s")
        if self._over and self.length and self.length - self._seen > _SLACK:
            said.append(f"breaks off after {self._seen:.1f} s of {self.length:.1f} s")
        return f"{self.name} {' and '.join(said)}: what can be read is seen. Copy or export it again." if said else ""

    def frames(self, width: int, height: int) -> Iterator[tuple[Seconds, Picture]]:
        """All frames in order: the time in seconds, never running backwards, and the picture `(height, width)`.

        Pictures are grey, float32 in 0..1, upright, whole, in the middle, with black beside or above and below where
        their shape is another. Only one is in memory at a time. `MediaError` where there is none to see.
        """
        now, count, begin = 0.0, 0, self._begin
        for frame in decoded(self._container, self._stream, self._note):
            if not isinstance(frame, VideoFrame):
                continue
            _check_size(self.name, frame.width, frame.height)
            due = now + (count > 0) / self.frame_rate
            told = due if frame.time is None else float(frame.time) - begin
            if told - due > _LONGEST_GAP:  # its clock jumped
                begin, told = begin + told - due, due
            now = max(now, told)
            count += 1
            self._seen = now
            yield now, self._fitted(frame, width, height)
        if count == 0:
            raise MediaError(f"{self.name} holds no frame that can be read. Choose another film.")
        if count == 1:
            raise MediaError(f"{self.name} is a still picture, not a film. Choose a film.")
        self._over = True

    def close(self) -> None:
        """Free what it holds; again does nothing."""
        self._container.close()
        self._file.close()

    def _picture_stream(self) -> VideoStream:
        moving = [stream for stream in self._container.streams.video if not stream.disposition & _STILL]
        if not moving:
            sound = bool(self._container.streams.audio)
            raise MediaError(
                f"{self.name} is sound without a film. Embed its sound with '--of sound', or choose a film."
                if sound
                else f"{self.name} holds neither film nor sound. Choose another file."
            )
        if moving[0].codec_context is None:
            raise MediaError(f"{self.name} is a film of a kind that cannot be read here. Export it as MP4 (H.264).")
        return moving[0]

    def _note(self) -> None:
        self._damaged = self._seen if self._damaged is None else self._damaged

    def _fitted(self, frame: VideoFrame, width: int, height: int) -> Picture:
        """One frame as a grey picture `(height, width)`."""
        quarter_turns = round(frame.rotation / 90) % 4
        shape = float(self._stream.sample_aspect_ratio or 1)
        across, down = frame.width * shape, float(frame.height)
        box = (height, width) if quarter_turns % 2 else (width, height)
        scale = min(box[0] / across, box[1] / down)
        size = (min(box[0], max(1, round(across * scale))), min(box[1], max(1, round(down * scale))))
        small = self._scaler.reformat(frame, *size, format="gray", interpolation=Interpolation.AREA, threads=1)
        grey = np.rot90(small.to_ndarray(), quarter_turns)
        picture = np.zeros((height, width), np.float32)
        top, left = (height - grey.shape[0]) // 2, (width - grey.shape[1]) // 2
        picture[top : top + grey.shape[0], left : left + grey.shape[1]] = grey * np.float32(1 / 255)
        return picture


def opened(path: Path) -> tuple[BinaryIO, InputContainer]:
    """A file and the container in it, both to be closed; nothing but this file is read. `MediaError`."""
    file: BinaryIO | None = None
    try:
        if path.exists() and not path.is_file():
            raise MediaError(f"{shown(path)} is not a file. Choose a film.")
        file = open(path, "rb")  # here, so that a name is never taken for an address  # noqa: SIM115
        container = av.open(file, options={"protocol_whitelist": "file"})
    except (OSError, ValueError, av.FFmpegError) as problem:
        if file is not None:
            file.close()
        if isinstance(problem, FileNotFoundError) and file is None:
            raise MediaError(f"There is no file {shown(path)}. Look at its name and folder.") from problem
        reason = getattr(problem, "strerror", None) or str(problem)
        raise MediaError(
            f"{shown(path)} cannot be read as a film ({reason.rstrip('.')}). Use MP4, MOV, MKV, WebM or AVI."
        ) from problem
    assert isinstance(container, InputContainer)
    return file, container


def decoded(
    container: InputContainer, stream: VideoStream | AudioStream, damaged: Callable[[], None]
) -> Iterator[VideoFrame | AudioFrame]:
    """Every frame of a stream that can be decoded; what is damaged is stepped over, and `damaged` called for it."""
    for packet in _packets(container, stream, damaged):
        try:
            frames = packet.decode()
        except av.EOFError:
            return
        except (av.FFmpegError, ValueError):
            damaged()
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame | AudioFrame):
                yield frame


def _packets(
    container: InputContainer, stream: VideoStream | AudioStream, damaged: Callable[[], None]
) -> "Iterator[Packet[Any]]":
    """The packets of a stream; where one cannot be had the next is tried, a few times."""
    for _ in range(_TRIES):
        try:
            yield from container.demux(stream)
            return
        except av.EOFError:
            return
        except (av.FFmpegError, OSError, ValueError):
            damaged()


def begin_of(container: InputContainer) -> Seconds:
    """The time that picture and sound of a container count from."""
    return (container.start_time or 0) / av.time_base


def length_of(container: InputContainer) -> Seconds | None:
    """How long a container says to be; None where it doesn't."""
    return container.duration / av.time_base if container.duration else None


def _check_size(name: str, width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise MediaError(f"{name} holds no frame that can be read. Choose another film.")
    if width * height > _MOST_PIXELS:
        raise MediaError(f"{name} has frames of {width} × {height} pixels, too many. Export it smaller.")
