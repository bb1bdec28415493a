"""What learning from clips tells on its way, for a terminal and for a window."""

import msgspec

from livemusic.sketch.learn import Figures


class Reading(msgspec.Struct, frozen=True, tag=True):
    """`done` of `total` files are read."""

    done: int
    total: int


class Learning(msgspec.Struct, frozen=True, tag=True):
    """After so many rounds of at most so many, this share 0..1 of hits not learned from is found, at one per beat."""

    round: int
    rounds: int
    found: float


class Finishing(msgspec.Struct, frozen=True, tag=True):
    """Before and after are compared, and what was learned is put away."""


class Learned(msgspec.Struct, frozen=True, tag=True):
    """What came of it. `model_id` is empty where nothing was kept; `skipped` says why of each file not used."""

    clips: int
    held_out: int
    atoms: int
    helped: bool
    before: tuple[Figures, ...]
    after: tuple[Figures, ...]
    model_id: str = ""
    folder: str = ""
    skipped: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It could not be done, and why."""

    reason: str


Step = Reading | Learning | Finishing | Learned | Failed


#: What the columns of `table` are.
HEADS = ("figures per beat", "hits right (F1)", "two bars exact", "loudness off", "timing off, of a sixteenth")


def words(step: Step) -> str:
    """A step in words: one line, but for a result."""
    match step:
        case Reading(done, total):
            return f"Reading {done} of {total} clips"
        case Learning(number, rounds, found):
            return f"Learning, round {number} of {rounds}: {100 * found:.1f} % of the hits"
        case Finishing():
            return "Comparing before and after"
        case Failed(reason):
            return reason
        case Learned():
            return "\n".join(_sentences(step))


def table(learned: Learned) -> list[tuple[str, ...]]:
    """Before and after on the clips held out: a row for each number of coefficients per beat, under `HEADS`."""
    return [
        (
            f"{one.active}",
            *(
                f"{100 * getattr(one, name):.1f} → {100 * getattr(other, name):.1f} %"
                for name in ("f1", "exact", "velocity", "offset")
            ),
        )
        for one, other in zip(learned.before, learned.after, strict=True)
    ]


def _sentences(learned: Learned) -> list[str]:
    of = f"{learned.clips} clips were learned from, and {learned.held_out} others asked whether it helped."
    if not learned.atoms:
        return [of, "Nothing was found that would help: the dictionary knows this music as well as it can."]
    helped = "It did not help: your other clips come back no nearer to how they were played."
    if learned.helped:
        helped = "It helped: your other clips come back nearer to how they were played."
    kept = f"{learned.atoms} new figures are kept as {learned.model_id}." if learned.model_id else "Nothing was kept."
    return [of, helped, kept]
