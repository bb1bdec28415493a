"""MIDI messages taken apart: strictly when they come in, in words for the monitor."""

from livemusic.errors import DeviceError
