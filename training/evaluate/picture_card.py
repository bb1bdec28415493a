"""The words of the picture embedder's model card."""

from typing import Any

import numpy as np

_LOOP = ("period_error", "closure", "winding", "clearance", "hole", "second_hole", "smoothness")


def card_text(card: dict[str, Any]) -> str:
    """`CARD.md` from the contents of `model.json`: what it is, how it was trained, figures, limits."""
    spec, metrics, trained = card["spec"], card["metrics"], card["trained"]
    reach = (spec["frames"] - 1) * spec["spacing"] / spec["rate"]
    lines = [
        f"# {card['title']} (`{card['id']}`, version {card['version']})",
        "",
        f"Sees {reach:.2f} s of film and places it in a space of {spec['dim']} numbers, {spec['rate']:g} times a",
        "second: the path of a picture, to be drawn beside that of its music. `livemusic embed FILM --of picture`.",
        "",
        "| | |",
        "|---|---|",
        f"| input | `window`, float32 (batch, {spec['frames']}, {spec['height']}, {spec['width']}), grey 0..1, "
        "oldest first |",
        f"| output | `z`, float32 (batch, {spec['dim']}) |",
        f"| pictures | {spec['rate']:g} a second, mixed of the film's own frames; whole, with black where the shape "
        f"differs from {spec['width']}:{spec['height']} |",
        f"| window | {spec['frames']} pictures, {1000 * spec['spacing'] / spec['rate']:.0f} ms apart |",
        "| light and contrast | of each picture taken out inside the graph |",
        f"| graph | ONNX opset {card['opset']}, one file |",
        f"| licence | {card['licence']} |",
        "",
        "## How it was trained",
        "",
        "A denoising convolutional autoencoder with a small recurrent network that must foresee the next step of its",
        "own path, after M-Lin-DM, *Deep-Video-Embedding*. The films are drawn while it learns, each batch anew:",
        "pendulums, conductors beating 2, 3 or 4, turning polygons, balls on Lissajous curves, dancers, wandering",
        "sticks, of any size, place, pace, brightness and background, with noise, flicker, a shaking camera and",
        "letterbox bars. From a window it must draw the figure alone, as it is now and as it was, and the scene:",
        "",
        "    loss = cross-entropy + alpha * forecast + sigma * bend + mu * stress",
        "",
        "forecast is -cos between foreseen and actual steps (the source's), bend the mean squared second difference of",
        "the path over its mean squared first, stress how far distances along the path are from those between the",
        "blurred figures (Kruskal 1964). Pixels count more where a figure moves. It differs from the source in: one",
        "model for all films instead of one for each; four frames at once instead of one, because a single frame does",
        f"not tell which way a pendulum swings; {spec['dim']} numbers instead of 3; {spec['width']} by",
        f"{spec['height']} pixels instead of 268 by 150. After training the axes are turned to the principal ones of",
        "such films, widest first, all scaled alike.",
        "",
        f"    {trained['command']}",
        "",
        f"{trained['date']}, seed {trained['seed']}, {trained['machine']}.",
        "",
        "## Figures",
        "",
        "`python -m training report picture` draws seven films of 24 s, twice: in a *studio* (nothing but the figure)",
        "and in a *room* (small, off the middle, cloudy background, noise, flicker, a hand-held camera), all with a",
        "little rubato, and measures (the first 70 % of a film may be learned from, by PCA, KNN, LSTM and the source's",
        "recipe, the rest is held out). The metronome is of a kind that the model was not trained on.",
        "",
        "Loops come out as loops (means over the films; distances in units of the path's own spread):",
        "",
        _loop_table(metrics["loops"]),
        "*period*: error of the period found from the path alone. *closes*: distance after one period (0 for a loop",
        "that closes). *turns*: times round the middle in a period, seen from where it is most open; a beat of 3 or 4",
        "has lobes and may turn more often. *clear*: how near the path comes to itself at another place of the",
        "period; 0 where it goes back the way it came. *holes*: life of the longest and the second longest hole",
        "(persistent homology): one long and one short is one loop. *smooth*: mean cosine of successive steps.",
        "",
        "The same for each film in the room, by `picture-1` (24 numbers):",
        "",
        _film_table(metrics["loops"]["picture-1, z"]["room"]),
        "Foresight on the held-out 30 %: squared error over that of standing still, and mean cosine of displacement,",
        "after 1 and 10 steps (0.04 and 0.4 s), means over the same films:",
        "",
        _foresight_table(metrics["foresight"]),
        f"The source's recipe (minutes of training for each) was trained on {_seeded(metrics)} in the room alone: its",
        "rows compare with those marked *same*. *its own LSTM* is the one it was trained with, on -cos alone, so that",
        "the length of its steps is left to chance; *LSTM* (32 units, l = 75) was trained on each finished path, on",
        "length as well.",
        "",
        f"A point takes {metrics['point_ms']['p50']:.2f} ms of processor time (p99 {metrics['point_ms']['p99']:.2f}).",
        "Variance along the axes over films like those it was trained on: "
        + ", ".join(f"{share:.2f}" for share in metrics["variance_shares"][:8])
        + " ...",
        "",
        "Paths of the films in the room: `training/reports/picture/paths.png`.",
        "",
        "## Limits",
        "",
        "* It was trained on drawn films alone; what it makes of real ones was not measured.",
        "* It sees no colour, and nothing that is smaller than a pixel of its small picture.",
        "* A camera that moves moves the path, and a cut is a jump.",
        "* Points of different models, or of another version of this one, cannot be compared.",
        "",
    ]
    return "\n".join(lines)


def _seeded(metrics: dict[str, Any]) -> str:
    """The films that the source's recipe was trained on."""
    return ", ".join(metrics["loops"]["source's recipe"]["room"])


def _loop_table(known: dict[str, Any]) -> str:
    head = ["path", "scene", "films", "period", "closes", "turns", "clear", "holes", "smooth"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for films in ("all", "same"):
        for name, scenes in known.items():
            for scene, rows in scenes.items():
                chosen = _chosen(known, rows, scene, films)
                if chosen and not (films == "same" and scene != "room"):
                    count = len(chosen) if films == "all" else "same"
                    cells = [name, scene, str(count), *_loop_cells([rows[film] for film in chosen])]
                    lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _loop_cells(rows: list[dict[str, Any]]) -> list[str]:
    """The figures of one or several films; a period that was not found counts as wrong by 100 %."""
    means = {name: float(np.mean([1.0 if row[name] is None else row[name] for row in rows])) for name in _LOOP}
    return [
        f"{means['period_error']:.1%}",
        f"{means['closure']:.3f}",
        f"{means['winding']:.2f}",
        f"{means['clearance']:.2f}",
        f"{means['hole']:.2f}, {means['second_hole']:.2f}",
        f"{means['smoothness']:.2f}",
    ]


def _film_table(rows: dict[str, Any]) -> str:
    head = ["film", "period", "closes", "turns", "clear", "holes", "smooth"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += [f"| {' | '.join([film, *_loop_cells([row])])} |" for film, row in rows.items()]
    return "\n".join(lines) + "\n"


def _foresight_table(known: dict[str, Any]) -> str:
    head = ["path", "scene", "films", "forecaster", "error @1", "cosine @1", "error @10", "cosine @10"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for films in ("all", "same"):
        for name, scenes in known.items():
            for scene, rows in scenes.items():
                chosen = _chosen(known, rows, scene, films)
                if not chosen or (films == "same" and scene != "room"):
                    continue
                count = str(len(chosen)) if films == "all" else "same"
                for forecaster in rows[chosen[0]]:
                    found = [rows[film][forecaster] for film in chosen]
                    error, cosine = (np.mean([row[key] for row in found], axis=0) for key in ("error", "cosine"))
                    cells = f"{error[0]:.3f} | {cosine[0]:.3f} | {error[1]:.3f} | {cosine[1]:.3f}"
                    lines.append(f"| {name} | {scene} | {count} | {forecaster} | {cells} |")
    return "\n".join(lines) + "\n"


def _chosen(known: dict[str, Any], rows: dict[str, Any], scene: str, films: str) -> list[str]:
    """The films of a row: all, unless only some have it, or those that every path has."""
    whole = len(next(iter(known.values()))[scene])
    if films == "all":
        return list(rows) if len(rows) == whole else []
    shared = set.intersection(*(set(scenes[scene]) for scenes in known.values() if scene in scenes))
    return [film for film in rows if film in shared] if len(shared) < whole else []
