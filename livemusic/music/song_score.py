"""The demo song as written: every part of every section, sixteenth by sixteenth.

Drums, one character a sixteenth: `X` accent, `x` plain, `o` soft, `g` ghost. Lines, one token a sixteenth: a note
(middle C is C3), `'` after it for a quiet one, `-` to hold it, `.` for silence; `R`, `O` and `V` are root, octave and
fifth of the bar's bass. Chords: four voices that move as little as they can, the root left to the bass.
"""

Rows = dict[str, str]

#: chord -> its voices, bottom to top, as MIDI pitches
CHORDS: dict[str, tuple[int, ...]] = {
    "Am9": (60, 64, 67, 71),
    "D9": (60, 64, 66, 69),
    "Fmaj9": (60, 64, 67, 69),
    "Em11": (59, 62, 67, 69),
    "Dm9": (57, 60, 64, 65),
    "E7alt": (56, 60, 62, 67),
    "E7sus": (57, 59, 62, 64),
    "Am/G": (55, 60, 64, 71),
    "Bbmaj7": (57, 62, 64, 65),
    "Am/C": (57, 60, 64, 67),
    "E7": (56, 59, 62, 64),
    # the chorus, a third higher
    "F": (64, 67, 69, 72),
    "G13": (65, 69, 71, 76),
    "Em7": (67, 71, 74, 76),
    "Am": (67, 71, 72, 76),
    "Dm": (65, 69, 72, 76),
    "G9sus": (65, 69, 72, 74),
    "C": (64, 67, 71, 74),
    "Bm7b5": (65, 69, 71, 74),
    "E7b9": (65, 68, 71, 74),
}

#: section -> its chords, a bar each; two in a bar share it
HARMONY: dict[str, tuple[str, ...]] = {
    "intro": ("Am9", "Am/G", "Fmaj9", "E7sus"),
    "verse": ("Am9", "D9", "Am9", "D9", "Fmaj9", "Em11", "Dm9", "E7alt"),
    "chorus": ("F", "G13", "Em7", "Am", "Dm", "G9sus", "C", "Bm7b5 E7b9"),
    "break": ("Dm9", "Am/C", "Bbmaj7", "E7sus E7"),
}

#: section -> how the electric piano strikes its chords, two bars that repeat, and the last bar
COMPING: dict[str, tuple[str, ...]] = {
    "verse": ("x--...o.....x-..", "..x-..o...x--...", "x--...o...x---.."),
    "chorus": ("x-----o-....x---", "x--...x-o-..x---", "x-----..x---o---"),
}

#: sections in which the pad lies under everything, and how far it is moved
PADS: dict[str, tuple[int, ...]] = {"intro": (0,), "chorus": (0, 12), "break": (-12, 0)}

BASS: dict[str, tuple[str, ...]] = {
    "intro": (
        ". . . . . . . . . . . . . . . .",
        ". . . . . . . . . . . . . . . .",
        "F0 - - - - - - - - - - - - - - .",
        "E0 - - - - - - - E0 - . E0' . . G0 G#0",
    ),
    "verse": (
        "A0 - - . . . A0' . A1 . . G0 - . A0 .",
        "D1 - - . . . D1' . F#1 . . A1 - . G1 E1",
        "A0 - - . . . A0' . A1 . . G1 - . E1 G0",
        "D1 - - . . . D1' . C2 . . A1 - F#1 E1 D1",
        "F0 - - . . . F0' . C1 . . F1 - . E1 F0",
        "E0 - - . . . E0' . B0 . . E1 - . D1 E0",
        "D1 - - . . . D1' . A0 . . C1 - . D1 F1",
        "E1 - - . E1' . G#1 - . . B1 - E1 - E0 -",
    ),
    "chorus": (
        "F0 - . F0' F1 . F0 . F0 - . F0' F1 . C1 .",
        "G0 - . G0' G1 . G0 . G0 - . G0' G1 . F1 .",
        "E0 - . E0' E1 . E0 . E0 - . E0' E1 . B0 .",
        "A0 - . A0' A1 . A0 . A0 - . A0' A1 . E1 .",
        "D1 - . D1' D2 . D1 . D1 - . D1' D2 . A0 .",
        "G0 - . G0' G1 . G0 . G0 - . G0' G1 . B0 .",
        "C1 - . C1' C2 . C1 . C1 - . C1' C2 . G0 .",
        "B0 - . B0' B1 . B0 . E0 - . E0' E1 . G#0 -",
    ),
    "break": (
        "D1 - - - - - - - - - - - - - D1' .",
        "C1 - - - - - - - - - - - - - C1' .",
        "A#0 - - - - - - - - - - - - - A#0' .",
        "E0 - - - - - - - E0 - - - E0 - E0 -",
    ),
}

PLUCK: dict[str, tuple[str, ...]] = {
    "intro": (
        ". . . . E4 - - - G4 - - - E4 - - -",
        ". . . . D4 - - - B3 - - - - - - -",
        ". . . . E4 - - - D4 - - - C4 - - -",
        ". . . . B3 - - - - - - - A3' - B3' -",
    ),
    "verse": (
        ". . . . . . . . . . A3 . C4 . A3' .",
        ". . D4 . C4 . A3 - . . . . . . . .",
        ". . . . . . . . . . A3 . C4 . D4' .",
        ". . E4 . D4 . C4 - A3 - . . . . . .",
        ". . . . . . . . . . C4 . E4 . C4' .",
        ". . D4 . B3 . G3 - . . . . . . . .",
        ". . . . . . . . . . F3 . A3 . C4' .",
        ". . B3 . G#3 . D4 - - - - . . . . .",
    ),
    "break": (
        "D4 . F4' . A4 . C5' . E5 . C5' . A4 . F4' .",
        "C4 . E4' . A4 . C5' . G5 . C5' . A4 . E4' .",
        "D4 . F4' . A#4 . D5' . E5 . D5' . A#4 . F4' .",
        "D4 . E4' . A4 . B4' . D5 . B4' . G#4 . E4' .",
    ),
}

LEAD: dict[str, tuple[str, ...]] = {
    "chorus": (
        ". . E4 - G4 - E4 - - - D4 - C4 - - .",
        "D4 - - - - - B3 - - - - . . . . .",
        ". . D4 - E4 - D4 - - - B3 - G3 - - .",
        "C4 - - - - - A3 - - - - - . . A3' B3'",
        "C4 - - - . . C4 - D4 - - - E4 - - .",
        "F4 - - - - - E4 - - - D4 - - - B3' -",
        "E4 - - - - - - - - - G4 - E4 - D4 -",
        "D4 - - - C4 - B3 - - - - - G#3' - B3' -",
    ),
}

_POCKET: Rows = {
    "kick": "X.....x...x.....X..x......x..o..",
    "snare": "....X..g.g..X..g....X..g.g..X.g.",
    "closed hat": "x.o.x.ogx.o.x.ogx.o.x.ogx.o.x...",
    "open hat": "..............................o.",
}
_DRIVE: Rows = {
    "kick": "X..x..x.X.x...x.X..x..x.X.x..x..",
    "snare": "....X..g.g..X.......X..g.g..X..g",
    "ride": "x.o.x.o.x.o.x.o.x.o.x.o.x.o.x.o.",
}
_HALF: Rows = {
    "kick": "X.........o.....",
    "ride": "x...o...x...o...",
    "low tom": "......o.......o.",
    "snare": "........x.......",
}

#: section -> groups of bars, each a row of characters for every voice it uses
DRUMS: dict[str, tuple[Rows, ...]] = {
    "intro": (
        {"crash": "o...............", "closed hat": "....o.......o..."},
        {"closed hat": "....o...o...o.o."},
        {"kick": "x.........o.....", "closed hat": "o.o.o.o.o.o.o.o."},
        {
            "kick": "x.........o.x...",
            "closed hat": "o.o.o.o.........",
            "snare": "........g.goo.xX",
            "high tom": "............x...",
        },
    ),
    "verse": (
        {**_POCKET, "crash": "o" + "." * 31},
        _POCKET,
        _POCKET,
        {
            "kick": "X.....x...x.....X..x............",
            "snare": "....X..g.g..X..g....X..gx.xx....",
            "closed hat": "x.o.x.ogx.o.x.ogx.o.x...........",
            "high tom": "............................xx..",
            "mid tom": "..............................x.",
            "low tom": "...............................X",
        },
    ),
    "chorus": (
        {**_DRIVE, "crash": "X" + "." * 31},
        _DRIVE,
        {**_DRIVE, "crash": "x" + "." * 31},
        {
            "kick": "X..x..x.X.x...x.X..x..x.x.......",
            "snare": "....X..g.g..X.......X..gx.ox.oxX",
            "ride": "x.o.x.o.x.o.x.o.x.o.x.o.........",
            "open hat": "........................x.......",
            "mid tom": ".........................o......",
            "low tom": "............................x.x.",
        },
    ),
    "break": (
        {**_HALF, "crash": "x..............."},
        _HALF,
        {**_HALF, "low tom": "......o...x...o."},
        {
            "kick": "X...x...x...x.x.",
            "snare": "g.g.g.g.oooooxxX",
            "low tom": "..............x.",
            "ride": "x...............",
        },
    ),
}

#: In this order the sections are played.
ORDER = ("intro", "verse", "chorus", "verse", "break", "chorus")
