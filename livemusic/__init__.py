"""livemusic: hear a set as a path through space, and play drums that morph into any DAW."""

__version__ = "0.1.0"
