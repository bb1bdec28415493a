"""A played take without its slips."""

from PySide6.QtWidgets import QWidget

from livemusic.session.sketchbook import AnyRecipe, Clean
from livemusic.ui.rack.widgets import press, words
from livemusic.ui.sketchbook.form import FormPage


class CleanPage(FormPage):
    """A pattern and how strongly to clean it; below, the grid shows what was taken out and what was added."""

    name = "Clean up"
    purpose = "Cleans up a played take: removes stray hits, restores missed ones."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pattern = self.sources("Pattern")
        self.noise = self.amount("Strength", "How many hits may be changed", 20, "Auto")
        self.add("Style", self.styles("The style that was intended"))
        self.legend = words(
            "In the grid below, what was taken out is left as a dotted outline, and what was added has a bright rim.",
            "help",
            self,
            wrap=True,
        )
        self.add("", self.legend)
        self.go = press("Clean it up", "Clean the pattern up and keep the result", self, "main")
        self.go.clicked.connect(self.make_it)
        self.finish(self.go)

    def recipe(self) -> AnyRecipe | None:
        """What the controls say."""
        clip = self.pattern.clip()
        if clip is None:
            return None
        return Clean(bpm=self.bpm, bar=self.bar, clip=clip, noise=self.noise.part(), style=self.style_name)

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        """Set the controls as `recipe` has them."""
        if not isinstance(recipe, Clean):
            return False
        self.pattern.show_clip(recipe.clip)
        self.noise.show_part(recipe.noise)
        self.show_style(recipe.style)
        return True
