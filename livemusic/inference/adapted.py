"""A model folder for a drum dictionary that has learned: the atoms it had, the new ones, and its own card."""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from livemusic.inference.autoencoder import DECODER, ENCODER, Autoencoder
from livemusic.inference.card import CARD, Credit, DrumSpec, Graph, ModelCard, read_card
from livemusic.inference.session import read_arrays
from livemusic.inference.styles import STYLES
from livemusic.sketch.styles import StyleMap

_GOLDEN = "golden.npz"


def write_adapted(
    folder: Path,
    base: Path,
    model_id: str,
    title: str,
    learned: Autoencoder,
    clips: int,
    seed: int,
    metrics: dict[str, Any],
) -> ModelCard:
    """Write what the dictionary in `base` has `learned`, its own atoms and new ones, as the model in `folder`.

    Its version is lower than that of what ships, so it plays only where it is chosen. `OSError` where it cannot be
    written.
    """
    card = read_card(base)
    spec = card.spec
    assert isinstance(spec, DrumSpec)
    graphs = {}
    for name, data, ports in (("encoder", learned.encoder, ENCODER), ("decoder", learned.decoder, DECODER)):
        (folder / f"{name}.onnx").write_bytes(data)
        graphs[name] = Graph(f"{name}.onnx", hashlib.sha256(data).hexdigest(), *ports)
    grids = read_arrays(card, base / card.golden)["encoder_in"]
    takes = np.pad(grids, ((0, 0), (0, learned.width - 1), (0, 0), (0, 0)))
    codes = learned.encode(takes, -(-spec.active_per_beat * grids.shape[1] // spec.steps_per_beat))
    rebuilt = learned.decode(codes)[:, : grids.shape[1]]
    np.savez_compressed(folder / _GOLDEN, encoder_in=grids, decoder_in=codes, decoder_out=rebuilt)
    new = learned.count - spec.atoms
    made = msgspec.structs.replace(
        card,
        id=model_id,
        title=title,
        version="1.0.0",
        golden=_GOLDEN,
        graphs=graphs,
        description=f"{card.id} {card.version} with {new} atoms of one beat learned from {clips} clips.",
        spec=msgspec.structs.replace(
            spec,
            atoms=learned.count,
            pursuit=msgspec.structs.replace(learned.weights, file="", sha256=""),
        ),
        data=(*card.data, Credit("Clips of your own", "yours")),
        metrics=metrics,
        trained={
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "seed": seed,
            "command": "livemusic drums learn",
            "from": f"{card.id} {card.version}",
            "clips": clips,
        },
    )
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    (folder / "CARD.md").write_text(_words(made, card, new), encoding="utf-8")
    return made


def write_styles(folder: Path, card: ModelCard, styles: StyleMap) -> None:
    """Put the style map beside the dictionary it was made with."""
    made_for = np.array(card.graphs["encoder"].sha256)
    np.savez_compressed(folder / STYLES, made_for=made_for, **styles.to_arrays())  # type: ignore[arg-type]


def _words(card: ModelCard, base: ModelCard, new: int) -> str:
    assert isinstance(card.spec, DrumSpec)
    rows = card.metrics.get("held out", [])
    heads = list(rows[0]) if rows else []
    table = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"] if rows else ["Not measured."]
    table += [f"| {' | '.join(str(value) for value in row.values())} |" for row in rows]
    credit = [f"- {data.name}, {data.licence}: {data.credit}".rstrip(": ") + "." for data in card.data]
    lines = [
        f"# {card.title}: `{card.id}` {card.version}",
        "",
        card.description,
        "",
        f"The first {card.spec.atoms - new} atoms are those of `{base.id}`, unchanged; the {new} behind them grew out",
        "of figures of the clips that were read worst. It reads and writes as that dictionary does.",
        "",
        "## Data",
        "",
        *credit,
        "",
        f"Atoms of `{base.id}` are licensed {base.licence}.",
        "",
        "## Figures",
        "",
        "On clips held out from learning, before (the dictionary it began with) and after: hit F1, share of two-bar",
        "windows whose hits are all right, mean errors of velocity (0..1) and offset (steps).",
        "",
        *table,
        "",
    ]
    return "\n".join(lines)
