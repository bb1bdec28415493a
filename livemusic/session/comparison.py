"""What a comparison of two takes found, as it is printed and handed from process to process."""

import msgspec

Seconds = float


class Alone(msgspec.Struct, frozen=True):
    """From `begin` to `end` in its own take, `at` in the other one: what only one of them plays."""

    begin: Seconds
    end: Seconds
    at: Seconds


class Differing(msgspec.Struct, frozen=True):
    """The takes differ from `begin` to `end` in the first, `begin_b` to `end_b` in the second, by `amount`: 0..1, 1 is
    as unlike as two moments by chance. `louder_db`: how much louder the second is there than elsewhere.
    `words`: in what they differ.
    """

    begin: Seconds
    end: Seconds
    begin_b: Seconds
    end_b: Seconds
    amount: float
    louder_db: float
    words: str


class BarPair(msgspec.Struct, frozen=True):
    """A bar of the first take and what it is in the second, the tempo of both (bpm), and how much faster the second is,
    in percent.
    """

    begin: Seconds
    end: Seconds
    begin_b: Seconds
    end_b: Seconds
    bpm: float
    bpm_b: float
    percent: float


class Comparison(msgspec.Struct, frozen=True):
    """Two takes `a` and `b`, in seconds of each. `same`: whether they are takes of one song, `confidence` 0..1 how
    surely; where they are not, all that follows is empty.

    `pairs`: moments of both that belong together, neither ever going back. `difference`: how much they differ at each
    pair, 0..1. `semitones`, `louder_db`: how much higher and louder the second is; `percent`: how much faster. `bars`:
    bar by bar, empty where no beat was found (`beat` says so). `remarks`: whole sentences on the files.
    """

    a: str
    b: str
    seconds_a: Seconds
    seconds_b: Seconds
    same: bool
    confidence: float
    pairs: tuple[tuple[Seconds, Seconds], ...] = ()
    difference: tuple[float, ...] = ()
    semitones: int = 0
    louder_db: float = 0.0
    percent: float = 0.0
    differ: tuple[Differing, ...] = ()
    only_a: tuple[Alone, ...] = ()
    only_b: tuple[Alone, ...] = ()
    bars: tuple[BarPair, ...] = ()
    beat: str = ""
    remarks: tuple[str, ...] = ()
