"""The face of the window: every widget that is seen and touched, before any is laid out or connected."""

from PySide6.QtWidgets import QMainWindow

from livemusic.ui.commands import Desk
from livemusic.ui.editor.panel import PatternEditor
from livemusic.ui.harmony_desk import HarmonyDesk
from livemusic.ui.heard.panel import HeardPanel
from livemusic.ui.panels.corners import CornersPanel
from livemusic.ui.panels.health import HealthBar
from livemusic.ui.panels.mixer import MixerPanel
from livemusic.ui.panels.output import OutputPanel
from livemusic.ui.panels.pattern import PatternPanel
from livemusic.ui.panels.perform import PerformPanel
from livemusic.ui.panels.scenes import ScenesPanel
from livemusic.ui.panels.sections import SectionsMenu
from livemusic.ui.panels.sources import SourcesPanel
from livemusic.ui.panels.toast import Toast
from livemusic.ui.panels.transport import TransportPanel
from livemusic.ui.renaming import RenameMenu
from livemusic.ui.timeline.review import Review
from livemusic.ui.views.meter import LevelMeter
from livemusic.ui.views.pad import MorphPad
from livemusic.ui.views.trajectory import TrajectoryView


class Face(QMainWindow):
    """The widgets of the window over a `desk`. `Arrangement` lays them out, `Window` brings them to life."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.trajectory, self.pad, self.editor, self.meter = TrajectoryView(), MorphPad(), PatternEditor(), LevelMeter()
        self.grid = self.editor.grid
        self.transport, self.corners, self.sources = TransportPanel(), CornersPanel(), SourcesPanel()
        self.scenes, self.pattern, self.health = ScenesPanel(), PatternPanel(), HealthBar()
        self.sections, self.harmony = SectionsMenu(self), HarmonyDesk(desk.send)
        self.renames = RenameMenu(desk, self.scenes, self.sections, self)
        self.review = Review(self.trajectory, self.sections)
        self.timeline = self.review.panel
        self.heard, self.mixer, self.output = HeardPanel(), MixerPanel(), OutputPanel()
        self.perform = PerformPanel()
        self.toast = Toast(self.trajectory)
