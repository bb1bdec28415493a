"""The Help menu: the tour, What's this, the manual, about."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWhatsThis, QWidget

from livemusic.ui.face import Face
from livemusic.ui.tour import Step, Tour

if TYPE_CHECKING:
    from livemusic.ui.about import AboutDialog
    from livemusic.ui.manual import Manual


class Assistance:
    """What helps on `face`; its dialogs are made when they are first wanted."""

    def __init__(self, face: Face, settings: QSettings) -> None:
        self._face = face
        self.tour = Tour(face.centralWidget(), _steps(face), settings)
        self.about: AboutDialog | None = None
        self.manual: Manual | None = None

    def greet(self) -> None:
        """Show the tour where it was never seen."""
        if not self.tour.seen:
            self.tour.begin()

    def open_about(self) -> None:
        """Version, licence, diagnostics."""
        if self.about is None:
            from livemusic.ui.about import AboutDialog

            self.about = AboutDialog(self._face)
        self.about.tell(self._face.desk.snapshot)
        _bring_up(self.about)

    def open_manual(self) -> None:
        """The guide."""
        if self.manual is None:
            from livemusic.ui.manual import Manual

            self.manual = Manual(self._face)
        _bring_up(self.manual)

    def ask_what_this_is(self) -> None:
        """The next click on anything says what it is for."""
        for top in QApplication.topLevelWidgets():
            for widget in (top, *top.findChildren(QWidget)):
                if tip := widget.toolTip():
                    widget.setWhatsThis(tip)
        QWhatsThis.enterWhatsThisMode()


def _bring_up(dialog: QWidget) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def _steps(face: Face) -> tuple[Step, ...]:
    return (
        Step(
            lambda: face.transport.play,
            "Play",
            "Space starts and stops the drums. Esc is panic: all notes off.",
        ),
        Step(lambda: face.pad, "Morph", "Drag on the pad: each corner is a drum pattern, and between them they morph."),
        Step(
            lambda: face.sources,
            "Connect",
            "“Listen to” chooses the audio that is drawn as a path: a device, a file or the demo song. “MIDI to” sends "
            "the drums to your DAW; the virtual port appears there as “livemusic”.",
        ),
        Step(
            lambda: face.trajectory,
            "Watch",
            "The music moves along a path; what sounds alike lies together. Follow (F) lets the path move the pad.",
        ),
        Step(
            lambda: face.grid,
            "Make it yours",
            "Edit the pattern here, or make new ones in the sketchbook (Ctrl+K). Right-click any control to map it to "
            "a knob or pad. F1 shows all keys.",
        ),
    )
