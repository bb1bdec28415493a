"""Performing the grooves of all presets: what density, complexity and intensity make of them, and how long it takes."""

from livemusic.cli.bench.figure import Figure, milliseconds

_BARS = 8
_PLACES = (-1.0, -0.5, 0.0, 0.5, 1.0)


def measure(seconds: float) -> list[Figure]:
    """From groove to notes through the cores that perform and keep time, at simulated times; making a bar as it is."""
    from time import perf_counter

    import numpy as np

    from livemusic.engine.offline import rehearse
    from livemusic.engine.openers import open_dictionary, open_tools
    from livemusic.music.event import is_note_off, is_note_on
    from livemusic.music.grid import STEP
    from livemusic.music.performance import DIALS, Dials, Performance
    from livemusic.music.tempo import Meter
    from livemusic.session.codec import read_preset
    from livemusic.session.library import list_presets
    from livemusic.sketch.importance import strength
    from livemusic.sketch.performance import Bar, Performer

    tools = open_tools(open_dictionary(""))
    assert tools is not None
    presets = [read_preset(path) for _, path in list_presets()]
    figures, unended = [], 0
    for dial in DIALS:
        for place in _PLACES:
            counts, loud, off = list[float](), list[int](), list[float]()
            for preset in presets:
                meter = Meter(*preset.meter)
                performance = Performance(Dials(**{dial: place}))
                events = rehearse(preset.corners[0].grid(), performance, _BARS, preset.bpm, meter, tools)
                starts = [(tick, data) for tick, data in events if is_note_on(data)]
                unended += len(starts) - sum(is_note_off(data) for _, data in events)
                strong = strength(_BARS * meter.bar // STEP + 1, meter.bar // STEP)
                steps = [round(tick / STEP) for tick, _ in starts]
                counts.append(len(starts) / _BARS)
                loud += [data[2] for _, data in starts]
                off += [float(strong[min(step, len(strong) - 1)] == 0) for step in steps]
            told = {
                "density": ("onsets in a bar", float(np.mean(counts))),
                "intensity": ("velocity", float(np.mean(loud))),
            }
            name, value = told.get(dial, ("between eighths", 100 * float(np.mean(off))))
            figures.append(Figure("perform", f"{dial} {place:+.0%}: {name}", value, "%" if "between" in name else ""))
            if dial == "complexity":
                figures.append(Figure("perform", f"{dial} {place:+.0%}: onsets in a bar", float(np.mean(counts)), ""))
    figures.append(Figure("perform", "notes without an end", unended, "", 0))
    loops, varied, filled = list[float](), list[float](), list[float]()
    performance = Performance(Dials(0.5, 0.5, 0.5), vary_every=4, vary_amount=0.5)
    for preset in presets:
        groove, bar = preset.corners[0].grid(), Meter(*preset.meter).bar // STEP
        performer = Performer(tools.drummer, tools.fills)
        begun = perf_counter()
        loop = performer.loop(groove, performance, preset.bpm, bar)
        loops.append(perf_counter() - begun)
        for number, fill, times in ((3, None, varied), (4, 0, filled)):
            begun = perf_counter()
            performer.bar(loop, performance, Bar(number, number * bar, bar, fill), preset.bpm)
            times.append(perf_counter() - begun)
    for name, times in (("a loop", loops), ("a bar that varies", varied), ("a fill", filled)):
        figures += milliseconds("perform", f"making {name}", times)
    return figures
