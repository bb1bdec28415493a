"""Preferences: how the drums of the built-in kit sound, each by itself or matched to a drum of the musician's own."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.engine.edits import ResetVoices, SetVoice
from livemusic.engine.messages import PlayDrum
from livemusic.engine.playback import MatchFile, MatchNext, StopMatching
from livemusic.engine.snapshot import MatchingState, Snapshot
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.files import kept
from livemusic.session.settings import Settings
from livemusic.ui import theme
from livemusic.ui.drops import dropped_file
from livemusic.ui.files import AUDIO
from livemusic.ui.panels.button import button
from livemusic.ui.preferences.lanes import Spot
from livemusic.ui.preferences.learn import pulse
from livemusic.ui.preferences.page import Elided, GlowRow, Page, words
from livemusic.ui.preferences.samples import SampleChoice

_NAME, _NEXT, _FILE, _TRY, _RESET = 112, 98, 60, 48, 62
_STRENGTH = 100
_OWN = "built-in"
_HELP = (
    "Press “Next hit” and strike your drum once where livemusic listens, or choose or drop a recording of a hit: after "
    "some seconds the kit plays a drum that sounds like it. It is kept in the preset; Ctrl+Z takes it back."
)


_SAMPLES = (
    "Play your own samples: a folder of one-shots named after their drums (kick, snare, hh closed, tom low …), or an "
    "SFZ drum kit. Drums that it lacks, and drums matched below, are played by the built-in kit."
)


class VoiceRow(GlowRow):
    """One drum. `asked` carries requests to the engine."""

    asked = Signal(object)

    def __init__(self, voice: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.voice = voice
        name = VOICE_NAMES[voice]
        self.next = button("Next hit", f"Match the {name} to the next hit heard", self, "quiet", f"Match the {name}")
        self.next.setCheckable(True)
        self.file = button("File…", f"Match the {name} to a recorded hit", self, "quiet", f"A file for the {name}")
        self.strike = button("Try", f"Hear the {name}", self, "quiet", f"Hear the {name}")
        self.reset = button("Reset", f"The {name} to the built-in sound", self, "quiet", f"Reset the {name}")
        self.told = Elided("help", Qt.TextElideMode.ElideRight, self)
        title = QLabel(name.capitalize(), self)
        title.setFixedWidth(_NAME - 22)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 6, 3)
        row.setSpacing(8)
        row.addWidget(Spot(theme.LANES[voice], self))
        row.addWidget(title)
        row.addWidget(self.told, 1)
        for widget, width in ((self.next, _NEXT), (self.file, _FILE), (self.strike, _TRY), (self.reset, _RESET)):
            widget.setFixedWidth(width)
            row.addWidget(widget)
        self.next.clicked.connect(lambda on: self.asked.emit(MatchNext(voice) if on else StopMatching()))
        self.file.clicked.connect(self._choose)
        self.strike.pressed.connect(lambda: self.asked.emit(PlayDrum(voice, _STRENGTH)))
        self.strike.released.connect(lambda: self.asked.emit(PlayDrum(voice, 0)))
        self.reset.clicked.connect(lambda: self.asked.emit(SetVoice(voice)))
        self._matched: DrumVoice | None = None
        self.setAcceptDrops(True)
        self.installEventFilter(self)
        self.show_voice(None)

    def show_voice(self, matched: DrumVoice | None) -> None:
        """How it sounds."""
        self._matched = matched
        self.reset.setEnabled(matched is not None)
        self.show_matching(MatchingState(), 0.0)

    def show_matching(self, matching: MatchingState, glow: float) -> None:
        """What is being matched, if it is this one."""
        own = matching.state if matching.voice == self.voice else ""
        self.next.setChecked(bool(own))
        self.next.setText({"": "Next hit", "waiting": "Strike it…", "matching": "Matching…"}[own])
        self.show_glow(glow if own == "waiting" else 0.0)
        told = _OWN if self._matched is None else f"matched to {self._matched.name or 'a hit that was heard'}"
        told = f"matching … {100 * matching.done:.0f} %" if own == "matching" else told
        if told != self.told.whole:
            self.told.show_whole(told)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            assert isinstance(event, QDropEvent)
            path = dropped_file(event)
            if path is not None:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self._match(path)
            return True
        return super().eventFilter(watched, event)

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Match a drum to a recorded hit", str(Path.home()), AUDIO)
        if path:
            self._match(Path(path))

    def _match(self, path: Path) -> None:
        self.asked.emit(MatchFile(self.voice, kept(path)))


class KitPage(Page):
    """The nine drums."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Kit", "Sound of the built-in kit: as shipped, or matched to your own drums.", parent)
        self.rows = tuple(VoiceRow(voice, self.sheet) for voice in range(len(VOICE_NAMES)))
        self.reset = button("Reset all", "Reset all drums to the built-in kit", self.sheet)
        self.reset.clicked.connect(lambda: self.asked.emit(ResetVoices()))
        self.samples = SampleChoice(self.sheet)
        self.samples.chosen.connect(lambda wanted: self.changed.emit({"kit": wanted}))
        sounds = self.card("SOUNDS")
        sounds.rows.addWidget(words(_SAMPLES, "help", self.sheet))
        sounds.rows.addWidget(self.samples)
        card = self.card("MATCH MY DRUM")
        card.rows.addWidget(words(_HELP, "help", self.sheet))
        column = QVBoxLayout()
        column.setSpacing(1)
        for row in self.rows:
            row.asked.connect(self.asked)
            column.addWidget(row)
        card.rows.addLayout(column)
        across = QHBoxLayout()
        across.addWidget(self.reset)
        across.addStretch(1)
        card.rows.addLayout(across)
        self.said = words("", "help", self.sheet)
        self.said.setAccessibleName("Result of the last match")
        card.rows.addWidget(self.said)
        self.cards.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """What the kit plays."""
        self.samples.show_kit(settings.kit)

    def show_voices(self, voices: Mapping[str, DrumVoice]) -> None:
        """Which drums are matched."""
        self.reset.setEnabled(bool(voices))
        for row in self.rows:
            row.show_voice(voices.get(VOICE_NAMES[row.voice]))

    def show_state(self, snapshot: Snapshot) -> None:
        """What is being matched."""
        self.samples.show_told(snapshot.mixer.kit)
        for row in self.rows:
            row.show_matching(snapshot.matching, pulse(snapshot.now))
        if snapshot.notices:
            self.said.setText(snapshot.notices[-1].text)
