"""The drum tools as a musician types them: a MIDI file in, one out, one sentence for what is wrong."""

import json
from pathlib import Path

import pytest

from livemusic.cli import main
from livemusic.midi.files import read_pattern, read_strikes, write_pattern
from livemusic.music.grid import Grid
from livemusic.music.kit import Voice
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import Meter

LEFT_OUT = "1 hit left out: another of the same drum, louder, is at the very same moment."


@pytest.fixture
def clips(tmp_path: Path) -> list[str]:
    """A rock beat of two bars and a pattern in 7/8."""
    beat = [(step, Voice.CLOSED_HAT, 80, 0) for step in range(0, 32, 2)]
    beat += [(step, Voice.KICK, 110, 0) for step in (0, 8, 10, 16, 24)] + [(s, 1, 115, 0) for s in (4, 12, 20, 28)]
    odd = [(step, Voice.RIDE, 90, 0) for step in range(0, 14, 2)] + [(0, 0, 100, 0), (8, 1, 100, 0)]
    names = []
    for name, rows, steps, meter in (("beat ü", beat, 32, Meter()), ("odd", odd, 14, Meter(7, 8))):
        path = tmp_path / f"{name}.mid"
        write_pattern(path, Grid.of(rows, steps).to_pattern(), 96, meter)
        names.append(str(path))
    return names


def hits(path: Path) -> Grid:
    return Grid.from_pattern(read_strikes(path).pattern)


@pytest.mark.parametrize("words", [["denoise"], ["humanise"], ["vary", "--amount", "0.5"], ["tap"]])
def test_a_tool_writes_a_clip_of_the_same_length_tempo_and_meter(
    words: list[str], clips: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for clip in clips:
        outs = [tmp_path / "new" / f"{number}.mid" for number in range(2)]
        for out in outs:
            assert main(["drums", words[0], clip, *words[1:], "--out", str(out), "--json"]) == 0
            report = json.loads(capsys.readouterr().out)
            assert report["steps"] == hits(Path(clip)).steps
        assert outs[0].read_bytes() == outs[1].read_bytes()
        read, given = read_pattern(outs[0]), read_pattern(clip)
        assert (read.meter, round(read.bpm), read.pattern.length) == (given.meter, 96, given.pattern.length)


def test_humanise_in_the_feel_of_a_clip(clips: list[str], tmp_path: Path) -> None:
    loud = Grid.of([(step, voice, 127, 60) for step in range(0, 32, 2) for voice in (0, 1, 2)], 32)
    write_pattern(tmp_path / "loud.mid", loud.to_pattern(), 96, Meter())
    outs = [str(tmp_path / f"{name}.mid") for name in ("plain", "like")]
    words = ["drums", "humanise", clips[0], "--looseness", "0", "--out"]
    assert main([*words, outs[0]]) == 0
    assert main([*words, outs[1], "--like", str(tmp_path / "loud.mid")]) == 0
    plain, like = (hits(Path(out)).values for out in outs)
    assert (plain[..., 0] == like[..., 0]).all()
    assert like[..., 1].sum() > plain[..., 1].sum() + 1


def test_humanise_keeps_the_hits(clips: list[str], tmp_path: Path) -> None:
    assert main(["drums", "humanise", clips[0], "--out", str(tmp_path / "h.mid")]) == 0
    one, other = hits(tmp_path / "h.mid"), hits(Path(clips[0]))
    assert (one.hits == other.hits).all()
    assert len({row[2] for row in one.rows()}) > 5


def test_sketch_by_seed_style_and_meter(clips: list[str], tmp_path: Path) -> None:
    out = [tmp_path / f"{number}.mid" for number in range(4)]
    assert main(["drums", "sketch", "--style", "funk", "--seed", "4", "--out", str(out[0])]) == 0
    assert main(["drums", "sketch", "--style", "funk", "--seed", "4", "--out", str(out[1])]) == 0
    assert main(["drums", "sketch", "--meter", "7/8", "--bars", "3", "--out", str(out[2])]) == 0
    assert main(["drums", "sketch", "--from", clips[1], "--density", "0.2", "--out", str(out[3])]) == 0
    assert out[0].read_bytes() == out[1].read_bytes()
    assert [hits(path).steps for path in out] == [32, 32, 42, 14]
    assert all(hits(path).hits.any() for path in out)


def test_interpolate_begins_and_ends_with_the_clips(
    clips: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.mid"
    assert main(["drums", "vary", clips[0], "--amount", "1", "--seed", "2", "--out", str(other)]) == 0
    capsys.readouterr()
    out = tmp_path / "way.mid"
    words = ["--patterns", "4", "--lock", "kick=1", "--json"]
    assert main(["drums", "interpolate", clips[0], str(other), "--out", str(out), *words]) == 0
    assert json.loads(capsys.readouterr().out)["patterns"] == 4
    way, first = hits(out).values.reshape(4, 32, 9, 3), hits(Path(clips[0])).values
    assert (way[0] == first).all()
    assert (way[:, :, Voice.KICK, 0] == first[:, Voice.KICK, 0]).all()
    assert (way[3, :, 1:] == hits(other).values[:, 1:]).all()


def test_decompose_lists_and_mutes(clips: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "m.mid"
    assert main(["drums", "decompose", clips[0], "--json"]) == 0
    parts = json.loads(capsys.readouterr().out)["parts"]
    assert parts[0]["hits"]
    muted = ",".join(str(part["part"]) for part in parts)
    assert main(["drums", "decompose", clips[0], "--mute", muted, "--out", str(out)]) == 0
    assert hits(out).hits.sum() < hits(Path(clips[0])).hits.sum()


def test_style_says_where_on_the_map(clips: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drums", "style", *clips, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 2
    assert all(0 <= row["x"] <= 1 and abs(sum(row["styles"].values()) - 1) < 1e-6 for row in rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["vary", "none.mid", "--out", "x.mid"], "none.mid"),
        (["vary", "CLIP", "--style", "polka", "--out", "x.mid"], "polka"),
        (["sketch", "--style", "polka", "--out", "x.mid"], "polka"),
        (["sketch", "--from", "CLIP", "--style", "polka", "--out", "x.mid"], "polka"),
        (["interpolate", "CLIP", "CLIP", "--lock", "kick=3", "--out", "x.mid"], "lip 3 in --lock is outside 1..2"),
        (["sketch", "--bars", "0", "--out", "x.mid"], "ars 0"),
        (["decompose", "CLIP", "--mute", "9999"], "art 9999"),
        (["interpolate", "CLIP", "--out", "x.mid"], "two MIDI clips"),
        (["interpolate", "CLIP", "CLIP", "--weights", "1", "--out", "x.mid"], "eights"),
        (["humanise", "CLIP", "--drummer", "nobody", "--out", "x.mid"], "nobody"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    words: list[str],
    said: str,
    clips: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["drums", *(clips[0] if word == "CLIP" else word for word in words)]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1
    assert not (tmp_path / "x.mid").exists()


def test_bad_options_are_refused_before_any_work(clips: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--amount", "2"], ["--seed", "-1"], ["--lock", "gong"], ["--out", "x.wav"]):
        with pytest.raises(SystemExit) as end:
            main(["drums", "vary", clips[0], "--out", "x.mid", *words])
        assert end.value.code == 2


@pytest.fixture
def roll(tmp_path: Path) -> Path:
    """A roll of 32nds with a flam, and one drum struck twice at once."""
    hits = [Note(120 * n, 38, 50 + n) for n in range(24)] + [Note(3360, 38, 110), Note(3310, 38, 40)]
    path = tmp_path / "roll.mid"
    write_pattern(path, Pattern.of([*hits, Note(0, 40, 9), Note(0, 36, 99)], 3840), 100, Meter())
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["humanise"],
        ["vary", "--amount", "0"],
        ["denoise", "--noise", "0"],
        ["decompose"],
        ["interpolate", "--weights=1,0"],
    ],
    ids=lambda words: words[0],
)
def test_a_tool_keeps_rolls_and_flams_and_says_what_it_left_out(
    words: list[str], roll: Path, clips: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.mid"
    more = clips[:1] if words[0] == "interpolate" else []
    assert main(["drums", words[0], str(roll), *more, *words[1:], "--out", str(out)]) == 0
    assert (
        "roll.mid: 1 hit left out: another of the same drum, louder, is at the very same moment."
        in capsys.readouterr().err
    )
    before, after = ([note for note in read_pattern(path).pattern.notes if note.pitch == 38] for path in (roll, out))
    assert len(after) >= len(before) == 26
    if words[0] != "humanise":
        assert [(note.tick, note.velocity) for note in after[:26]] == [(note.tick, note.velocity) for note in before]


def test_a_morph_keeps_rolls_and_says_what_it_left_out(
    roll: Path, clips: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.mid"
    assert main(["morph", str(roll), clips[0], "--at", "0,0", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert (
        said.err
        == f"livemusic: {roll}: 1 hit left out: another of the same drum, louder, is at the very same moment.\n"
    )
    assert said.out.startswith("54 hits in 32 steps")
    assert len(read_pattern(out).pattern.notes) == 54
