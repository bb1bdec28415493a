"""The address space, as the help and the docs list it."""

from livemusic.engine.actions import osc_controls
from livemusic.network.address import (
    OUT,
    addresses,
)

CONTROLS = osc_controls()


def test_the_address_space_is_listed_whole() -> None:
    space = addresses(CONTROLS)
    assert len(space) == len(OUT) + len(CONTROLS) == len({address.path for address in space})
    assert all(address.path.startswith("/livemusic/") and address.meaning for address in space)
    by_path = {address.path: address for address in space}
    assert by_path["/livemusic/beat"].arguments == ("bar from 1", "beat from 1", "bpm")
    assert by_path["/livemusic/tempo"].arguments == ("bpm 20..400",)
    assert by_path["/livemusic/launch"].arguments == ("when: step or bar or 4 bars",)
    assert by_path["/livemusic/point"].meaning == "where the path is, and when it was there"
