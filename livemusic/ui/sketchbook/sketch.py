"""New patterns: from nothing, in a style, or from a pattern that begins them."""

from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot, StudioState
from livemusic.session.settings import Session
from livemusic.session.sketchbook import AnyRecipe, Invent
from livemusic.ui.sketchbook.form import FormPage, show_styles
from livemusic.ui.sketchbook.source import SourceChooser

_FREE = "as it comes"


class SketchPage(FormPage):
    """A style, how full and how involved, how much it swings and varies; a seed gives the same pattern again."""

    name = "Sketch"
    purpose = "New patterns from nothing, in a style, or from a pattern that gives the idea."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = SourceChooser("Begin with", self, nothing="Nothing: all of it is new")
        self.start.picked.connect(self.make_it)
        self.add("Begin with", self.start)
        self.style = self.styles()
        self.density = self.amount("Density", "How many hits there are", 50, _FREE)
        self.complexity = self.amount("Complexity", "How far it strays from the beat", 50, _FREE)
        self.swing = self.amount("Swing", "How late every second sixteenth is: 100 % is a triplet", 0)
        self.variation = self.amount(
            "Variation", "How far it goes from what is usual in the style, or from what it begins with", 30
        )
        self.seed = self.seeds("New idea", "Roll the die: another pattern with the same settings")
        self.finish()

    def recipe(self) -> AnyRecipe | None:
        """What the controls say."""
        return Invent(
            bpm=self.bpm,
            bar=self.bar,
            seed=self.seed.seed(),
            style=self.style.currentData() or "",
            density=self.density.part(),
            complexity=self.complexity.part(),
            swing=self.swing.part() or 0.0,
            variation=self.variation.part() or 0.0,
            start=self.start.clip(),
            steps=self.steps,
        )

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""
        super().show_session(session)
        self.start.show_session(session)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says."""
        super().show_state(snapshot)
        self.start.show_state(snapshot)

    def show_studio(self, studio: StudioState) -> None:
        """How the sketching tools are."""
        super().show_studio(studio)
        self.start.show_studio(studio)
        show_styles(self.style, studio.styles)

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        """Set the controls as `recipe` has them."""
        if not isinstance(recipe, Invent):
            return False
        self.start.show_clip(recipe.start)
        show_styles(self.style, self.known_styles, recipe.style)
        for control, part in (
            (self.density, recipe.density),
            (self.complexity, recipe.complexity),
            (self.swing, recipe.swing),
            (self.variation, recipe.variation),
        ):
            control.show_part(part)
        self.seed.show_seed(recipe.seed)
        return True
