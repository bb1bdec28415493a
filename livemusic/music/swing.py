"""Swing taken out again of a pattern that it was printed into."""

from dataclasses import replace

from livemusic.music.grid import STEP
from livemusic.music.pattern import Pattern


def straight(pattern: Pattern, swing: float) -> Pattern:
    """`pattern` as it was before `Grid.to_pattern` gave it `swing` 0..1: every second sixteenth, with what lies within
    half a step of it, as much earlier as it was made later."""
    late = round(swing * (STEP // 3))
    notes = []
    for note in pattern.notes:
        step = (note.tick + STEP // 2) // STEP
        early = min(late, note.tick - step * STEP + STEP // 2) if step % 2 else 0
        notes.append(replace(note, tick=(note.tick - early) % pattern.length))
    return Pattern.of(notes, pattern.length, pattern.name)
