"""Editing a pattern by hand: the same grid in the main window and in the sketchbook."""
