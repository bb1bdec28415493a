"""Tells whether a JACK device still has something to hear: PortAudio goes on with silence where it has gone."""

import ctypes
import re
import sys
from typing import Any

_NO_START_SERVER = 1
_IS_OUTPUT = 2


class Presence:
    """Watches the JACK client `name`. Without a name, or without JACK, it is taken to be there.

    A JACK client without ports. Close it before the server's end, or not at all.
    """

    def __init__(self, name: str) -> None:
        self._pattern = f"^{re.escape(name)}:".encode()
        self._client: Any = None
        if sys.platform != "linux" or not name:
            return
        try:
            self._jack = ctypes.CDLL("libjack.so.0")
            for function, result, arguments in (
                ("jack_client_open", ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p)),
                ("jack_client_close", ctypes.c_int, (ctypes.c_void_p,)),
                (
                    "jack_get_ports",
                    ctypes.c_void_p,
                    (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong),
                ),
                ("jack_free", None, (ctypes.c_void_p,)),
            ):
                getattr(self._jack, function).restype = result
                getattr(self._jack, function).argtypes = arguments
            self._client = self._jack.jack_client_open(b"livemusic-live-in", _NO_START_SERVER, None)
        except (OSError, AttributeError):
            pass  # no JACK here

    @property
    def there(self) -> bool:
        """Asked a few times a second. Takes some microseconds."""
        if not self._client:
            return True
        ports = self._jack.jack_get_ports(self._client, self._pattern, None, _IS_OUTPUT)
        if not ports:
            return False
        self._jack.jack_free(ports)
        return True

    def close(self) -> None:
        client, self._client = self._client, None
        if client:
            self._jack.jack_client_close(client)
