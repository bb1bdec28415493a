"""Every dialog of the application, and what of a window a hand can use: for tests that walk through all of it."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QSplitterHandle,
    QTextEdit,
    QWidget,
)

import livemusic.ui
from livemusic.ui.window import Window

_CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QTextEdit,
)  # fmt: skip
#: What a hand can use of a widget, or what says that it is painted by ourselves.
_HANDS = ("mousePressEvent", "mouseReleaseEvent", "wheelEvent", "keyPressEvent")


def _preferences(window: Window) -> QDialog:
    window.dialogs.open_preferences()
    return window.dialogs.preferences


def _rack(window: Window) -> QDialog:
    window.dialogs.open_rack()
    return window.dialogs.rack


def _sketchbook(window: Window) -> QDialog:
    window.dialogs.open_sketchbook()
    return window.dialogs.sketchbook


def _film(window: Window) -> QDialog:
    window.dialogs.open_film()
    return window.dialogs.film


def _takes(window: Window) -> QDialog:
    window.review.open_takes()
    return window.review.takes


def _ramp(window: Window) -> QDialog:
    window.dialogs.open_ramp()
    return window.dialogs.ramp


def _about(window: Window) -> QDialog:
    window.assistance.open_about()
    return window.assistance.about


def _manual(window: Window) -> QDialog:
    window.assistance.open_manual()
    return window.assistance.manual


def _set_list(window: Window) -> QDialog:
    window.dialogs.open_set_list()
    return window.dialogs.set_list


#: By the name of its class: how each dialog is opened. A new one belongs here; a test says so.
DIALOGS: dict[str, Callable[[Window], QDialog]] = {
    "Preferences": _preferences,
    "PluginRack": _rack,
    "SketchbookDialog": _sketchbook,
    "FilmDialog": _film,
    "TakesDialog": _takes,
    "RampDialog": _ramp,
    "AboutDialog": _about,
    "Manual": _manual,
    "SetListDialog": _set_list,
}


def dialog_classes() -> set[str]:
    """The names of all dialogs there are."""
    return {
        name
        for module in pkgutil.walk_packages(livemusic.ui.__path__, "livemusic.ui.")
        for name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        if issubclass(kind, QDialog) and kind.__module__.startswith("livemusic.ui.")
    }


def pages(dialog: QDialog) -> Iterator[QDialog]:
    """The dialog with each of its pages in turn."""
    turned = False
    if hasattr(dialog, "open_page"):
        for page in dialog.pages:
            dialog.open_page(page)
            QApplication.processEvents()
            turned = True
            yield dialog
    if not turned:
        QApplication.processEvents()
        yield dialog


def is_ours(widget: QWidget, names: tuple[str, ...]) -> bool:
    """Whether one of our own classes does one of these by itself."""
    ours = [kind for kind in type(widget).__mro__ if kind.__module__.startswith("livemusic.ui")]
    return any(name in vars(kind) for kind in ours for name in names)


def _part_of_another(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractSpinBox | QComboBox | QLineEdit):
            return True
        parent = parent.parentWidget()
    return False


def controls(root: QWidget) -> list[QWidget]:
    """What a hand can use in a window and is there now, without what belongs to another window."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.window() is root.window()
        and widget.parentWidget() is not None
        and not isinstance(widget, QScrollBar | QSplitterHandle | QHeaderView)
        and (isinstance(widget, _CONTROLS) or is_ours(widget, _HANDS))
        and not _part_of_another(widget)
    ]


def spoken(widget: QWidget) -> str:
    """The name that a screen reader says; of a list to choose from not its choice, which is its value."""
    if widget.accessibleName() or isinstance(widget, QComboBox):
        return widget.accessibleName()
    face = QAccessible.queryAccessibleInterface(widget)
    return "" if face is None else face.text(QAccessible.Text.Name)


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab comes here."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def together(widget: QWidget) -> set[QWidget]:
    """What Tab comes to as one, and arrows go through: the buttons of which one is on at a time."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return set(group.buttons()) if group is not None and group.exclusive() else {widget}


def place(widget: QWidget) -> str:
    """Which one it is, for whoever reads why a test failed."""
    return f"{type(widget).__name__} {spoken(widget)!r} in {type(widget.parentWidget()).__name__}"
