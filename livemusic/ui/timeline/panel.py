"""Under the path while a song is open: its time line and what plays it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemusic.engine.playback import HearOther, LoopSong, PlaySong, SeekSong, SetSongVolume
from livemusic.engine.snapshot import Snapshot, SongState
from livemusic.music.playhead import SHORTEST_LOOP, Playhead
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds
from livemusic.session.comparison import Comparison
from livemusic.ui import theme
from livemusic.ui.bridge import SongDrums
from livemusic.ui.heard.ribbon import SongHits
from livemusic.ui.panels.button import button
from livemusic.ui.playhead import TRUST_SECONDS
from livemusic.ui.rack.widgets import Elided
from livemusic.ui.timeline.buttons import SignButton, VolumeSlider
from livemusic.ui.timeline.clock import Bars, in_minutes
from livemusic.ui.timeline.columns import BANDS
from livemusic.ui.timeline.pyramid import Pyramid
from livemusic.ui.timeline.sections import Span
from livemusic.ui.timeline.survey import Survey

if TYPE_CHECKING:
    from livemusic.ui.timeline.touch import TouchPlot

#: So many columns of the spectrogram are kept: beyond, they become twice as long. 3 hours take about 50 MB.
_MOST_BANDS = 1 << 18
_NEW_LOOP: Seconds = 8.0
#: So long after a jump the tempo is heard anew before bars are believed.
_SETTLE: Seconds = 4.0
#: From this width on there is room for the song's name beside all else, in pixels.
_ROOMY = 760
#: While it is read it is drawn anew so often.
_GROWS_EVERY: Seconds = 0.1
_OTHER_TIP = "Switch between the song and the other take, at the same musical place, while they play [O]"
_READING = "Reading the sound… {:.0f} %"


class TimelinePanel(QWidget):
    """Shows `Snapshot.song`. `asked` carries the requests, `hovered` the time under the mouse or None, `menu_wanted`
    the section and the place of the screen for a menu.

    `plot` is made with the first song: what it is drawn with takes a third of a second to load.
    """

    asked = Signal(object)
    hovered = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._song: SongState | None = None
        self._now: Seconds = 0.0
        self._jumped: Seconds = 0.0
        self._grows_at: Seconds = 0.0
        self._bars: Bars | None = None
        self._last_loop: tuple[Seconds, Seconds] | None = None
        self.survey: Survey | None = None
        self._left: list[Survey] = []
        self._expected = ""
        self._peaks: Pyramid | None = None
        self._bands: Pyramid | None = None
        self._hits = SongHits()
        self.plot: TouchPlot | None = None
        self.play = SignButton("play", "Play the song", "Play the song, or pause it [Ctrl+Space]", self)
        self.stop = SignButton(
            "stop", "Stop the song", "Stop the song and go back to its beginning, or the loop's", self
        )
        self.loop = button("Loop", "Loop a part: drag in the ruler to set it", self, "quiet")
        self.loop.setCheckable(True)
        self.other = button("Other take", _OTHER_TIP, self, "quiet", "Switch to the other take")
        self.other.setCheckable(True)
        self.other.hide()
        self.time, self.of, self.bar = QLabel(self), QLabel(self), QLabel(self)
        self.name = Elided("caption", self)
        self.volume = VolumeSlider(self)
        self._lay_out()
        self.play.clicked.connect(self.toggle)
        self.stop.clicked.connect(self.halt)
        self.loop.clicked.connect(self._toggle_loop)
        self.other.clicked.connect(lambda on: self.asked.emit(HearOther(on)))
        self.volume.changed.connect(lambda volume: self.asked.emit(SetSongVolume(volume)))
        self.hide()

    def _lay_out(self) -> None:
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for label, name, tip, widest in (
            (self.time, "Position in the song", "Where the song is, in minutes and seconds", "0:00:00.0"),
            (self.of, "Length of the song", "How long the song is", ""),
            (self.bar, "Bar of the song", "Bar and beat, as heard: the drums follow the music", "bar 000.0"),
        ):
            label.setAccessibleName(name)
            label.setToolTip(tip)
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest))
        self.time.setFont(theme.font(theme.NORMAL, theme.QFont.Weight.DemiBold))
        self.of.setProperty("role", "caption")
        self.bar.hide()
        row = QHBoxLayout()
        row.setContentsMargins(8, 3, 10, 3)
        row.setSpacing(8)
        for widget in (self.play, self.stop, self.loop, self.other, self.time, self.of, self.bar):
            row.addWidget(widget)
        row.addWidget(self.name, 1)
        row.addStretch(0)
        self._volume = QLabel("volume", self)
        self._volume.setProperty("role", "caption")
        self._volume.setBuddy(self.volume)
        row.addWidget(self._volume)
        row.addWidget(self.volume)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(row)

    # What is so.

    @property
    def song(self) -> SongState | None:
        """The song that is shown."""
        return self._song

    def show_state(self, snapshot: Snapshot, spans: tuple[Span, ...] = ()) -> None:
        """What the engine says, and the sections that are known."""
        before, song = self._song, snapshot.song
        self._song, self._now = song, snapshot.now
        if song is None:
            if before is not None:
                self._leave()
            return
        if before is None or (before.path, before.length) != (song.path, song.length):
            self._open(song)
        self.play.show_sign("pause" if song.playing else "play", "Pause the song" if song.playing else "Play the song")
        plot = self._plot()
        plot.show_loop(song.loop)
        if song.loop is not None and (before is None or song.loop != before.loop):
            self._last_loop = song.loop
        self.loop.setChecked(song.loop is not None)
        self.other.setVisible(bool(song.other))
        self.other.setChecked(song.hears_other)
        self.volume.show_volume(song.volume_db)
        plot.show_sections(spans)
        self._hear_bars(snapshot, song)

    def show_comparison(self, found: Comparison | None) -> None:
        """How the song compares with another take; None for none."""
        if self.plot is not None or found is not None:
            self._plot().show_comparison(found)

    def grow_hits(self, drums: SongDrums) -> None:
        """More of the song's drums."""
        self._hits.extend(drums.number, drums.first, drums.hits)
        if self.plot is not None:
            self.plot.show_hits(self._hits.rows)

    def expect(self, path: str) -> None:
        """A song was chosen by hand: once it is there, the keys are its own; the one that is open begins again."""
        self._expected = path
        if self._song is not None and self._song.path == path:
            self.seek(0.0)
            self.asked.emit(PlaySong(True))

    def position(self, now: Seconds) -> Seconds:
        """Where the song is at `now` (`time.perf_counter`)."""
        song = self._song
        if song is None:
            return 0.0
        head = Playhead(song.length, self._now, song.position, song.playing, song.loop)
        return head.place(min(now, self._now + TRUST_SECONDS))

    def advance(self, now: Seconds) -> None:
        """Move what moves by itself; call for every frame."""
        if self._song is None:
            return
        self._take_in(now)
        position = self.position(now)
        text = in_minutes(position)
        if text[:-2] != self.time.text()[:-2]:  # once a second
            self._plot().setAccessibleDescription(f"{text[:-2]} of {in_minutes(self._song.length, 0)}")
        self.time.setText(text)
        bar = f"bar {self._bars.at(position)}" if self._bars is not None else ""
        if bar != self.bar.text():
            self.bar.setText(bar)
            self.bar.setVisible(bool(bar))
        plot = self._plot()
        plot.show_head(position, self._song.playing)
        plot.advance()

    def close_song(self) -> None:
        """End what runs beside the window."""
        for survey in (*self._left, *([self.survey] if self.survey else [])):
            survey.close()
        self._left, self.survey = [], None

    # What the hand wants.

    def toggle(self) -> None:
        """Play, or pause."""
        if self._song is not None:
            self.asked.emit(PlaySong(not self._song.playing))

    def halt(self) -> None:
        """Pause, and go back to the beginning of the loop, or of the song."""
        if self._song is not None:
            self.asked.emit(PlaySong(False))
            self.seek(self._song.loop[0] if self._song.loop is not None else 0.0)

    def seek(self, seconds: Seconds) -> None:
        """Go to a place of the song."""
        if self._song is not None:
            self._jumped = self._now
            self.asked.emit(SeekSong(min(max(seconds, 0.0), self._song.length)))

    def _repeat(self, loop: tuple[Seconds, Seconds]) -> None:
        self._last_loop = loop
        self.asked.emit(LoopSong(*loop))

    def _toggle_loop(self, on: bool) -> None:
        song = self._song
        if song is None:
            return
        if not on:
            self.asked.emit(LoopSong())
            return
        begin, end = self._last_loop or (song.position, song.position + _NEW_LOOP)
        end = min(end, song.length)
        self.asked.emit(LoopSong(max(0.0, min(begin, end - SHORTEST_LOOP)), end))

    # The rest.

    def _plot(self) -> "TouchPlot":
        if self.plot is None:
            from livemusic.ui.timeline.touch import TouchPlot

            plot = self.plot = TouchPlot(self)
            plot.sought.connect(self.seek)
            plot.looped.connect(self._repeat)
            plot.toggled.connect(self.toggle)
            plot.hovered.connect(self.hovered)
            plot.menu_wanted.connect(self.menu_wanted)
            self._column.insertWidget(0, plot, 1)
            self.setTabOrder(self.volume, plot)
        return self.plot

    def _open(self, song: SongState) -> None:
        self._retire()
        self._bars = self._last_loop = self._peaks = self._bands = None
        self.survey = Survey(Path(song.path))
        self.survey.start()
        plot = self._plot()
        plot.show_song(song.length)
        plot.show_hits(self._hits.rows)
        name = Path(song.path).stem
        self.name.setText(name)
        self.name.setToolTip(song.path)
        self.name.setAccessibleName(f"Song: {name}")
        self.of.setText(f"/ {in_minutes(song.length)}")
        self.show()
        if song.path == self._expected:
            plot.setFocus()
        self._expected = ""

    def _leave(self) -> None:
        self._retire()
        self._peaks = self._bands = None
        self.hovered.emit(None)
        self.hide()

    def _retire(self) -> None:
        """Let the survey of another song end by itself: it may be waiting for a disk."""
        self._left = [each for each in self._left if not each.over]
        if self.survey is not None:
            self.survey.stop()
            self._left.append(self.survey)
            self.survey = None

    def _take_in(self, now: Seconds) -> None:
        survey = self.survey
        if survey is None:
            return
        over, pieces = survey.over, survey.take()
        for piece in pieces:
            if self._peaks is None or self._bands is None:
                self._peaks = Pyramid(2, piece.peak_s, "int16")
                self._bands = Pyramid(BANDS, piece.band_s, "uint8", _MOST_BANDS)
            self._peaks.extend(piece.peaks)
            self._bands.extend(piece.bands)
        if over:
            survey.close()
            self.survey = None
        if over or (pieces and not 0 <= self._grows_at - now <= _GROWS_EVERY):
            self._grows_at = now + _GROWS_EVERY
            caption = survey.problem if over else self._progress()
            self._plot().show_columns(self._peaks, self._bands, caption)

    def _progress(self) -> str:
        if self._peaks is None or self._song is None:
            return _READING.format(0)
        return _READING.format(min(99.0, 100 * self._peaks.end_s / self._song.length))

    def _hear_bars(self, snapshot: Snapshot, song: SongState) -> None:
        """Where bars are, as long as the drums follow the song."""
        transport = snapshot.transport
        follows = transport.lead == "audio" and transport.lead_state == "locked" and transport.playing and song.playing
        if follows and snapshot.now - self._jumped > _SETTLE:
            bar_ticks = transport.meter[0] * TICKS_PER_BEAT * 4 / transport.meter[1]
            beat = transport.tick % bar_ticks / TICKS_PER_BEAT
            heard = Bars.around(song.position, beat, transport.bpm, transport.meter)
            if self._bars is None or not heard.agrees(self._bars, song.position):
                self._bars = heard
                self._plot().show_bars(heard)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= _ROOMY
        for widget in (self._volume, self.of):
            widget.setVisible(roomy)
