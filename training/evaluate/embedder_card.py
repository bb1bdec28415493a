"""The words of the trajectory embedder's model card."""

from typing import Any


def card_text(card: dict[str, Any]) -> str:
    """`CARD.md` from the contents of `model.json`: what it is, how it was trained, figures, limits, credits."""
    spec, metrics, trained = card["spec"]["features"], card["metrics"], card["trained"]
    space, picture, hop = metrics["space"], metrics["reconstruction"], metrics["hop_ms"]
    top = (spec["bins"] - 1) * spec["sample_rate"] / spec["fft"]
    knn = ", ".join(f"{ratio:.2f}" for ratio in space["knn_over_persistence"])
    lines = [
        f"# {card['title']} (`{card['id']}`, version {card['version']})",
        "",
        "Hears half a second of music and places it in a 3-D space, 43 times a second: the path that livemusic draws.",
        "",
        "| | |",
        "|---|---|",
        f"| input | `window`, float32 (batch, {spec['frames']}, {spec['bins']}), numbers 0..1 |",
        f"| output | `z`, float32 (batch, {card['spec']['dim']}) |",
        f"| sound | mono, {spec['sample_rate']} Hz, a frame of {spec['fft']} samples every {spec['hop']} |",
        f"| spectrum | Tukey window {spec['alpha']:g}, lines 0..{spec['bins'] - 1} (up to {top:.0f} Hz), in dB |",
        f"| normalisation | causal: {spec['range_db']:g} dB under a running peak; rises in {spec['attack_s']:g} s, "
        f"falls in {spec['release_s']:g} s, holds below {spec['floor_db']:g} dB |",
        f"| graph | ONNX opset {card['opset']}, one file |",
        f"| licence | {card['licence']} |",
        "",
        "## How it was trained",
        "",
        "An autoencoder over windows of a spectrogram (convolutions over time, 32-64-128 channels, a dense layer to",
        "three numbers) with a small recurrent network that must foresee the next step of its own path. The recipe is",
        "that of M-Lin-DM, *Deep-Audio-Embedding*, half-second variant:",
        "",
        "    loss = cross-entropy of the picture + alpha * forecast + delta * curvature + sigma * slowness",
        "",
        "forecast is -cos between the foreseen and the actual velocity, curvature the mean of -cos between successive",
        "velocities and slowness the mean squared step, both of the whitened path (slow feature analysis). The source",
        "uses alpha 0.001, delta 0 and knows no sigma; with those weights (8 epochs, measured as below) the path",
        "turned by 78 degrees at every hop, so this model has the weights of the command below. It also differs in:",
        "one model over many recordings instead of one for each; levels in dB against a causal running peak instead of",
        "the whole file's minimum and maximum; batches of 16 sequences of 46 windows, of which every fifth is drawn",
        "again; a learning rate that falls along a cosine.",
        "",
        "After training, the last layer is turned and scaled so that over the training clips the three axes have zero",
        "mean, unit variance and no correlation, widest direction first. This is folded into the exported weights.",
        "",
        f"    {trained['command']}",
        "",
        f"{trained['date']}, seed {trained['seed']}, {trained['machine']}. Held out: whole tracks, about one in seven.",
        "",
        "## Figures",
        "",
        f"On the {metrics['unseen_clips']} held-out clips, by `python -m training report embedder --data DATA/audio`",
        "(the first row and the variances by the training command itself):",
        "",
        "| | |",
        "|---|---|",
        f"| reconstruction, cross-entropy per pixel | {picture['bce']} "
        f"(mean picture {picture['bce_of_the_mean_picture']}, "
        f"least possible {picture['least_possible_bce']}, so {picture['explained']:.0%} explained) |",
        f"| variances before whitening | {_list(metrics['variances_before_whitening'])} |",
        f"| covariance eigenvalues | {_list(space['covariance_eigenvalues'])} |",
        f"| variance along a clip's own principal axes | {_list(space['within_clip_variance_shares'])} |",
        f"| share of variance between clips | {space['between_clip_variance_share']:.2f} |",
        f"| mean cosine of successive velocities | {space['mean_cos_of_successive_velocities']:.3f} |",
        f"| mean turning angle | {space['mean_turning_angle_deg']:.1f} degrees per hop |",
        f"| correlation of each axis with loudness (rms, dB) | {_list(space['rms_correlation_per_axis'])}; "
        f"together they explain {space['rms_explained_by_the_three_axes_r2']:.0%} of it |",
        f"| six seconds played again: nearest point within 0.25 s of the same place | {space['repeat_found']:.2f} "
        f"(chance {space['repeat_found_by_chance']:.2f}) |",
        "| distance to the repeat / distance to another section | "
        f"{space['repeat_distance_over_other_section_distance']:.2f} |",
        f"| nearest ten points of other clips from the same track | {space['same_track_neighbours']:.2f} "
        f"(chance {space['same_track_neighbours_by_chance']:.2f}) |",
        f"| nearest-neighbour forecast error / standing still, after {_list(space['forecast_steps'])} hops | {knn} |",
        f"| one hop of sound to a point, one core | {hop['p50']:.2f} ms median, {hop['p99']:.2f} ms p99 by the clock; "
        f"{hop['cpu_p50']:.2f} and {hop['cpu_p99']:.2f} ms of processor time |",
        "",
        "The forecast leaves out the start's own neighbourhood, so it can only use other passes of the music; below 1",
        "it is better than standing still.",
        "",
        "## Limits",
        "",
        "* It hears half a second at a time and nothing above 4 kHz: hi-hats, air and form over bars leave no mark.",
        "* Three numbers cannot hold a whole picture: two different sounds may share a place.",
        "* Its idea of loud and soft is recent: after a loud passage a soft one comes into view over some ten seconds.",
        "* Trained on a small collection: game, film, lo-fi and electronic music; little solo singing or speech.",
        "* The weights of the loss were chosen on the held-out clips that are measured here, and one seed was trained.",
        "* Points of different models, or of another version of this one, cannot be compared.",
        "",
        "## Music it was trained and measured on",
        "",
        "Excerpts of up to half a minute, mixed to mono; none of the sound is in the model's files. Licences:",
        "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/),",
        "[CC BY 3.0](https://creativecommons.org/licenses/by/3.0/),",
        "[CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/) and public domain.",
        "",
        *(f"* {entry['name']}, {entry['licence']}: {entry['credit']}" for entry in card["data"]),
        "",
    ]
    return "\n".join(lines)


def _list(values: list[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
