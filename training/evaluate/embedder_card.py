"""The words of the trajectory embedder's model card."""

from typing import Any


def card_text(card: dict[str, Any]) -> str:
    """`CARD.md` from the contents of `model.json`: what it is, how it was trained, figures, limits, credits."""
    spec, metrics, trained = card["spec"]["features"], card["metrics"], card["trained"]
    picture, hop = metrics["reconstruction"], metrics["hop_ms"]
    given, found = card["spec"]["state"] + spec["bins"], card["spec"]["dim"] + card["spec"]["state"]
    lines = [
        f"# {card['title']} (`{card['id']}`, version {card['version']})",
        "",
        f"Places the music in a space of {card['spec']['dim']} dimensions, 43 times a second; what is drawn of it is a",
        "three-dimensional view that livemusic fits to each song.",
        "",
        "| | |",
        "|---|---|",
        f"| input | `given`, float32 (batch, {given}): the state, then one row of {spec['bins']} numbers 0..1 |",
        f"| output | `found`, float32 (batch, {found}): the point, then the new state |",
        f"| sound | mono, {spec['sample_rate']} Hz, a Hann window of {spec['fft']} samples every {spec['hop']} |",
        f"| spectrum | {spec['bins']} mel bands, {spec['low_hz']:g} to {spec['high_hz']:g} Hz, in dB |",
        f"| normalisation | causal: {spec['range_db']:g} dB under a running peak, which falls in "
        f"{spec['release_s']:g} s and holds below {spec['floor_db']:g} dB |",
        f"| graph | ONNX opset {card['opset']}, one file; each row is computed once |",
        f"| licence | {card['licence']} |",
        "",
        "## How it was trained",
        "",
        "A causal stack of dilated convolutions over rows of the spectrogram (112 channels, dilations 1, 2, 4 and 8: a",
        "point hears 31 rows, 0.74 s). It is trained as an autoencoder conditioned on forecasting, as M-Lin-DM's",
        "*Deep-Audio-Embedding* is, on many recordings instead of one and with other terms:",
        "",
        "    loss = cross-entropy of the window + iso * isometry + alpha * rollout + delta * curvature",
        "",
        "isometry: distances of points against distances of their windows of half a second, within a clip (between",
        "Kruskal's stress and Sammon's); rollout: squared error of the path foreseen by a recurrent network 1 to 30",
        "rows ahead, over the path's variance; curvature: the mean of 1 - cos between successive velocities.",
        "After training the space is turned to its principal axes; distances stay what they are.",
        "",
        f"    {trained['command']}",
        "",
        f"{trained['date']}, seed {trained['seed']}, {trained['machine']}. Held out: all clips of one artist in five.",
        "",
        "## Figures",
        "",
        f"On the {metrics['unseen_clips']} clips of {metrics['unseen_artists']} artists that were held out, by",
        "`python -m training report embedder --data DATA/audio` (the reconstruction by the training command itself).",
        "",
        f"* Reconstruction, cross-entropy per pixel: {picture['bce']} "
        f"(mean picture {picture['bce_of_the_mean_picture']}, "
        f"least possible {picture['least_possible_bce']}: {picture['explained']:.0%} explained).",
        f"* One hop of sound to a point, one core: {hop['p50']:.2f} ms median, {hop['p99']:.2f} ms p99 by the clock; "
        f"{hop['cpu_p50']:.2f} and {hop['cpu_p99']:.2f} ms of processor time. The network alone in torch: "
        f"{metrics['torch_ms']['row']:.2f} ms row by row, {metrics['torch_ms']['whole']:.2f} ms over all 31 rows.",
        "",
        "Three-dimensional paths, means over the clips; the structure is that of the song's own log-mel windows of",
        "half a second. `knn`: error of the forecast by five nearest neighbours, own neighbourhood left out, over that",
        "of standing still, after 1, 10 and 30 hops; `repeats`: share of a window's ten nearest, a second away or",
        "more, that are among its ten nearest points.",
        "",
        *_table(metrics["columns"], metrics["paths"]),
        "",
        f"On {metrics['unseen_songs']} of these clips, what is made for one song and takes its time (20 s a clip to",
        "learn it, 10 s to train the source's model, on one core):",
        "",
        *_table(metrics["columns"], metrics["songs"]),
        "",
        "## Limits",
        "",
        "* Fast music (chip tunes, sixteenths at a high tempo) turns at every hop; a smooth path would lose its order.",
        "* Its idea of loud and soft is recent: after a loud passage a soft one comes into view over half a minute.",
        "* One seed was trained; the weights of losses and layout were chosen on some of the held-out clips.",
        "* Points of different models, or of another version of this one, cannot be compared.",
        "",
        "## Music it was trained and measured on",
        "",
        "Excerpts of up to half a minute, mixed to mono; none of the sound is in the model's files. Licences:",
        "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/),",
        "[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/),",
        "[CC BY 3.0](https://creativecommons.org/licenses/by/3.0/),",
        "[CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/) and public domain, as said with each.",
        "",
        *(f"* {entry['name']}, {entry['licence']}: {entry['credit']}" for entry in card["data"]),
        "",
    ]
    return "\n".join(lines)


def _table(columns: list[str], rows: dict[str, list[float]]) -> list[str]:
    return [
        f"| path | {' | '.join(name.replace('_', ' @ ') for name in columns)} |",
        f"|---|{'---|' * len(columns)}",
        *(f"| {name} | {' | '.join(f'{value:.3f}' for value in values)} |" for name, values in rows.items()),
    ]
