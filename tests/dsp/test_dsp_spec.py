import msgspec
import pytest

from livemusic.dsp.spec import FeatureSpec


def test_half_second_of_the_source() -> None:
    spec = FeatureSpec()
    assert spec.hop_s == pytest.approx(0.0232199, abs=1e-7)
    assert spec.window_s == pytest.approx(0.5108, abs=1e-4)
    assert (spec.bins - 1) * spec.sample_rate / spec.fft == pytest.approx(4005.18, abs=0.01)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sample_rate", 0),
        ("fft", 1),
        ("hop", 0),
        ("hop", 1025),
        ("window", "hann"),
        ("alpha", 1.5),
        ("bins", 0),
        ("bins", 514),
        ("frames", 0),
        ("range_db", 0.0),
        ("range_db", float("nan")),
        ("floor_db", 3.0),
        ("attack_s", -1.0),
        ("release_s", float("inf")),
    ],
)
def test_impossible_values_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        FeatureSpec(**{name: value})  # type: ignore[arg-type]


def test_survives_json_and_refuses_unknown_fields() -> None:
    spec = FeatureSpec(bins=40, range_db=50.0)
    assert msgspec.json.decode(msgspec.json.encode(spec), type=FeatureSpec) == spec
    with pytest.raises(msgspec.ValidationError, match="hop_size"):
        msgspec.json.decode(b'{"hop_size": 3}', type=FeatureSpec)
    with pytest.raises(msgspec.ValidationError, match="bins"):
        msgspec.json.decode(b'{"bins": 0}', type=FeatureSpec)
