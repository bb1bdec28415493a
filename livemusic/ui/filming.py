"""Make a film of a recording: its path and its sound, in a process of its own, so that the music never stops."""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from livemusic.session.files import free_path
from livemusic.session.film_steps import Failed, Filmed, Filming, Step
from livemusic.session.show import Show
from livemusic.ui import theme
from livemusic.ui.child import Child

COMMAND: tuple[str, ...] = (sys.executable, "-m", "livemusic", "embed", "--json-lines")

_AUDIO = "Audio files (*.wav *.flac *.ogg *.mp3 *.aif *.aiff *.opus);;All files (*)"
_FILMS = "Films (*.mp4)"
_SIZES = {"1080p": 1080, "720p": 720, "2160p (4K)": 2160}
_WHOLE = 1000
#: Hearing the recording comes before its first picture.
_HEARD = 50
_BROKEN = "It broke off (code {code}), and nothing was kept. Try again."

_STYLE = f"""
QLabel[role="help"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; background: transparent; }}
QLineEdit {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: 8px; padding: 5px 10px;
    min-height: 20px; }}
QLineEdit:focus {{ border-color: {theme.ACCENT}; }}
QProgressBar {{ background: {theme.LINE}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {theme.ACCENT}; border-radius: 3px; }}
QCheckBox {{ background: transparent; }}
{theme.RING}"""


class FilmProcess(QObject):
    """Runs `command` for one film at a time; see `Child`. `stepped` tells of every step on the way; then `ended` comes
    once, with what was `Filmed`, why it `Failed`, or None where it was cancelled.
    """

    stepped = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.child = Child(self, command)
        self.cancel, self.end = self.child.cancel, self.child.end
        self._outcome: Filmed | Failed | None = None
        self._path: TemporaryDirectory[str] | None = None
        self.child.said.connect(self._hear)
        self.child.over.connect(self._finish)

    @property
    def running(self) -> bool:
        return self.child.running

    def start(self, sound: Path, film: Path, height: int, fps: int, show: Show) -> None:
        """Begin, unless it runs already."""
        if self.running:
            return
        self._outcome = None
        self._path = TemporaryDirectory(prefix="livemusic-")
        self.child.start(
            f"--video={film}", f"--out={Path(self._path.name) / 'trajectory.npz'}", f"--height={height}",
            f"--fps={fps}", f"--theme={show.theme}", f"--colour={show.colour}", f"--motion={show.motion}",
            *(["--hits"] if show.hits else []), "--", str(sound),
        )  # fmt: skip

    def _hear(self, line: bytes) -> None:
        try:
            step: Step = msgspec.json.decode(line, type=Step)
        except msgspec.MsgspecError:
            return  # a stranger's words among ours
        if isinstance(step, Filming):
            self.stepped.emit(step)
        else:
            self._outcome = step

    def _finish(self, code: int, reason: str) -> None:
        if self._path is not None:
            self._path.cleanup()
            self._path = None
        if self._outcome is not None:  # also where it was done before it heard that it should stop
            self.ended.emit(self._outcome)
        elif self.child.cancelled:
            self.ended.emit(None)
        else:
            self.ended.emit(Failed(reason or _BROKEN.format(code=code)))


class FilmDialog(QDialog):
    """Asks what the film is of, where to and how, makes it, and shows how far it is. It looks as the stage does.

    Closed it goes on; only the end of the program ends it.
    """

    def __init__(self, parent: QWidget | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.process = FilmProcess(self, command)
        self._show = Show()
        self.setWindowTitle("Make a film")
        self.setStyleSheet(theme.dressed(_STYLE))
        self.setMinimumWidth(620)
        self.sound, self.film = QLineEdit(self), QLineEdit(self)
        self.sound.setPlaceholderText("An audio file")
        self.film.setPlaceholderText("film.mp4")
        self.size, self.fps, self.hits = QComboBox(self), QComboBox(self), QCheckBox("Glow on drum hits", self)
        self.size.addItems(list(_SIZES))
        self.fps.addItems(["30 frames per second", "60 frames per second"])
        self.doing, self.progress = QLabel(self), QProgressBar(self)
        self.doing.setProperty("role", "help")
        self.doing.setWordWrap(True)
        self.progress.setRange(0, _WHOLE)
        self.progress.setTextVisible(False)
        self.start, self.stop = QPushButton("Make the film", self), QPushButton("Cancel", self)
        self.stop.setProperty("role", "quiet")
        for widget, name in (
            (self.sound, "Recording"), (self.film, "Film"), (self.size, "Size"), (self.fps, "Frame rate"),
            (self.progress, "Progress"),
        ):  # fmt: skip
            widget.setAccessibleName(name)
        self._lay_out()
        self.start.clicked.connect(self.begin)
        self.stop.clicked.connect(self._leave)
        self.process.stepped.connect(self._step)
        self.process.ended.connect(self._end)
        for line in (self.sound, self.film):
            line.textChanged.connect(self._allow)
        self._show_running(False)
        self.doing.setText("The path as the stage shows it, with the recording's sound. The music keeps playing.")

    def offer(self, sound: str, show: Show) -> None:
        """`sound` is what is listened to, where that is a file; `show`: how it looks."""
        self._show = show
        self.hits.setChecked(show.hits)
        if sound and not self.sound.text():
            self.sound.setText(sound)
            self.film.setText(str(free_path(Path(sound).with_suffix(".mp4"))))

    def begin(self) -> None:
        """Make it."""
        film = Path(self.film.text().strip()).expanduser()
        if film.suffix.lower() != ".mp4":
            film = film.with_name(f"{film.name}.mp4")
        show = msgspec.structs.replace(self._show, hits=self.hits.isChecked())
        height = _SIZES[self.size.currentText()]
        self.progress.setValue(0)
        self.doing.setText("Listening to it…")
        self.process.start(
            Path(self.sound.text().strip()).expanduser(), film, height, 60 if self.fps.currentIndex() else 30, show
        )
        self._show_running(True)

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setSpacing(theme.GAP)
        for row, (name, line, ask) in enumerate(
            (("Recording", self.sound, self._choose_sound), ("Film", self.film, self._choose_film))
        ):
            label, button = QLabel(name, self), QPushButton("Choose…", self)
            label.setProperty("role", "help")
            button.setProperty("role", "quiet")
            button.setAccessibleName(f"Choose the {name.lower()}")
            button.clicked.connect(ask)
            form.addWidget(label, row, 0)
            form.addWidget(line, row, 1)
            form.addWidget(button, row, 2)
        choices, buttons, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        for widget in (self.size, self.fps, self.hits):
            choices.addWidget(widget)
        choices.addStretch(1)
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.start)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(14)
        column.addLayout(form)
        column.addLayout(choices)
        column.addWidget(self.doing)
        column.addWidget(self.progress)
        column.addLayout(buttons)

    def _choose_sound(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Film a recording", self.sound.text() or str(Path.home()), _AUDIO)
        if name:
            self.sound.setText(name)
            if not self.film.text():
                self.film.setText(str(free_path(Path(name).with_suffix(".mp4"))))

    def _choose_film(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save to", self.film.text() or str(Path.home()), _FILMS)
        if name:
            self.film.setText(name)

    def _allow(self) -> None:
        whole = bool(self.sound.text().strip()) and bool(self.film.text().strip())
        self.start.setEnabled(whole and not self.process.running)

    def _step(self, step: Filming) -> None:
        share = step.done / max(step.whole, 1e-9)
        self.progress.setValue(round(_HEARD + (_WHOLE - _HEARD) * share))
        self.doing.setText(f"Filming: {step.done:.0f} of {step.whole:.0f} s")

    def _end(self, outcome: Filmed | Failed | None) -> None:
        self._show_running(False)
        match outcome:
            case Filmed(path):
                self.progress.setValue(_WHOLE)
                self.doing.setText(f"The film is in {path}.")
            case Failed(reason):
                self.progress.setValue(0)
                self.doing.setText(reason)
            case None:
                self.progress.setValue(0)
                self.doing.setText("Cancelled; nothing was kept.")

    def _leave(self) -> None:
        if self.process.running:
            self.process.cancel()
        else:
            self.close()

    def _show_running(self, running: bool) -> None:
        for widget in (self.sound, self.film, self.size, self.fps, self.hits):
            widget.setEnabled(not running)
        self.stop.setText("Cancel" if running else "Close")
        self.setCursor(Qt.CursorShape.BusyCursor if running else Qt.CursorShape.ArrowCursor)
        self._allow()
