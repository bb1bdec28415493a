"""Answering the drummer of the demo song, heard in the whole mix: whether turns are exact, and how long they take."""

from livemusic.cli.bench.figure import Figure, milliseconds

_MODES = ("trade 1", "trade 2", "trade 4", "play along")
#: So many bars are heard at least.
_BARS = 16


def measure(seconds: float) -> list[Figure]:
    """From sound to notes through all the cores, at simulated times; making an answer is measured as it is."""
    from livemusic.engine.demo import SAMPLE_RATE, DemoSource, DemoTrack
    from livemusic.engine.offline import converse
    from livemusic.engine.openers import open_dictionary, open_embedder, open_hearing, open_tools
    from livemusic.inference.encoder import Ear
    from livemusic.music.event import is_note_off, is_note_on
    from livemusic.music.tempo import Meter
    from livemusic.music.window import CUT

    track, hearing, tools = DemoTrack.open(), open_hearing(""), open_tools(open_dictionary(""))
    assert tools is not None
    assert hearing is not None
    embedder, bar, figures = open_embedder(""), Meter().bar, []
    for mode in _MODES:
        ear = Ear(embedder, SAMPLE_RATE)
        length = max(seconds, _BARS * 240 / track.bpm)
        said = converse(DemoSource(track), ear, hearing, tools, mode, length, track.bpm)
        starts = [(tick, data) for tick, data in said.events if is_note_on(data)]
        turns = [(turn.at - CUT, turn.at + turn.bars * bar - CUT) for turn in said.turns]
        if mode == "play along":
            turns = [(said.turns[0].at - CUT, said.turns[-1].at + (_BARS + 1) * bar)] if said.turns else []
        outside = sum(not any(begin - 1 <= tick < end for begin, end in turns) for tick, _ in starts)
        figures += [
            Figure("answer", f"{mode}: answers", len(said.turns), ""),
            Figure("answer", f"{mode}: notes", len(starts), ""),
            Figure("answer", f"{mode}: notes outside their turn", outside, "", 0),
            Figure(
                "answer",
                f"{mode}: notes without an end",
                len(starts) - sum(map(is_note_off, (d for _, d in said.events))),
                "",
                0,
            ),
        ]
        if said.turns:
            trips = sorted(turn.round_trip for turn in said.turns)
            figures.append(Figure("answer", f"{mode}: first hit to first note", trips[len(trips) // 2], "s"))
            figures += milliseconds("answer", f"{mode}: last hit to first note", [turn.reaction for turn in said.turns])
            figures += milliseconds("answer", f"{mode}: making it", [turn.took for turn in said.turns])
    return figures
