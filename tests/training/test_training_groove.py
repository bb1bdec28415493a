"""Groove MIDI files as grids and windows, the cache, and what is said about folders that are something else."""

import csv
import hashlib
import zipfile
from pathlib import Path

import mido
import numpy as np
import pytest

from livemusic.errors import MediaError
from livemusic.music.kit import Voice
from training.__main__ import main
from training.data import groove
from training.data.download import fetch, unpack

PPQ = 480
SIXTEENTH = PPQ // 4


def write_midi(path: Path, notes: list[tuple[int, int, int]]) -> Path:
    """A MIDI file at 480 ticks per beat from `(tick, pitch, velocity)` rows."""
    midi = mido.MidiFile(ticks_per_beat=PPQ)
    track = mido.MidiTrack()
    midi.tracks.append(track)
    rows = sorted(
        [(tick, 1, pitch, velocity) for tick, pitch, velocity in notes]
        + [(tick + 10, 0, pitch, 0) for tick, pitch, _ in notes]
    )
    clock = 0
    for tick, on, pitch, velocity in rows:
        kind = "note_on" if on else "note_off"
        track.append(mido.Message(kind, note=pitch, velocity=velocity, time=tick - clock, channel=9))
        clock = tick
    path.parent.mkdir(parents=True, exist_ok=True)
    midi.save(path)
    return path


def write_groove(folder: Path, files: dict[str, tuple[str, str, list[tuple[int, int, int]]]]) -> Path:
    """A data set folder from `name -> (split, time signature, notes)`."""
    for name, (_, _, notes) in files.items():
        write_midi(folder / name, notes)
    with (folder / "info.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["midi_filename", "time_signature", "split"])
        table.writerows([[name, meter, split] for name, (split, meter, _) in files.items()])
    return folder


def test_a_file_becomes_hits_velocities_and_offsets_on_the_sixteenth_grid(tmp_path: Path) -> None:
    path = write_midi(
        tmp_path / "a.mid",
        [(0, 36, 127), (4 * SIXTEENTH + 30, 38, 64), (8 * SIXTEENTH - 30, 22, 100), (9 * SIXTEENTH, 99, 100)],
    )
    grid = groove.read_grid(path)
    assert grid.steps == 32
    # (step, voice, velocity, offset in 1/960 beat); pitch 99 is no drum of ours.
    assert grid.rows() == [(0, Voice.KICK, 127, 0), (4, Voice.SNARE, 64, 60), (8, Voice.CLOSED_HAT, 100, -60)]


def test_a_push_over_the_bar_line_opens_the_next_bar(tmp_path: Path) -> None:
    grid = groove.read_grid(write_midi(tmp_path / "a.mid", [(0, 36, 100), (32 * SIXTEENTH - 20, 49, 100)]))
    assert grid.steps == 48
    assert grid.rows()[-1] == (32, Voice.CRASH, 100, -40)


def test_windows_start_at_every_bar_and_silent_ones_are_counted(tmp_path: Path) -> None:
    notes = [(0, 36, 100), (5 * 16 * SIXTEENTH, 38, 100)]  # bars 1 and 6 of six
    windows, empty = groove.windows_of(groove.read_grid(write_midi(tmp_path / "a.mid", notes)))
    assert windows.shape == (2, 32, 9, 3)
    assert empty == 3
    assert windows[0, 0, Voice.KICK, 0] == 1
    assert windows[1, 16, Voice.SNARE, 0] == 1


def test_the_splits_are_those_of_info_csv_and_other_meters_are_left_out(tmp_path: Path) -> None:
    folder = write_groove(
        tmp_path / "groove",
        {
            "a.mid": ("train", "4-4", [(0, 36, 100)]),
            "b.mid": ("validation", "4-4", [(0, 38, 100)]),
            "c.mid": ("test", "4-4", [(0, 42, 100)]),
            "d.mid": ("test", "3-4", [(0, 49, 100)]),
        },
    )
    cache = tmp_path / "cache"
    data = groove.load(folder, cache)
    voices = {split: data.windows[split][0, 0, :, 0].argmax() for split in groove.SPLITS}
    assert voices == {"train": Voice.KICK, "validation": Voice.SNARE, "test": Voice.CLOSED_HAT}
    assert (data.files, data.other_meters, data.empty_windows) == (3, 1, 0)
    (stored,) = cache.iterdir()
    assert np.array_equal(groove.load(folder, cache).windows["test"], data.windows["test"])
    stored.write_bytes(b"torn")
    assert groove.load(folder, cache).summary() == data.summary()


def test_hits_that_the_grid_has_no_cell_for_are_counted_in_every_window(tmp_path: Path) -> None:
    flam = [(0, 36, 100), (4 * SIXTEENTH - 10, 38, 40), (4 * SIXTEENTH, 38, 110), (4 * SIXTEENTH, 40, 30)]
    roll = [(32 * SIXTEENTH + 20 * n, 38, 60 + n) for n in range(6)]
    folder = write_groove(
        tmp_path / "groove",
        {
            "a.mid": ("train", "4-4", [(0, 36, 100)]),
            "b.mid": ("validation", "4-4", [(0, 38, 100)]),
            "c.mid": ("test", "4-4", [*flam, *roll]),
        },
    )
    for _ in range(2):  # parsed, and from the cache
        data = groove.load(folder, tmp_path / "cache")
        assert data.played["test"].tolist() == [4, 6]
        assert data.windows["test"][..., 0].sum((1, 2)).tolist() == [2, 2]
        assert data.played["train"].tolist() == [1]


def test_a_folder_that_is_not_the_data_set_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"info\.csv"):
        groove.load(tmp_path / "nowhere", tmp_path)
    (tmp_path / "info.csv").write_text("colour,size\nred,3\n", encoding="utf-8")
    with pytest.raises(MediaError, match="columns"):
        groove.load(tmp_path, tmp_path)


def test_a_missing_split_and_a_corrupt_file_are_refused(tmp_path: Path) -> None:
    folder = write_groove(tmp_path / "groove", {"a.mid": ("train", "4-4", [(0, 36, 100)])})
    with pytest.raises(MediaError, match="validation"):
        groove.load(folder, tmp_path)
    (folder / "a.mid").write_bytes(b"MThd, or so it says")
    with pytest.raises(MediaError, match=r"a\.mid"):
        groove.load(folder, tmp_path)


def test_a_download_is_kept_only_with_the_right_checksum(tmp_path: Path) -> None:
    origin = tmp_path / "origin.bin"
    origin.write_bytes(b"drums" * 1000)
    right = hashlib.sha256(origin.read_bytes()).hexdigest()
    target = tmp_path / "cache" / "copy.bin"
    with pytest.raises(MediaError, match="checksum"):
        fetch(origin.as_uri(), "0" * 64, target)
    assert list(target.parent.iterdir()) == []
    assert fetch(origin.as_uri(), right, target).read_bytes() == origin.read_bytes()
    origin.unlink()
    assert fetch(origin.as_uri(), right, target) == target  # not asked for twice
    target.write_bytes(b"torn")
    with pytest.raises(MediaError, match="cannot download"):
        fetch(origin.as_uri(), right, target)


def test_the_archive_is_unpacked_whole_or_not_at_all(tmp_path: Path) -> None:
    source = write_groove(tmp_path / "groove", {"a.mid": ("train", "4-4", [(0, 36, 100)])})
    archive = tmp_path / "groove.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(source / "info.csv", "groove/info.csv")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    folder = groove.download(archive.as_uri(), digest, tmp_path / "cache")
    assert (folder / "info.csv").is_file()
    archive.write_bytes(b"PK nothing")
    with pytest.raises(MediaError, match="unpack"):
        unpack(archive, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_the_command_trains_exports_goes_on_and_says_what_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    splits = ("train", "validation", "test")
    data = write_groove(
        tmp_path / "groove", {f"{split}.mid": (split, "4-4", [(0, 36, 100), (240, 38, 90)]) for split in splits}
    )
    runs, model = tmp_path / "runs", tmp_path / "drums-9"
    where = ["--data", str(data), "--runs", str(runs)]
    words = ["drums", *where, "--atoms", "97", "--epochs", "2", "--out", str(model)]
    assert main(words) == 0
    assert main([*words, "--resume"]) == 0
    assert main([*words, "--seed", "1", "--resume"]) == 2
    assert "another recipe or seed" in capsys.readouterr().err
    assert main(["drums", *where, "--config", "seed", "--epochs", "2"]) == 0
    assert main(["drums", *where, "--config", "seed", "--out", str(model)]) == 2
    assert "is a baseline" in capsys.readouterr().err
    assert main(["export", str(runs / "drums-seed"), "--out", str(model)]) == 2
    assert main(["export", str(runs / "drums-ours-atoms97"), "--out", str(model)]) == 0
    assert main(["report", "drums", *where, "--model", str(model), "--pictures", str(tmp_path)]) == 0
    assert "| ours | 4 |" in capsys.readouterr().out
    assert "| seed | 4 |" in (model / "CARD.md").read_text(encoding="utf-8")
    assert (tmp_path / "drums" / "atoms.png").is_file()
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert main([*words, "--runs", str(tmp_path / "file")]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_other_meters_are_cut_by_two_of_their_bars(tmp_path: Path) -> None:
    notes = [(beat * PPQ, 36, 100) for beat in range(12)]
    folder = write_groove(
        tmp_path / "groove",
        {"a.mid": ("train", "4-4", notes), "b.mid": ("train", "3-4", notes), "c.mid": ("test", "6-8", notes)},
    )
    windows = groove.other_meters(folder)
    assert {meter: cut.shape[1:] for meter, cut in windows.items()} == {"3-4": (24, 9, 3), "6-8": (24, 9, 3)}
    assert windows["3-4"][0, ::4, Voice.KICK, 0].all()
