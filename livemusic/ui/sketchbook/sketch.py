"""New patterns: from nothing, in a style, or from a pattern that begins them."""

from PySide6.QtWidgets import QWidget

from livemusic.session.sketchbook import AnyRecipe, Invent
from livemusic.ui.sketchbook.form import FormPage

_FREE = "Auto"


class SketchPage(FormPage):
    """A style, how full and how involved, how much it swings and varies; a seed gives the same pattern again."""

    name = "Sketch"
    purpose = "New patterns: from scratch, in a style, or from one of yours."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = self.sources("Start from", nothing="From scratch")
        self.add("Style", self.styles("The style of the pattern"))
        self.density = self.amount("Density", "How many hits there are", 50, _FREE)
        self.complexity = self.amount("Complexity", "How syncopated it is", 50, _FREE)
        self.swing = self.amount("Swing", "How late every second sixteenth is: 100 % is a triplet", 0)
        self.variation = self.amount(
            "Variation", "How far it goes from what is usual in the style, or from what it starts from", 30
        )
        self.seed = self.seeds("New idea", "Another pattern with the same settings")
        self.finish()

    def recipe(self) -> AnyRecipe | None:
        """What the controls say."""
        return Invent(
            bpm=self.bpm,
            bar=self.bar,
            seed=self.seed.seed(),
            style=self.style_name,
            density=self.density.part(),
            complexity=self.complexity.part(),
            swing=self.swing.percent / 100,
            variation=self.variation.percent / 100,
            start=self.start.clip(),
            steps=self.steps,
        )

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        """Set the controls as `recipe` has them."""
        if not isinstance(recipe, Invent):
            return False
        self.start.show_clip(recipe.start)
        self.show_style(recipe.style)
        self.density.show_part(recipe.density)
        self.complexity.show_part(recipe.complexity)
        self.swing.show_part(recipe.swing)
        self.variation.show_part(recipe.variation)
        self.seed.show_seed(recipe.seed)
        return True
