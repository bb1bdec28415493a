"""How the path was shown when the window was closed, for the next time."""

import msgspec
from PySide6.QtCore import QSettings

from livemusic.session.show import Show

_KEY = "show"


def kept_show(settings: QSettings) -> Show:
    """As it was last; as it is at first where nothing that can be read was kept. Without the stage and unlocked."""
    try:
        show = msgspec.json.decode(str(settings.value(_KEY) or "{}"), type=Show)
    except msgspec.MsgspecError:
        return Show()
    return msgspec.structs.replace(show, stage=False, locked=False)


def keep_show(settings: QSettings, show: Show) -> None:
    """For the next time."""
    settings.setValue(_KEY, msgspec.json.encode(msgspec.structs.replace(show, stage=False)).decode())
