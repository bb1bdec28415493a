"""Edits of how one preset follows another."""

from livemusic.engine.edits import Edit
from livemusic.session import edits
from livemusic.session.settings import PRESET_CHANGES, Session


class SetPresetChange(Edit, frozen=True):
    """When another preset takes over (one of `PRESET_CHANGES`), and whether `keep_tempo` and `keep_scenes` keep those
    that are there; what is None stays as it is."""

    preset_change: str | None = None
    keep_tempo: bool | None = None
    keep_scenes: bool | None = None

    def check(self) -> None:
        if self.preset_change not in (None, *PRESET_CHANGES):
            raise ValueError(f"change presets {self.preset_change!r} must be one of {', '.join(PRESET_CHANGES)}")

    def called(self) -> str:
        return ""

    def made_of(self, session: Session) -> Session:
        given = {name: getattr(self, name) for name in self.__struct_fields__ if getattr(self, name) is not None}
        return edits.with_settings(session, **given)
