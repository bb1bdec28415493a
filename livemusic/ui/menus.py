"""The menus and keys of the window: every verb in words, with its shortcut beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from livemusic.engine.snapshot import Snapshot
from livemusic.session.preset import SCENES
from livemusic.ui.files import ANOTHER_MAP, LAST_BARS
from livemusic.ui.panels.scenes import KEYS

if TYPE_CHECKING:
    from livemusic.ui.window import Window

#: What can be taught and has no control of its own, or not always.
_WITHOUT_CONTROL = (
    "undo", "redo", "next preset", "previous preset", "preset", "play/stop", "resume", "record", "tap", "panic",
    "clear",
    "nudge earlier", "nudge later", "hold", "tempo half", "tempo double",
)  # fmt: skip

#: The tools of the sketchbook by name, which is made only when it is wanted.
TOOLS = (
    "Sketch", "Vary", "Clean up", "Humanise", "Tap", "Between", "Style map", "Figures", "Learn mine", "Piano",
)  # fmt: skip

#: Keys that go on while they are held down.
_REPEATED = ("+", "=", "-")

Do = Callable[[], object]


@dataclass(slots=True)
class Menus:
    """The entries that change with how things are."""

    undo: QAction
    redo: QAction
    record: QAction
    hold: QAction
    lessons: QMenu
    steering: tuple[QAction, ...]

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        self.undo.setEnabled(snapshot.can_undo)
        self.redo.setEnabled(snapshot.can_redo)
        self.record.setChecked(snapshot.hands.record)
        self.hold.setChecked(snapshot.transport.held)
        for action in self.steering:
            action.setEnabled(snapshot.transport.lead == "audio")


def make_menus(window: "Window") -> Menus:
    """Fill the menu bar of `window` and give it its keys."""
    bar, commands, files, path = window.menuBar(), window.commands, window.files, window.trajectory
    file, edit, play, sketch, view, about = (
        bar.addMenu(name) for name in ("&File", "&Edit", "&Play", "&Sketch", "&View", "&Help")
    )

    _add(file, "Listen to an audio file…", "Ctrl+O", files.choose_audio)
    file.addSeparator()
    _add(file, "Save preset", "Ctrl+S", files.save_preset)
    _add(file, "Save preset as…", "Ctrl+Shift+S", files.save_preset_as)
    _add(file, "Import…", "Ctrl+I", files.choose_import)
    _add(file, ANOTHER_MAP, "", files.choose_map)
    _add(file, "Export everything as one file…", "", files.export_everything)
    file.addSeparator()
    _add(file, "Save the pattern as MIDI…", "Ctrl+E", files.save_pattern)
    _add(file, f"Save the last {LAST_BARS} bars as MIDI…", "Ctrl+Shift+E", files.save_last_bars)
    file.addSeparator()
    _add(file, "Preferences…", "Ctrl+,", window.dialogs.open_preferences)
    file.addSeparator()
    _add(file, "Close the window, the music goes on", "Ctrl+W", window.leave)
    _add(file, "Quit and stop the music", "Ctrl+Q", window.close)

    undo = _add(edit, "Undo", "Ctrl+Z", commands.undo)
    redo = _add(edit, "Redo", "Ctrl+Shift+Z", commands.redo)
    for action in (undo, redo):
        action.setEnabled(False)
    edit.addSeparator()
    lessons = edit.addMenu("Learn MIDI")
    lessons.setToolTip("Or right-click on any control")
    lessons.aboutToShow.connect(lambda: (lessons.clear(), window.teaching.fill(lessons, *_WITHOUT_CONTROL)))

    _add(play, "Play or stop", "Space", commands.toggle_play)
    _add(play, "Resume", "Shift+Space", commands.resume)
    record = _checkable(_add(play, "Record", "R", commands.toggle_record))
    play.addSeparator()
    _add(play, "Next preset", "PgDown", lambda: commands.step_preset(1))
    _add(play, "Previous preset", "PgUp", lambda: commands.step_preset(-1))
    play.addSeparator()
    _add(play, "Tap the tempo", "B", commands.tap)
    _add(play, "Nudge the beat earlier", ",", lambda: commands.nudge(-1))
    _add(play, "Nudge the beat later", ".", lambda: commands.nudge(1))
    half = _add(play, "Hear the tempo half as fast", "", lambda: commands.octave(-1))
    double = _add(play, "Hear the tempo twice as fast", "", lambda: commands.octave(1))
    hold = _checkable(_add(play, "Hold the tempo", "H", commands.toggle_hold))

    _add(sketch, "Sketchbook…", "Ctrl+K", window.dialogs.open_sketchbook)
    sketch.addSeparator()
    for tool in TOOLS:
        _add(sketch, f"{tool}…", "", lambda tool=tool: window.dialogs.open_sketchbook(tool))

    turning = _checkable(_add(view, "Turn slowly", "T", lambda: path.set_turning(turning.isChecked())))
    turning.setChecked(path.turning)
    path.turning_changed.connect(turning.setChecked)
    _add(view, "See all of the path", "Home", path.reset)
    view.addSeparator()
    _add(view, "Plugins…", "Ctrl+P", window.dialogs.open_rack)
    view.addSeparator()
    _add(view, "Full screen", "F11", window.toggle_full_screen)

    _add(about, "Keys", "F1", window.help.toggle)
    _make_keys(window)
    return Menus(undo, redo, record, hold, lessons, (half, double, hold))


def _make_keys(window: "Window") -> None:
    """What has a key but no entry in a menu."""
    commands, tempo, scenes = window.commands, window.transport.tempo, window.scenes
    keys: dict[str, Do] = {
        "Esc": window.escape,
        "L": commands.next_launch,
        "F": commands.toggle_follow,
        "Ctrl+Y": commands.redo,
        "+": lambda: tempo.change(1.0),
        "=": lambda: tempo.change(1.0),
        "-": lambda: tempo.change(-1.0),
    }
    keys |= {str(corner + 1): lambda corner=corner: commands.capture(corner) for corner in range(4)}
    keys |= {KEYS[number]: lambda number=number: scenes.go(number) for number in range(SCENES)}
    keys |= {f"Shift+{KEYS[number]}": lambda number=number: scenes.store(number) for number in range(SCENES)}
    for key, do in keys.items():
        QShortcut(QKeySequence(key), window, do).setAutoRepeat(key in _REPEATED)


def _add(menu: QMenu, text: str, keys: str, do: Do) -> QAction:
    action = menu.addAction(text)
    action.setAutoRepeat(False)
    if keys:
        action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda *_: do())
    return action


def _checkable(action: QAction) -> QAction:
    action.setCheckable(True)
    return action
