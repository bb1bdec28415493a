"""Everything that comes from a file or goes into one, with its questions: open, save, import, export, drop."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QWidget

from livemusic.engine.edits import Apply, SavePreset, SaveSession, SetCorner
from livemusic.engine.messages import Export
from livemusic.engine.playback import MatchFile
from livemusic.engine.snapshot import Snapshot
from livemusic.errors import LiveMusicError
from livemusic.session.drum_map import GENERAL_MIDI, DrumMap
from livemusic.session.files import free_path, kept
from livemusic.session.library import list_presets, preset_folders
from livemusic.session.map_library import list_maps
from livemusic.session.preset import CORNER_LETTERS, CORNERS, Clip
from livemusic.session.settings import Session
from livemusic.session.short_name import GIVEN, free_name
from livemusic.ui.commands import Desk
from livemusic.ui.incoming import DOCUMENTS, MIDI_FILES, read_clip, read_document
from livemusic.ui.outgoing import drag_clip, drag_playing, file_name, plain_name, write_playing
from livemusic.ui.picture import PICTURES
from livemusic.ui.saving import agreed, ask_file

LAST_BARS = 8
ANOTHER_MAP = "Read with another drum map…"
#: So many sentences on what of a file was left out or mended are shown.
_REMARKS = 4
_ALONE = "The engine is not there yet. Try again in a moment."
AUDIO = "Audio files (*.wav *.flac *.ogg *.mp3 *.aif *.aiff *.opus);;All files (*)"
_PICTURES = "Pictures (*.png *.svg)"
_IMPORTS = "Presets, sessions and MIDI files (*.json *.mid *.midi)"


class Files(QObject):
    """Asks for names in `window`. `said` carries sentences for the musician, `audio_chosen` a path to listen to."""

    said = Signal(str)
    audio_chosen = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, settings: QSettings) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._settings = settings
        self._brought: tuple[Path, int, DrumMap] | None = None
        self._saved: dict[str, Path] = {}
        self._given: set[Path] = set()

    # Into the window.

    def choose_audio(self) -> None:
        """Ask for an audio file to listen to."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Listen to an audio file", self._folder("folder"), AUDIO)
        if name:
            self._settings.setValue("folder", str(Path(name).parent))
            self.audio_chosen.emit(name)

    def choose_hit(self) -> None:
        """Ask for a recording of a hit, and let the drum that it most likely is sound like it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Match a drum to a hit", self._folder("hits"), AUDIO)
        if name:
            self._settings.setValue("hits", str(Path(name).parent))
            self.match(Path(name))

    def match(self, path: Path, voice: int = -1) -> None:
        """Let a drum of the kit (-1: the most likely one) sound like the hit in `path`."""
        self._desk.send(MatchFile(voice, kept(path)))

    def choose_import(self) -> None:
        """Ask for a preset, a session or a MIDI file."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Import", self._folder("imports"), _IMPORTS)
        if name:
            self._settings.setValue("imports", str(Path(name).parent))
            self.bring(Path(name))

    def bring(self, path: Path, corner: int | None = None) -> None:
        """Take a file in by what it is: a preset or session plays, a MIDI file goes to `corner`, the rest is heard.

        Without `corner` it is asked which one a pattern goes to.
        """
        kind = path.suffix.lower()
        if (now := self._now()) is None:
            return
        _, session = now
        if kind in MIDI_FILES:
            self._try(lambda: self._put(path, corner))
        elif kind in DOCUMENTS:
            self._try(lambda: self._play(path, session))
        else:
            self.audio_chosen.emit(str(path))

    def choose_map(self) -> None:
        """Ask which drum map the MIDI file that was brought in last was made for, and read it again by that."""
        if self._brought is None:
            self.said.emit("Bring in a MIDI file first: then you can choose which drum map it is read by.")
            return
        path, corner, read = self._brought
        maps = list_maps()
        names = [each.name for each in maps]
        chosen, sure = QInputDialog.getItem(
            self._window,
            "Drum map",
            f"Which drum kit was “{path.stem}” made for? Its notes are read by that kit's drum map.",
            names,
            names.index(read.name) if read.name in names else 0,
            False,
        )
        if sure and chosen in names:
            self._try(lambda: self._put(path, corner, maps[names.index(chosen)]))

    def _put(self, path: Path, corner: int | None, decided: DrumMap | None = None) -> None:
        ours = self._desk.session.settings.drum_map if self._desk.session else None
        read = read_clip(path, ours, decided)
        corner = self._choose_corner(read.clip.name) if corner is None else corner
        if corner is None:
            return
        self._desk.send(SetCorner(corner, read.clip))
        self._brought = path, corner, read.drum_map
        said = [f"“{read.clip.name}” is in the {CORNERS[corner]} corner now. Ctrl+Z takes it back."]
        if (
            decided is not None
            or read.drum_map.name != GENERAL_MIDI.name
            or any("left out" in each for each in read.remarks)
        ):
            said.append(f"Read by the drum map “{read.drum_map.name}”; File, “{ANOTHER_MAP}” chooses.")
        self.said.emit(" ".join((*said, *read.remarks[:_REMARKS])))

    def _choose_corner(self, name: str) -> int | None:
        """Ask which corner a pattern goes to; the one heard most is proposed."""
        if (now := self._now()) is None:
            return None
        weights = now[0].listen.weights
        corners = [
            f"{CORNER_LETTERS[place]}, {CORNERS[place]}: {held}" for place, held in enumerate(self._desk.corner_names)
        ]
        chosen, sure = QInputDialog.getItem(
            self._window,
            "Import",
            f"Which corner does “{name}” go to? It takes the place of the pattern there; Ctrl+Z takes it back.",
            corners,
            weights.index(max(weights)),
            False,
        )
        return corners.index(chosen) if sure and chosen in corners else None

    def _play(self, path: Path, before: Session) -> None:
        found = read_document(path)
        if isinstance(found, Session):
            self._desk.send(Apply(found, forgiving=True))
            name = found.preset.name
        else:
            self._desk.send(Apply(Session(found, before.settings)))
            name = found.name
        self.said.emit(f"Bringing in “{name}”… Ctrl+S keeps it among your presets, Ctrl+Z takes it back.")

    # Out of the window.

    def save_preset(self) -> None:
        """Keep the preset as it plays; the first time its name is asked for."""
        if (now := self._now()) is None:
            return
        name = now[1].preset.name
        if (path := own_preset(name)) is not None:
            self._save(path, name)
        else:
            self.save_preset_as()

    def save_preset_as(self) -> None:
        """Ask what the preset is to be called, and keep it as it plays."""
        if (now := self._now()) is None:
            return
        taken = [known for known, _ in list_presets()] + list(self._saved)
        free = free_name(now[1].preset.name, taken, GIVEN)
        name = self._ask_name("Save preset", "What is this preset called?", free)
        if not name:
            return
        path = own_preset(name) or self._saved.get(_plain(name))
        if path is None or agreed(self._window, f"There is a preset of yours called “{name}” already. Overwrite it?"):
            self._save(path or self._free_path(name), name)

    def _save(self, path: Path, name: str) -> None:
        self._saved[_plain(name)] = path
        self._desk.send(SavePreset(str(path), name))

    def _free_path(self, name: str) -> Path:
        """A file in the musician's folder that no other preset is in yet."""
        wanted = preset_folders()[0] / f"{plain_name(name, 'preset')}.json"
        return free_path(wanted, self._saved.values())

    def export_everything(self) -> None:
        """Ask for a file name and write settings, controls and preset as they are now into one file."""
        if (now := self._now()) is None:
            return
        wanted = f"{plain_name(now[1].preset.name, 'session')}.json"
        if path := self._ask_path(
            "Export everything as one file", "exports", wanted, "livemusic files (*.json)", ".json"
        ):
            self._desk.send(SaveSession(str(path)))

    def save_pattern(self) -> None:
        """Ask for a file name and write the pattern that plays."""
        if (now := self._now()) is not None and (path := self._ask_midi(now)):
            snapshot, session = now
            self._try(lambda: write_playing(path, snapshot, session))

    def save_last_bars(self) -> None:
        """Ask for a file name and let the engine write what it has just played."""
        if (now := self._now()) is not None and (path := self._ask_midi(now)):
            self._desk.send(Export(str(path), LAST_BARS))

    def ask_picture(self) -> Path | None:
        """Ask where to draw the path, as a PNG or an SVG."""
        return self._ask_path("Save a picture of the path", "pictures", "path.png", _PICTURES, PICTURES)

    def drag_pattern(self, source: QWidget, clip: Clip | None = None) -> None:
        """Let `clip`, or else the pattern that plays, be dropped anywhere."""
        if self._desk.known is not None:
            snapshot, session = self._desk.known
            if clip is None:
                self._try(lambda: drag_playing(source, snapshot, session))
            else:
                self._try(lambda: drag_clip(source, clip, snapshot, session))

    # Questions.

    def _now(self) -> tuple[Snapshot, Session] | None:
        """How things are; where there is no engine, that is said."""
        if self._desk.known is None:
            self.said.emit(_ALONE)
        return self._desk.known

    def _ask_midi(self, now: tuple[Snapshot, Session]) -> Path | None:
        return self._ask_path("Save as MIDI", "clips", file_name(*now), "MIDI files (*.mid)", ".mid")

    def _ask_path(self, title: str, kept: str, wanted: str, kinds: str, suffix: str | tuple[str, ...]) -> Path | None:
        """`suffix`: what the name ends in, one of several; the first is added where it ends in none."""
        suffixes = (suffix,) if isinstance(suffix, str) else suffix
        path = ask_file(self._window, title, Path(self._folder(kept)) / wanted, kinds, suffixes, self._given)
        if path is not None:
            self._settings.setValue(kept, str(path.parent))
            self._given.add(path)  # it may take a while until there is something
        return path

    def _ask_name(self, title: str, question: str, name: str) -> str:
        answer, sure = QInputDialog.getText(self._window, title, question, QLineEdit.EchoMode.Normal, name)
        return answer.strip() if sure else ""

    def _folder(self, kept: str) -> str:
        return str(self._settings.value(kept) or Path.home())

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except LiveMusicError as problem:
            self.said.emit(str(problem))


def own_preset(name: str) -> Path | None:
    """The file of the musician's own preset called `name`, in any case, or None."""
    own = {_plain(known): path for known, path in list_presets(preset_folders()[:1])}
    return own.get(_plain(name))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
