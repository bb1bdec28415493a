"""The sketchbook: tools that make patterns, the pattern at hand, and everything that was made."""

from livemusic.ui.sketchbook.dialog import SketchbookDialog

__all__ = ["SketchbookDialog"]
