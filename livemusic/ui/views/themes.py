"""Themes: the colours a path is drawn in."""

from dataclasses import dataclass
from functools import cache

from livemusic.ui import theme


@dataclass(frozen=True, slots=True)
class Theme:
    """`deep` is the ground's middle, `dark` its rim, `floor` the lines below the path (empty: none).

    `ages`: from the oldest point to the newest; `loudness`: from soft to loud; `sections`: one after the other.
    `light`: of the head; `ghost`: of what is foreseen; `other`: of another take; `text` and `accent` of names;
    `hits`: of the drums, kick first; `differ`: of what is different in another take.
    """

    name: str
    deep: str = str(theme.DEEP)
    dark: str = str(theme.DARKEST)
    floor: str = str(theme.FLOOR)
    ages: tuple[str, ...] = tuple(map(str, theme.AGES))
    loudness: tuple[str, ...] = ("#31456b", "#2f7ea6", "#43c0a4", "#e8d66b", "#ff8a4c", "#ff4f5e")
    sections: tuple[str, ...] = (
        "#62a8ff", "#ffb454", "#5fd6a5", "#ff7d8a", "#b79bff", "#d9d266", "#4fd0e6", "#f39ae0", "#a2d65f", "#ff9d6e",
    )  # fmt: skip
    light: str = "#ffd6a0"
    head: str = "#fff8ea"
    ghost: str = "#9fd4ff"
    other: str = "#8d7ad6"
    text: str = str(theme.TEXT)
    muted: str = str(theme.MUTED)
    accent: str = str(theme.ACCENT)
    hits: tuple[str, ...] = tuple(map(str, theme.LANES))
    differ: str = str(theme.BAD)

    @property
    def is_light(self) -> bool:
        """Whether the ground is light, so that what is lit must be darker."""
        return theme.brightness(self.deep) > 0.5


_ALL = (
    Theme("Night"),
    Theme(
        "Ember",
        deep="#170c0a",
        dark="#050303",
        floor="#4a2a20",
        ages=("#5a1f2b", "#7d2430", "#a8322c", "#d4532a", "#f08a33", "#ffc25e", "#fff0c2"),
        loudness=("#4a1a22", "#8c2a2d", "#c9482b", "#ee8433", "#ffc45c", "#fff2cf"),
        light="#ffb066",
        head="#fff6e6",
        ghost="#ff9f8a",
        other="#7a86c8",
    ),
    Theme(
        "Aurora",
        deep="#081a1c",
        dark="#020709",
        floor="#1f4a4c",
        ages=("#3b3f8f", "#3f5fb3", "#2f8db0", "#27b59a", "#5fdc8b", "#b6f28a", "#f2ffd0"),
        loudness=("#2c3f77", "#2b7f9c", "#2fbf95", "#96e57d", "#e9f57f", "#ffffff"),
        light="#a8ffcf",
        head="#f4fff6",
        ghost="#c9a8ff",
        other="#c65fa8",
        accent="#8df0b0",
    ),
    Theme(
        "Neon",
        deep="#0d0718",
        dark="#030107",
        floor="#3a1f5c",
        ages=("#3a2a8c", "#5c2fc0", "#9a34d8", "#e03bc0", "#ff4f8b", "#ff9a6b", "#fff1a8"),
        loudness=("#3b2a80", "#4d5be0", "#2fc7ff", "#5dffb0", "#fff45c", "#ff5cd0"),
        light="#ff9ae6",
        head="#fff4ff",
        ghost="#6ff0ff",
        other="#5f8cff",
        accent="#ff7ad9",
    ),
    Theme(
        "Mono",
        deep="#000000",
        dark="#000000",
        floor="",
        ages=("#4a4a4a", "#5c5c5c", "#767676", "#969696", "#bababa", "#dcdcdc", "#ffffff"),
        loudness=("#3c3c3c", "#6a6a6a", "#9a9a9a", "#cccccc", "#ffffff"),
        sections=("#ffffff", "#8c8c8c", "#c4c4c4", "#5e5e5e", "#e2e2e2", "#767676", "#acacac", "#505050"),
        light="#ffffff",
        head="#ffffff",
        ghost="#c8c8c8",
        other="#6e6e6e",
        text="#ffffff",
        muted="#b0b0b0",
        accent="#ffffff",
    ),
    Theme(
        "Paper",
        deep="#f6f2e8",
        dark="#e6dfce",
        floor="#cdc4ae",
        ages=("#a9b4c4", "#8ca3c0", "#6d8fb6", "#4a78a6", "#2f5f92", "#8a3b2a", "#c8321e"),
        loudness=("#b3bccb", "#7d9fbb", "#3f8f86", "#8d7a1c", "#c25a14", "#c2171f"),
        sections=("#1f5fb0", "#c0600c", "#19805a", "#b8283c", "#6a45b8", "#80700a", "#0f7f95", "#a8348c"),
        light="#f0a060",
        head="#7a1408",
        ghost="#4070a8",
        other="#8a6fc0",
        text="#221d14",
        muted="#5c5546",
        accent="#a8341c",
    ),
)


#: The path in a light window.
_DAY = Theme(
    "Day",
    deep=theme.DEEP.light,
    dark=theme.DARKEST.light,
    floor=theme.FLOOR.light,
    ages=tuple(ink.light for ink in theme.AGES),
    loudness=("#a3b4cf", "#4f93b5", "#2b8673", "#8b7618", "#b9540a", "#b01c2c"),
    sections=(
        "#1f5fb0", "#a85408", "#19705a", "#b8283c", "#6a45b8", "#6e6208", "#0f6f85", "#a8348c", "#4a6e12", "#a04a20",
    ),
    light="#f0a860",
    head="#7a2c04",
    ghost="#3f74b0",
    other="#7a5fc0",
    text=theme.TEXT.light,
    muted=theme.MUTED.light,
    accent=theme.ACCENT.light,
    hits=tuple(ink.light for ink in theme.LANES),
    differ=theme.BAD.light,
)  # fmt: skip


def theme_worn() -> Theme:
    """The theme of the window as it is now: dark or light. The stage, pictures and films have one of their own."""
    return _DAY if theme.is_light() else _ALL[0]


@cache
def theme_of(name: str) -> Theme:
    """The theme of that name; the first where there is none."""
    return {each.name: each for each in _ALL}.get(name, _ALL[0])
