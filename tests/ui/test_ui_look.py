import ast
import importlib
import pkgutil
import re
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

import livemusic.ui
from livemusic.engine.edits import Configure
from livemusic.session.settings import Settings
from livemusic.ui import theme
from livemusic.ui.appearance import Appearance
from livemusic.ui.preferences.look import LookPage
from livemusic.ui.timeline.items import SHADE
from livemusic.ui.views.themes import theme_of, theme_worn

#: What has a ground of its own, and what is read there.
FILLED = [
    *product((theme.BACKGROUND,), (theme.ACCENT, theme.BAD, theme.WARN, theme.LIT, theme.PRESSED, *theme.LANES)),
    *product((theme.TEXT, theme.MUTED), (theme.LINE,)),
    *product((theme.TEXT, theme.ACCENT), (theme.CHOSEN,)),
    (theme.BAD, theme.ALARM),
]
ENOUGH = 4.5


@pytest.fixture(params=["dark", "light"])
def worn(app, request):
    theme.wear(app, light=request.param == "light")
    yield request.param
    theme.wear(app, light=False)
    app.setStyleSheet("")


def sheets() -> dict[str, str]:
    """Every style sheet that a module of the window keeps, by where it is."""
    found = {}
    for module in pkgutil.walk_packages(livemusic.ui.__path__, "livemusic.ui."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, str) and re.search(r"\{[^}]*(color|background)[^}]*:", value):
                found[f"{module.name}.{name}"] = value
    return found


def rules() -> list[tuple[str, str, dict[str, str]]]:
    """Where, selector and properties of all rules."""
    return [
        (where, selector.strip(), dict(part.split(":", 1) for part in body.split(";") if ":" in part))
        for where, sheet in sheets().items()
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
    ]


def hexes(text: str) -> list[str]:
    return re.findall(r"#[0-9a-f]{6}\b", text)


def test_whatever_is_read_stands_out_from_whatever_it_is_read_on(worn) -> None:
    for ink, ground in [*product(theme.READ, theme.GROUNDS), *FILLED]:
        assert theme.contrast(theme.shown(ink), theme.shown(ground)) >= ENOUGH, (ink, ground)


def test_a_contrast_is_that_of_the_guidelines() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert theme.contrast("#ffffff", "#777777") == theme.contrast("#777777", "#ffffff")


def test_every_rule_of_every_style_sheet_can_be_read(worn) -> None:
    pairs = {(str(ink), str(ground)) for ink, ground in [*product(theme.READ, theme.GROUNDS), *FILLED]}
    for where, selector, body in rules():
        inks = hexes(body.get(" color", body.get("color", "")))
        grounds = [tone for name, value in body.items() if "background" in name for tone in hexes(value)]
        grounds = grounds if "selection" not in " ".join(body) else []
        for ink in inks:
            assert not grounds or (ink, grounds[0]) in pairs, (where, selector, ink, grounds)
            if not grounds:
                assert ink in set(map(str, theme.READ)) | {str(theme.BACKGROUND)}, (where, selector, ink)


def test_the_style_sheets_are_found() -> None:
    assert len(sheets()) > 6
    assert any("PushButton" in selector for _, selector, _ in rules())


def test_every_colour_of_the_window_has_a_light_look() -> None:
    known = {str(ink) for ink in theme.INKS}
    for where, sheet in sheets().items():
        assert set(hexes(sheet)) <= known, where
    root = Path(livemusic.ui.__file__).parent
    for path in root.rglob("*.py"):
        if path.name not in ("theme.py", "themes.py"):
            bare = re.sub(r"Ink\([^)]*\)", "", path.read_text())
            assert not re.findall(r'"#[0-9a-fA-F]{6}"', bare), f"{path.name}: a colour that is no theme.Ink"


def test_every_style_sheet_is_dressed_before_it_is_worn() -> None:
    root = Path(livemusic.ui.__file__).parent
    for path in root.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "setStyleSheet"
            ):
                sheet = ast.unparse(call.args[0]).replace("theme.SMALL", "")
                plain = "theme." not in sheet and "STYLE" not in sheet
                known = sheet.startswith(("theme.dressed(", "f'color: {theme.shown("))
                assert plain or known or path.stem in ALONE, (path, sheet)


#: Programs that measure, and the one place that dresses the application.
ALONE = ("theme", "first_paint", "stage_trial")


def test_no_two_colours_are_taken_for_one_another() -> None:
    looks = [str(ink) for ink in theme.INKS] + [ink.light for ink in theme.INKS]
    assert len(set(looks) - {"#ffffff", "#000000"}) == len(looks) - 2


def test_a_style_sheet_is_dressed_and_undressed_again(app) -> None:
    theme.wear(app, light=True)
    light = theme.dressed(theme.STYLE_SHEET)
    assert light != theme.STYLE_SHEET
    assert theme.dressed(light) == light
    assert "#d1f6f8fb" in theme.dressed("background: #d1121924;")
    theme.wear(app, light=False)
    assert theme.dressed(light) == theme.STYLE_SHEET
    app.setStyleSheet("")


def test_names_of_sections_and_lanes_stand_out(worn) -> None:
    text = theme.shown(theme.TEXT)
    for tone in theme_worn().sections:
        assert theme.contrast(text, theme.mix(theme.SURFACE, tone, SHADE).name()) >= ENOUGH
    for lane, ground in product(theme.LANES, theme.GROUNDS):
        assert theme.contrast(theme.mix(theme.MUTED, lane, 0.45).name(), theme.shown(ground)) >= ENOUGH


def test_the_path_stands_out_in_both_looks(worn) -> None:
    look = theme_worn()
    assert look.is_light == (worn == "light")
    for ink in (look.text, look.muted, look.accent):
        assert theme.contrast(ink, look.deep) >= ENOUGH
        assert theme.contrast(ink, look.dark) >= ENOUGH
    for tone in (*look.ages[1:], look.head, look.differ, *look.hits):
        assert theme.contrast(tone, look.deep) >= 3.0


def test_the_stage_and_pictures_look_the_same_whatever_the_window_wears(worn) -> None:
    assert (theme_of("Night").deep, theme_of("Night").text) == ("#121924", "#eef2f7")
    assert theme.mix(theme_of("Night").deep, theme_of("Night").text, 0.0).name() == "#121924"


def seen(widget) -> int:
    """How bright it is on the whole."""
    return widget.grab().scaled(1, 1, Qt.AspectRatioMode.IgnoreAspectRatio).toImage().pixelColor(0, 0).lightness()


def test_all_of_the_window_changes_its_look_while_it_is_open(app, window, link, until) -> None:
    window.dialogs.open_preferences()
    parts = (window, window.trajectory, window.pad, window.grid, window.scenes.buttons[3], window.dialogs.preferences)
    theme.wear(app, light=False)
    QApplication.processEvents()
    dark = [seen(part) for part in parts]
    theme.wear(app, light=True)
    QApplication.processEvents()
    light = [seen(part) for part in parts]
    assert max(dark) < 100 < 180 < min(light)
    theme.wear(app, light=False)
    QApplication.processEvents()
    assert [seen(part) for part in parts] == pytest.approx(dark, abs=4)
    app.setStyleSheet("")


@pytest.fixture
def appearance(app, tmp_path, monkeypatch):
    hints, settings = SimpleNamespace(), QSettings(str(tmp_path / "look.ini"), QSettings.Format.IniFormat)
    hints.colorScheme = lambda: hints.scheme
    hints.scheme = Qt.ColorScheme.Unknown
    made = Appearance(app, settings)
    monkeypatch.setattr(made, "_hints", hints)
    yield made, hints, settings
    made.deleteLater()
    theme.wear(app, light=False)
    app.setStyleSheet("")


def test_the_window_is_as_the_system_asks_unless_it_was_chosen(app, appearance) -> None:
    made, hints, settings = appearance
    assert not theme.is_light()
    hints.scheme = Qt.ColorScheme.Light
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.is_light()
    made.choose("dark")
    assert not theme.is_light()
    hints.scheme = Qt.ColorScheme.Dark
    made.choose("light")
    assert theme.is_light()
    assert settings.value("appearance") == "light"
    again = Appearance(app, settings)
    assert theme.is_light()
    again.choose("system")
    again.deleteLater()


def test_the_preferences_offer_all_appearances(window, link, until) -> None:
    until(lambda: window.desk.session is not None)
    window.dialogs.open_preferences()
    page = next(page for page in window.dialogs.preferences.pages if isinstance(page, LookPage))
    offered = [page.appearance.itemData(row) for row in range(page.appearance.count())]
    assert offered == ["system", "dark", "light"]
    page.appearance.chosen.emit("light")
    until(lambda: link.session.settings.appearance == "light")
    assert isinstance(link.asked[-1], Configure)


def test_settings_know_three_appearances() -> None:
    assert Settings().appearance == "system"
    with pytest.raises(ValueError, match="appearance"):
        Settings(appearance="pink")
