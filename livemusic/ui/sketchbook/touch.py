"""A drummer's touch for a pattern that has none."""

from PySide6.QtWidgets import QWidget

from livemusic.session.sketchbook import AnyRecipe, Touch
from livemusic.ui.sketchbook.form import FormPage


class TouchPage(FormPage):
    """A pattern, how far it is given a drummer's loudness and timing, and how loosely that is played."""

    name = "Humanise"
    purpose = "The same hits with a drummer's touch: velocity and timing."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pattern = self.sources("Pattern")
        self.share = self.amount("How much", "How much of the drummer's touch is applied", 100)
        self.looseness = self.amount("Looseness", "How much it varies from one pass to the next", 20)
        self.like = self.sources("In the feel of", nothing="A drummer of the style")
        self.add("Style", self.styles("Whose touch it is"))
        self.seed = self.seeds("Another take", "Play it again, a little differently")
        self.finish()

    def recipe(self) -> AnyRecipe | None:
        """What the controls say."""
        clip = self.pattern.clip()
        if clip is None:
            return None
        return Touch(
            bpm=self.bpm,
            bar=self.bar,
            clip=clip,
            amount=self.share.percent / 100,
            looseness=self.looseness.percent / 100,
            seed=self.seed.seed(),
            style=self.style_name,
            like=self.like.clip(),
        )

    def show_recipe(self, recipe: AnyRecipe) -> bool:
        """Set the controls as `recipe` has them."""
        if not isinstance(recipe, Touch):
            return False
        self.pattern.show_clip(recipe.clip)
        self.like.show_clip(recipe.like)
        self.share.show_part(recipe.amount)
        self.looseness.show_part(recipe.looseness)
        self.show_style(recipe.style)
        self.seed.show_seed(recipe.seed)
        return True
