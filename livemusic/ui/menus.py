"""The menus and keys of the window, made from the table of actions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from livemusic.engine.action import Switch
from livemusic.engine.actions import ACTIONS, BY_NAME
from livemusic.engine.snapshot import Snapshot
from livemusic.ui.choice_menu import ChoiceMenu
from livemusic.ui.panels.answer import AnswerMenu
from livemusic.ui.show_menus import ShowMenus

if TYPE_CHECKING:
    from livemusic.ui.window import Window

#: The tools of the sketchbook by name, which is made only when it is wanted.
TOOLS = (
    "Sketch", "Vary", "Clean up", "Humanise", "Tap", "Between", "Style map", "Figures", "Learn mine", "Piano",
)  # fmt: skip

#: What stands in each menu; None is a line between.
_MENUS: dict[str, tuple[str | None, ...]] = {
    "&File": (
        "open audio", "takes", None, "save preset", "save preset as", "import", "choose map", "export everything", None,
        "save pattern", "save last bars", None, "preferences", None, "leave", "quit",
    ),
    "&Edit": ("undo", "redo", None, "edit pattern", "duplicate bar", "double pattern", "halve pattern", None),
    "&Play": (
        "play/stop", "resume", "record", "metronome", "clear", None,
        "fill", "another variation", "half time", "double time", "next section", "reset performance", None,
        "play song", "restart song", "other take", "learn song", "record take", None,
        "next preset", "previous preset", "set list", None, "hear drums", "heard midi", None,
        "match next hit", "match last hit", "match file", "reset drums", None,
        "unmute all", None,
    ),
    "&Tempo": (
        "tap", "faster", "slower", "nudge earlier", "nudge later", None, "set ramp", "ramp", "lead back", None,
        "tempo half", "tempo double", "hold",
    ),
    "&Sketch": ("sketchbook", None),
    "&View": (
        "turn path", "reset path", "clear path", "harmony view", "save picture", "save film", None,
        "mixer", "plugins", None,
        "full screen", "stage", "stage lock", None,
    ),
    "&Help": ("help", "manual", "tour", "what is this", None, "about"),
}  # fmt: skip

#: What has a control in a window that is wide enough, and always a menu below *Play*.
_CHOICES = {"Record to": "record to", "Launch quantise": "launch"}
#: What can be taught and has no control of its own, or not always.
_WITHOUT_CONTROL = (
    "undo", "redo", "next preset", "previous preset", "preset", "play/stop", "resume", "record", "tap", "panic",
    "metronome", "metronome level", "metronome speakers", "metronome midi", "count-in", "record to",
    *BY_NAME["pass"].targets,
    "faster", "slower", "time from", "lead back", "ramp", "ramp to", "ramp bars",
    "play song", "restart song", "other take", "learn song", "record take", "clear path",
    "clear", "nudge earlier", "nudge later", "hold", "tempo half", "tempo double",
    "hear drums", "heard midi",
    "follow sections", "follow what", "harmony view", "stage lock", "corner 1", "corner 2", "corner 3", "corner 4",
    *BY_NAME["answer"].targets, "answer freedom",
    "match next hit", "match last hit", "reset drums", *BY_NAME["mute group"].targets, "unmute all",
)  # fmt: skip

#: What makes sense only while the music leads.
STEERING = ("tempo half", "tempo double", "hold")
#: And only while a song is open.
OF_A_SONG = ("play song", "restart song")
#: Keys that go on while they are held down.
_REPEATED = ("faster", "slower")
#: Their keys do something for as long as they are down, see `ui.fingers`.
_HELD = ("strike", "erase")

Do = Callable[[int], object]


@dataclass(slots=True)
class Menus:
    """The entries by the name of their action, the lessons in MIDI, how the path is shown, the stage's own keys;
    all entries and keys by action."""

    entries: dict[str, QAction]
    lessons: QMenu
    answers: AnswerMenu
    choices: tuple[ChoiceMenu, ...]
    show: ShowMenus
    stage_keys: tuple[QAction, ...]
    by_action: dict[str, list[QAction]]

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        for name, words in (("undo", snapshot.undoes), ("redo", snapshot.redoes)):
            self.entries[name].setEnabled(bool(words))
            self.entries[name].setText(f"{BY_NAME[name].words} {words}".strip())
        for name, entry in self.entries.items():
            kind = BY_NAME[name].kind
            if isinstance(kind, Switch):
                entry.setChecked(kind.on(snapshot))
        self.show.show_state(snapshot.surface.show)
        self.answers.show_state(snapshot.answer)
        for choice in self.choices:
            choice.show_state(snapshot)
        for name in OF_A_SONG:
            self.entries[name].setEnabled(snapshot.song is not None)
        self.entries["other take"].setEnabled(snapshot.song is not None and bool(snapshot.song.other))
        self.entries["lead back"].setEnabled(bool(snapshot.transport.taken))
        self.entries["ramp"].setEnabled(snapshot.transport.playing)
        for name in STEERING:
            self.entries[name].setEnabled(snapshot.transport.lead == "audio")


def make_menus(window: "Window") -> Menus:
    """Fill the menu bar of `window` and give it its keys."""
    handlers, entries, menus = _handlers(window), dict[str, QAction](), dict[str, QMenu]()
    for title, names in _MENUS.items():
        menu = menus[title] = window.menuBar().addMenu(title)
        for name in names:
            if name is None:
                menu.addSeparator()
            else:
                entries[name] = _add(menu, name, handlers[name])
    menus["&Play"].addSeparator()
    menus["&Play"].addMenu(window.sections)
    answers = AnswerMenu(window)
    answers.asked.connect(window.bridge.send)
    choices = tuple(ChoiceMenu(title, name, window) for title, name in _CHOICES.items())
    for menu in choices:
        menu.asked.connect(window.bridge.send)
    for menu in (answers, *choices):
        menus["&Play"].addMenu(menu)
    menus["&Edit"].addMenu(window.renames)
    for name in ("undo", "redo"):
        entries[name].setEnabled(False)
    path, turning = window.trajectory, entries["turn path"]
    turning.setCheckable(True)
    turning.setChecked(path.turning)
    path.turning_changed.connect(turning.setChecked)
    lessons = menus["&Edit"].addMenu("Learn MIDI")
    lessons.setToolTip("Or right-click on any control")
    lessons.aboutToShow.connect(lambda: (lessons.clear(), window.teaching.fill(lessons, *_WITHOUT_CONTROL)))
    tools = [menus["&Sketch"].addAction(f"{tool}…") for tool in TOOLS]
    for entry, tool in zip(tools, TOOLS, strict=True):
        entry.triggered.connect(lambda *_, tool=tool: window.dialogs.open_sketchbook(tool))
    others = [
        _key(window, key, name, lambda do=handlers[name], number=number: do(number))
        for key, name, number in _keys(entries)
    ]
    window.addActions(others)
    stage_keys = (*entries.values(), *(key for key in others if key.data() != "panic"))
    by_action = {name: [entry] for name, entry in entries.items()}
    for key in others:
        by_action.setdefault(key.data(), []).append(key)
    by_action["renames"] = [window.renames.menuAction()]
    by_action["lessons"] = [lessons.menuAction()]
    by_action["sketchbook tools"] = tools
    return Menus(entries, lessons, answers, choices, ShowMenus(menus["&View"], window), stage_keys, by_action)


def _key(window: "Window", key: str, name: str, do: Callable[[], object]) -> QAction:
    """A shortcut without an entry in a menu."""
    action = QAction(window)
    action.setData(name)
    action.setShortcut(QKeySequence(key))
    action.setAutoRepeat(name in _REPEATED)
    action.triggered.connect(lambda *_: do())
    return action


def _handlers(window: "Window") -> dict[str, Do]:
    """What each action does: the engine's by the table, the window's own here."""
    commands, files, dialogs, path = window.commands, window.files, window.dialogs, window.trajectory
    own: dict[str, Do] = {
        "panic": lambda _: window.guard.escape(),
        "scene": window.scenes.go,
        "store scene": window.scenes.store,
        "open audio": lambda _: files.choose_audio(),
        "save preset": lambda _: files.save_preset(),
        "save preset as": lambda _: files.save_preset_as(),
        "import": lambda _: files.choose_import(),
        "match file": lambda _: files.choose_hit(),
        "choose map": lambda _: files.choose_map(),
        "export everything": lambda _: files.export_everything(),
        "save pattern": lambda _: files.save_pattern(),
        "save last bars": lambda _: files.save_last_bars(),
        "sketchbook": lambda _: dialogs.open_sketchbook(),
        "plugins": lambda _: dialogs.open_rack(),
        "set list": lambda _: dialogs.open_set_list(),
        "mixer": lambda _: window.output.mixer.toggle(),
        "preferences": lambda _: dialogs.open_preferences(),
        "set ramp": lambda _: dialogs.open_ramp(),
        "takes": lambda _: window.review.open_takes(),
        "turn path": lambda _: path.set_turning(not path.turning),
        "reset path": lambda _: path.reset(),
        "save picture": lambda _: window.save_picture(),
        "save film": lambda _: dialogs.open_film(),
        "full screen": lambda _: window.toggle_full_screen(),
        "leave": lambda _: window.leave(),
        "quit": lambda _: window.close(),
        "help": lambda _: window.help.toggle(),
        "manual": lambda _: window.assistance.open_manual(),
        "tour": lambda _: window.assistance.tour.begin(),
        "what is this": lambda _: window.assistance.ask_what_this_is(),
        "about": lambda _: window.assistance.open_about(),
    }
    engine: dict[str, Do] = {
        action.name: lambda number, name=action.name: commands.press(name, number)
        for action in ACTIONS
        if action.kind is not None
    }
    return engine | own


def _keys(entries: dict[str, QAction]) -> Iterator[tuple[str, str, int]]:
    """Key, action and number of each shortcut that no entry of a menu has."""
    for action in ACTIONS:
        if action.name not in _HELD:
            numbered = action.name in ("capture", "scene", "store scene")
            for number, key in enumerate(action.keys):
                if number or action.name not in entries:
                    yield key, action.name, number if numbered else 0


def _add(menu: QMenu, name: str, do: Do) -> QAction:
    action = BY_NAME[name]
    entry = menu.addAction(action.words)
    entry.setAutoRepeat(False)
    entry.setCheckable(isinstance(action.kind, Switch))
    if action.keys:
        entry.setShortcut(QKeySequence(action.keys[0]))
    entry.triggered.connect(lambda *_: do(0))
    return entry
