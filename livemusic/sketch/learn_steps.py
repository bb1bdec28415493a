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
            return "\n".join(result(step))


def result(learned: Learned) -> list[str]:
    """What came of it, in sentences."""
    of = f"{learned.clips} clips were learned from, and {learned.held_out} others asked whether it helped."
    if not learned.atoms:
        return [of, "Nothing was found that would help: the dictionary knows this music as well as it can."]
    lines = [of, "It helped: your other clips come back nearer to how they were played."]
    if not learned.helped:
        lines[1] = "It did not help: your other clips come back no nearer to how they were played."
    for one, other in zip(learned.before, learned.after, strict=True):
        figures = "figure" if one.active == 1 else "figures"
        lines.append(
            f"With {one.active} {figures} per beat: {_share(one.f1)} → {_share(other.f1)} % of the hits right, "
            f"loudness off by {_share(one.velocity)} → {_share(other.velocity)} %, "
            f"timing off by {_share(one.offset)} → {_share(other.offset)} % of a sixteenth."
        )
    lines.append(f"Kept as {learned.model_id}." if learned.model_id else "Nothing was kept.")
    return lines


def _share(value: float) -> str:
    return f"{100 * value:.1f}"
