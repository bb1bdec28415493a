"""The words of the card of the model that hears drums."""

from typing import Any


def card_text(card: dict[str, Any]) -> str:
    """`CARD.md` from the contents of `model.json`: what it is, how it was trained, figures, limits, credits."""
    spec, metrics, trained = card["spec"]["features"], card["metrics"], card["trained"]
    lanes, state, delay = card["spec"]["lanes"], card["spec"]["state"], card["spec"]["delay"]
    given, found = state + spec["bins"], 2 * len(lanes) + state
    hop_ms = 1000 * spec["hop"] / spec["sample_rate"]
    lines = [
        f"# {card['title']} (`{card['id']}`, version {card['version']})",
        "",
        f"{card['description']} Causal: a row every {hop_ms:g} ms says what was struck {delay} rows ago, so a voice is",
        "told 20 to 30 ms after it began; a coarse lane waits for a row more.",
        "",
        "| | |",
        "|---|---|",
        f"| input | `given`, float32 (batch, {given}): the state, at first 0, then a row of {spec['bins']} numbers |",
        f"| output | `found`, float32 (batch, {found}): {len(lanes)} probabilities, as many velocities, the state |",
        f"| lanes | {', '.join(lanes)} |",
        f"| thresholds | {', '.join(f'{value:g}' for value in card['spec']['thresholds'])} |",
        f"| sound | mono, {spec['sample_rate']} Hz, a Hann window of {spec['fft']} samples every {spec['hop']} |",
        f"| spectrum | {spec['bins']} mel bands, {spec['low_hz']:g} to {spec['high_hz']:g} Hz, in dB |",
        f"| normalisation | causal: {spec['range_db']:g} dB under a running peak, which falls in "
        f"{spec['release_s']:g} s and holds below {spec['floor_db']:g} dB |",
        f"| graph | ONNX opset {card['opset']}, one file; each row is computed once |",
        f"| licence | {card['licence']} |",
        "",
        "## How it was trained",
        "",
        "Bands and how much they have grown beyond their neighbours of two rows ago, a causal stack of dilated",
        "convolutions (0.3 s) and a recurrent layer that remembers the kit and the music. The loss is D^{alpha,beta}",
        "of Krause and Müller (2022), cross-entropy of all lanes with what keeps levels consistent, and velocities:",
        "",
        "    loss = cross-entropy + 14 (alpha L_down + beta L_up) + 0.3 velocity error",
        "",
        "Trained on made-up scenes alone: takes of the Groove MIDI Dataset and random patterns on kits of one-shots,",
        "whole or mixed, in rooms that do not exist, compressed, equalised, clipped, coded, through telephones, under",
        "music without drums, made-up notes and talk. Thresholds were chosen on other kits, takes and music.",
        "",
        f"    {trained['command']}",
        "",
        f"{trained['date']}, seed {trained['seed']}, {trained['machine']}.",
        "",
        "## Figures",
        "",
        *_figures(metrics),
        "## Limits",
        "",
        "* Two strokes of one drum nearer than 45 ms are one, and of hi-hats and of toms one is told at a time.",
        "* What is no drum kit is told on coarse lanes at best: hand drums as drums, claps and shakers as hits.",
        "* Open hats are mostly told as closed ones, crashes are rarely told as crashes, heights of toms are often",
        "  wrong, and toms are told as kicks and snares, too; their families are surer.",
        "* Talk brings some false hits a minute; a hard voice close to the microphone brings more.",
        "* Soft strokes are missed: under velocity 25 most snares; under music more. Loud hiss hides hats.",
        "* On machines that sound like no drums heard before, single sounds bring hits on lanes beside their own.",
        "",
        "## What it was trained on",
        "",
        "None of the sound is in the model's files.",
        "",
        *(f"* {entry['name']}, {entry['licence']}: {entry['credit']}" for entry in card["data"]),
        "",
    ]
    return "\n".join(lines)


def _figures(metrics: dict[str, Any]) -> list[str]:
    lanes = metrics["validation"]
    lines = [
        "Onset F1 (within 50 ms, `mir_eval`, each stroke once) on scenes of the held-out validation kits, as hard as",
        "those it was trained on: " + ", ".join(f"{lane} {value:.2f}" for lane, value in lanes.items()) + ".",
        "",
    ]
    return [*lines, *metrics.get("table", [])]
