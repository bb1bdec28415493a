"""VST3 and Audio Unit plugins through pedalboard, which is met only here.

pedalboard tries a thousand values of every parameter while it opens a plugin: one of the tested plugins takes 98
seconds for that, and stays silent for them. What it learns is not needed here, so it is left out, and parameters are
moved by the raw 0..1 values that the plugin itself uses.
"""

import ctypes
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from livemusic.errors import LiveMusicError
from livemusic.sound.plugins.bundle import binary_in, fault, loading_fault
from livemusic.sound.plugins.description import Parameter
from livemusic.sound.plugins.folders import real
from livemusic.sound.plugins.hosted import MOST_FRAMES, Closing, PluginError
from livemusic.sound.voices import Samples, Seconds

#: Outputs an instrument may have; the first two are heard.
_OUTPUTS = (2, 1, 4, 6, 8, 12, 16, 24, 32, 64)
_MOST_PARAMETERS = 512
_PATIENCE: Seconds = 10.0
#: Controllers that some plugins list as parameters, all 2048 of them.
_NOT_A_CONTROL = "MIDI CC "
#: What pedalboard says of whatever it cannot open.
_SILENT = "unsupported plugin format or scan failure"


def open_plugin(path: str, name: str, sample_rate: int) -> "PedalPlugin":
    """The plugin `name` in the file `path`. On the main thread. `PluginError` says why it cannot be opened."""
    return PedalPlugin(path, name, sample_rate)


def names_in(path: str) -> list[str]:
    """The plugins in one file. `PluginError`."""
    path = real(path)
    kind = _kind(path)
    if reason := fault(path):
        raise PluginError(reason)
    try:
        return [str(name) for name in kind.get_plugin_names_for_file(path)]
    except (ImportError, RuntimeError, ValueError) as problem:
        raise PluginError(_reason(path, problem)) from problem


class PedalPlugin:
    """A plugin at `sample_rate`, ready to play blocks of up to 1024 frames. A mono effect is opened once a side."""

    def __init__(self, path: str, name: str, sample_rate: int) -> None:
        path = real(path)
        self._rate = sample_rate
        self._kind = _kind(path)
        self._parts = [self._open(path, name)]
        plugin = self._parts[0]
        self.name = str(plugin.name)
        self.maker = str(plugin.manufacturer_name)
        self.version = str(plugin.version)
        self.is_instrument = bool(plugin.is_instrument)
        try:
            self.channels = self._outputs() if self.is_instrument else self._sides(path, name)
        except LiveMusicError:
            raise
        except Exception as problem:
            raise PluginError(f"{self.name} cannot play: {_first_line(problem)}") from problem
        self._names = _unique([str(parameter.name) for parameter in plugin._parameters])

    @property
    def latency(self) -> int:
        return int(self._parts[0].reported_latency_samples)

    def process(self, sound: Samples) -> Samples:
        if len(self._parts) == 1:
            return self._through(self._parts[0], sound)
        return np.concatenate(
            [self._through(part, sound[side : side + 1]) for side, part in enumerate(self._parts)], axis=0
        )

    def play(self, messages: Sequence[tuple[bytes, int]], frames: int) -> Samples:
        return self._perform(messages, frames, self.channels)

    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(
            Parameter(
                name,
                str(parameter.label).strip(),
                float(parameter.default_raw_value),
                str(parameter.get_text_for_raw_value(0.0)),
                str(parameter.get_text_for_raw_value(1.0)),
                str(parameter.get_text_for_raw_value(float(parameter.default_raw_value))),
                int(parameter.num_steps) if parameter.num_steps < 1 << 16 else 0,
            )
            for name, parameter in self._controls(self._parts[0])
        )

    def values(self) -> dict[str, tuple[float, str]]:
        return {
            name: (float(parameter.raw_value), str(parameter.string_value))
            for name, parameter in self._controls(self._parts[0])
        }

    def set(self, name: str, value: float) -> None:
        for part in self._parts:
            for known, parameter in self._controls(part):
                if known == name:
                    parameter.raw_value = min(1.0, max(0.0, value))

    def state(self) -> bytes:
        return bytes(self._parts[0].raw_state)

    def restore(self, state: bytes) -> None:
        for part in self._parts:
            self._kind.raw_state.fset(part, state)  # plain assignment asks for the thousand values after all

    def show_editor(self, closing: Closing) -> None:
        if sys.platform == "linux" and not os.environ.get("DISPLAY"):
            raise PluginError(f"The window of {self.name} cannot be shown: there is no display.")
        _forgive_x_errors()
        try:
            self._parts[0].show_editor(closing)
        except RuntimeError as problem:
            raise PluginError(f"The window of {self.name} cannot be shown: {_first_line(problem)}") from problem
        if len(self._parts) > 1:
            self.restore(self.state())

    def _open(self, path: str, name: str) -> Any:
        what = f"The plugin {name or Path(path).stem} cannot be opened."
        if reason := fault(path):
            raise PluginError(f"{what} {reason}")
        try:
            return self._kind(path, plugin_name=name or None, initialization_timeout=_PATIENCE)
        except (ImportError, ValueError, RuntimeError, NotImplementedError) as problem:
            raise PluginError(f"{what} {_reason(path, problem)}") from problem

    def _controls(self, plugin: Any) -> list[tuple[str, Any]]:
        """The parameters that may be moved. Asked for anew each time: a plugin may replace them."""
        return [
            (name, parameter)
            for name, parameter in zip(self._names, plugin._parameters, strict=False)
            if parameter.is_automatable and not name.startswith(_NOT_A_CONTROL)
        ][:_MOST_PARAMETERS]

    def _sides(self, path: str, name: str) -> int:
        """2 for a stereo effect; 1 for a mono one, which is opened a second time for the other side."""
        silence = np.zeros((2, MOST_FRAMES), np.float32)
        try:
            self._through(self._parts[0], silence)
        except ValueError:
            self._parts.append(self._open(path, name))
            for part in self._parts:
                self._through(part, silence[:1])
            return 1
        return 2

    def _outputs(self) -> int:
        for channels in _OUTPUTS:
            with suppress(ValueError):
                self._perform([], MOST_FRAMES, channels)
                return channels
        raise PluginError(f"{self.name} plays through more outputs than can be used.")

    def _through(self, plugin: Any, sound: Samples) -> Samples:
        heard = plugin.process(np.ascontiguousarray(sound), self._rate, MOST_FRAMES, False)
        missing = sound.shape[1] - heard.shape[1]
        return np.pad(heard, ((0, 0), (missing, 0))) if missing else np.asarray(heard, np.float32)

    def _perform(self, messages: Sequence[tuple[bytes, int]], frames: int, channels: int) -> Samples:
        # pedalboard cuts times down to whole frames: half a frame more is what makes them exact
        due = [(data, (frame + 0.5) / self._rate) for data, frame in messages]
        heard = self._parts[0].process(due, (frames + 0.5) / self._rate, self._rate, channels, MOST_FRAMES, False)
        return np.asarray(heard[:2] if channels > 1 else np.repeat(heard, 2, axis=0), np.float32)


def _kind(path: str) -> Any:
    """The pedalboard class for a file, without its slow look at the parameters."""
    try:
        import pedalboard
    except ImportError as problem:
        raise PluginError("Plugins need the pedalboard package, which cannot be loaded here.") from problem
    name = {".vst3": "VST3Plugin", ".component": "AudioUnitPlugin", ".appex": "AudioUnitPlugin"}.get(
        Path(path).suffix.lower()
    )
    kind = getattr(pedalboard, name, None) if name else None
    if kind is None:
        raise PluginError(f"{path} is no plugin that this system can play.")
    kind.__set_initial_parameter_values__ = _nothing
    return kind


def _reason(path: str, problem: Exception) -> str:
    """Why `path` was not opened: pedalboard seldom says."""
    binary = binary_in(path) if Path(path).suffix.lower() == ".vst3" else None
    said = "It does not say why." if _SILENT in str(problem) else f"It says: {_first_line(problem)}"
    return (loading_fault(binary) if binary else "") or f"It is there, but does not open. {said}"


def _nothing(plugin: Any, values: object) -> None:
    pass


def _forgive_x_errors() -> None:
    """A mistake in a window on Linux (to ask after a window manager where there is none) must not end the process.

    The C library's `abs` takes a number and does nothing, so it serves as the handler.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libX11.so.6").XSetErrorHandler(ctypes.cast(ctypes.CDLL(None).abs, ctypes.c_void_p))


def _unique(names: Sequence[str]) -> list[str]:
    """Every name once: the second `Gain` becomes `Gain 2`, one without a name gets its number."""
    found: dict[str, int] = {}
    unique = []
    for number, name in enumerate((name.strip() for name in names), 1):
        plain = name or f"Parameter {number}"
        found[plain] = found.get(plain, 0) + 1
        unique.append(plain if found[plain] == 1 else f"{plain} {found[plain]}")
    return unique


def _first_line(problem: Exception) -> str:
    text = str(problem).strip().splitlines()
    return text[0].rstrip(".") + "." if text else "no reason was given."
