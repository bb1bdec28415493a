"""The menus and keys of the window, made from the table of actions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from livemusic.engine.action import Switch
from livemusic.engine.actions import ACTIONS, BY_NAME
from livemusic.engine.snapshot import Snapshot
from livemusic.ui.choice_menu import ChoiceMenu
from livemusic.ui.face import Face
from livemusic.ui.panels.answer import AnswerMenu
from livemusic.ui.show_menus import ShowMenus
from livemusic.ui.stage import StageHand
from livemusic.ui.teaching import Teaching

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
    "metronome", "metronome level", "metronome speakers", "metronome outputs", "metronome midi",
    "count-in", "record to", *BY_NAME["pass"].targets,
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


def make_menus(
    face: Face, handlers: Mapping[str, Do], open_tool: Callable[[str], object], teaching: Teaching, hand: StageHand
) -> Menus:
    """Fill the menu bar of `face` and give it its keys. `handlers`: what each action does, by name; `open_tool` opens
    the sketchbook at one of `TOOLS`.
    """
    entries, menus = dict[str, QAction](), dict[str, QMenu]()
    for title, names in _MENUS.items():
        menu = menus[title] = face.menuBar().addMenu(title)
        for name in names:
            if name is None:
                menu.addSeparator()
            else:
                entries[name] = _add(menu, name, handlers[name])
    menus["&Play"].addSeparator()
    menus["&Play"].addMenu(face.sections)
    answers = AnswerMenu(face)
    choices = tuple(ChoiceMenu(title, name, face) for title, name in _CHOICES.items())
    for menu in (answers, *choices):
        menu.asked.connect(face.desk.send)
        menus["&Play"].addMenu(menu)
    menus["&Edit"].addMenu(face.renames)
    for name in ("undo", "redo"):
        entries[name].setEnabled(False)
    path, turning = face.trajectory, entries["turn path"]
    turning.setCheckable(True)
    turning.setChecked(path.turning)
    path.turning_changed.connect(turning.setChecked)
    lessons = menus["&Edit"].addMenu("Learn MIDI")
    lessons.setToolTip("Or right-click on any control")
    lessons.aboutToShow.connect(lambda: (lessons.clear(), teaching.fill(lessons, *_WITHOUT_CONTROL)))
    tools = [menus["&Sketch"].addAction(f"{tool}…") for tool in TOOLS]
    for entry, tool in zip(tools, TOOLS, strict=True):
        entry.triggered.connect(lambda *_, tool=tool: open_tool(tool))
    others = [
        _key(face, key, name, lambda do=handlers[name], number=number: do(number))
        for key, name, number in _keys(entries)
    ]
    face.addActions(others)
    stage_keys = (*entries.values(), *(key for key in others if key.data() != "panic"))
    by_action = {name: [entry] for name, entry in entries.items()}
    for key in others:
        by_action.setdefault(key.data(), []).append(key)
    by_action["renames"] = [face.renames.menuAction()]
    by_action["lessons"] = [lessons.menuAction()]
    by_action["sketchbook tools"] = tools
    show = ShowMenus(menus["&View"], face.desk.send, hand)
    return Menus(entries, lessons, answers, choices, show, stage_keys, by_action)


def _key(face: Face, key: str, name: str, do: Callable[[], object]) -> QAction:
    """A shortcut without an entry in a menu."""
    action = QAction(face)
    action.setData(name)
    action.setShortcut(QKeySequence(key))
    action.setAutoRepeat(name in _REPEATED)
    action.triggered.connect(lambda *_: do())
    return action


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
