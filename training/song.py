"""The source's experiment: one model for one song, `python -m training song --data DATA/audio`.

A model hears the first part of a clip, the rest is kept to judge it. Every trained model adds one line to the results
file, which `report song` reads.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from livemusic.errors import MediaError
from training.data.audio import Clip, Rows, read_clips, sound_of
from training.evaluate.song import measure
from training.evaluate.song_results import read_results
from training.progress import progress
from training.recipes.song import HEARD, SAMPLE_RATE, SONG, song_path, song_rows, trained

CLIPS = (
    "librosa__Dance_of_the_Sugar_Plum_Fairy_c0",
    "apparos09__Code_Blue_c0",
    "digabi__Chopin_op55_no1_c1",
    "gm3__Boomboxhead_DontMatter_c1",
    "C-C-Minetest-Server__Winter_Blues_c1",
    "tuomount__Cyborg_c1",
    "tuomount__Otto_Halmen_Sylvan_Waltz_c0",
    "Secretchronicles__170Jam_c1",
    "MegaGlest__Together_together_c0",
    "thelaui__Elveszett_Lelkek_c0",
    "lincity-ng__City_Blues_c0",
    "Tuxemon__Prologue_c0",
    "agbrs__Crazy_Glue_c0",
    "chrisweb__Synthwave_Vibe_c0",
)
"""The study's clips, chosen by genre before anything was trained: orchestra, jazz-funk, piano, trap, lo-fi, electronic,
waltz, drum and bass, Persian, metal with voices, blues, chiptune, a singer, synthwave; an artist each."""
DRAWN = ("gm3__Boomboxhead_DontMatter_c1", "digabi__Chopin_op55_no1_c1")
"""Clips of which the report draws forecasts, along the paths of the recipes pure, seed and slow."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line offers."""
    parser.add_argument("--data", type=Path, required=True, help="folder with the audio clips and clips.csv")
    parser.add_argument(
        "--recipes", nargs="+", choices=SONG, default=["pure", "seed"], help="what to train (default: pure seed)"
    )
    parser.add_argument("--clips", type=int, default=12, help="how many clips of the study (default %(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="models per clip and recipe (default %(default)s)")
    parser.add_argument(
        "--results",
        type=Path,
        default=Path("training/reports/song/results.jsonl"),
        help="file that gets a line for every model; what is there already is not trained again (default %(default)s)",
    )
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where trained models go (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Train and measure what the results file lacks, a line each; Ctrl-C loses the model at work only."""
    torch.set_num_threads(1)
    wanted = [clip for name in CLIPS[: args.clips] for clip in read_clips(args.data) if clip.path.stem == name]
    if not wanted:
        raise MediaError(f"{args.data} holds none of the study's clips: name the folder that clips.csv describes")
    done = {(line["clip"], line["recipe"], line["seed"]): line["made"] for line in read_results(args.results)}
    jobs = [
        (seed, clip, name)
        for seed in range(args.seeds)
        for clip in wanted
        for name in args.recipes
        if done.get((clip.path.stem, name, seed)) != str(SONG[name])
    ]
    songs: dict[str, tuple[Rows, float]] = {}
    for seed, clip, name in progress(jobs, "models", "model"):
        stem = clip.path.stem
        if stem not in songs:
            songs[stem] = song_of(clip)
        rows, beat_s = songs[stem]
        heard = int(HEARD * len(rows))
        kept = args.runs / "song" / f"{stem}-{name}-{seed}.pt"
        model, spent = trained(rows[:heard], SONG[name], seed, kept)
        figures = measure(model, rows, heard, beat_s, seed)
        line = {"clip": stem, "recipe": name, "seed": seed, "made": str(SONG[name]), "cpu_s": spent, **figures}
        args.results.parent.mkdir(parents=True, exist_ok=True)
        with args.results.open("a", encoding="utf-8") as file:
            print(json.dumps(line, separators=(",", ":")), file=file, flush=True)
    for clip in wanted:
        if clip.path.stem in DRAWN:
            drawn = [name for name in args.recipes if name in ("pure", "seed", "slow")]
            keep_paths(clip, drawn, args.runs / "song", args.results.parent / "paths")
    print(f"{args.results} is complete: {len(jobs)} models were added")
    return 0


def keep_paths(clip: Clip, recipes: Sequence[str], runs: Path, folder: Path) -> None:
    """Put the paths of a clip's first models into `folder`, for the report's picture of forecasts."""
    rows = song_rows(sound_of(clip.path, SAMPLE_RATE))
    heard = int(HEARD * len(rows))
    folder.mkdir(parents=True, exist_ok=True)
    for name in recipes:
        model, _ = trained(rows[:heard], SONG[name], 0, runs / f"{clip.path.stem}-{name}-0.pt")
        np.savez(folder / f"{clip.path.stem}--{name}.npz", path=song_path(model, rows).astype(np.float16), heard=heard)


def song_of(clip: Clip) -> tuple[Rows, float]:
    """A clip's rows, and the seconds from beat to beat as librosa hears them."""
    import librosa

    sound = sound_of(clip.path, SAMPLE_RATE)
    tempo = librosa.feature.tempo(y=sound, sr=SAMPLE_RATE)
    return song_rows(sound), 60 / float(tempo[0])
