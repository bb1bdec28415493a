"""Which ALSA ports are connected, as the kernel tells it in a text file."""

import re
from pathlib import Path

CLIENTS = Path("/proc/asound/seq/clients")


def connected_with(port: str, clients: Path = CLIENTS) -> frozenset[str]:
    """The addresses (`128:0`) that send to or hear the port whose name ends with its address, as RtMidi names them.

    None for any other name, and on systems without ALSA.
    """
    address = re.search(r"(\d+):(\d+)$", port)
    try:
        lines = clients.read_text(errors="replace").splitlines() if address else []
    except OSError:
        return frozenset()
    here: list[int] = []
    found: list[str] = []
    for line in lines:
        if place := re.match(r"(Client|  Port) +(\d+) :", line):
            here = [*here[: int(place[1] != "Client")], int(place[2])]
        elif address and line.startswith("    Connect") and here == [int(part) for part in address.groups()]:
            found += re.findall(r"\d+:\d+", re.sub(r"\[.*?\]", "", line))
    return frozenset(found)
