"""Sketching with drums: the way between patterns, taking them apart, cleaning, touch, taps, styles, new ones.

Pure: dictionaries and drummers are handed in. Every chance has a seed, and the same seed gives the same pattern.
"""
