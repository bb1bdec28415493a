"""The words of the card of the network that completes drum patterns."""

from typing import Any

from training.evaluate.markdown import table


def card_text(contract: dict[str, Any]) -> str:
    """`CARD.md` from the contract: what it is, how it was trained, what was measured, where it stops."""
    trained, credit = contract["trained"], contract["data"][0]
    figures = "\n\n".join(f"### {what}\n\n{table(rows)}" for what, rows in contract["metrics"].items())
    return f"""\
# {contract["title"]}: `{contract["id"]}` {contract["version"]}

{contract["description"]}

Residual dilated convolutions over time (Bai, Kolter and Koltun 2018), looking both ways, any number of steps; each
block also hears the mean of the whole pattern.

- `drummer.onnx`: question `(batch, {contract["spec"]["channels"]}, steps)` to grid `(batch, 45, steps)`: hits as
  probabilities, velocity 0..1, offset -0.5..0.5 step, and the spread of the latter two (scales of Laplace
  distributions); channel = feature * 9 + voice. What a question holds: `livemusic.sketch.drummer`.
- Styles it can be told: {", ".join(contract["spec"]["styles"])}.

## Data

- {credit["name"]}, {credit["licence"]}: {credit["credit"]}.

Every file in 4/4 of the training split, windows of two bars. The weights are licensed {contract["licence"]}.

## Training

`{trained["command"]}` ({trained["date"]}, seed {trained["seed"]}, {trained["machine"]}). Four tasks at once: voices for
taps (40 %), touch for plain hits, takes played with slips, and gaps to fill (20 % each), each judged only where it asks
something. The weights are their running average.

## Figures

On the *test* split, by `python -m training evaluate taps` (touch, denoise) `--keep`. *taps*: all hits of a window on
one line with velocity and timing of the loudest, and the tempo; cells of sixteenth and voice that are right. "rest of
the take known" looks the taps up in the other windows of the very take: what is gained where kit, style and habit of
the drummer are no question. Published precision, by their authors' own measure and not reproduced here: GrooVAE 0.874,
groove transformer 0.912. *touch*: "feel of the take" knows by how much each voice of the take's other windows is louder
and later than the drummer would play it (`livemusic drums humanise --like`); what is left is how one hit differs from
the next. *denoise*: takes of two bars with slips. "as learned" are hits lost, as many stray ones and timing off by a
normal error of that many steps; the other slips were never learned. By estimate nobody says how many slips there are,
which is the default of `livemusic drums denoise` and of *Clean up*; `python -m training evaluate noise` finds the
estimate again.

{figures or "Not measured yet."}

## Limits

- Sixteenth notes in 4/4 were all it heard; it counts other meters by their bar line, which it was told of in 4/4 only.
- From taps alone it knows where, but often not what: whether a tap is hat, ride or open hat is not in the tap. A
  precision of 0.912 costs most of the recall, and even the rest of the same take does not give it at a recall of 0.8.
- Its touch is the middle of what drummers do, so it is more even than any of them unless it is told to be loose.
"""
