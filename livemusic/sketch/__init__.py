"""Sketching with drums: the way between patterns, taking them apart, cleaning, touch, taps, styles, new ones; with
piano pieces: the way between them, their figures, and composers.

Pure: dictionaries and drummers are handed in. Every chance has a seed, and the same seed gives the same pattern.
"""
