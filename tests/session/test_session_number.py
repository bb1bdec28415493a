"""Numbers with either decimal sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.session.number import plain, read_number, read_numbers


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("98.5", 98.5),
        ("98,5", 98.5),
        (" 120 ", 120.0),
        (",5", 0.5),
        ("-0,25", -0.25),
        ("−1,5", -1.5),
        ("+3,", 3.0),
        ("９８．５", 98.5),
        ("９８，５", 98.5),
        ("٩٨٫٥", 98.5),
        ("९८.५", 98.5),
        ("1e2", 100.0),
    ],
)
def test_either_sign_is_a_decimal_point(typed: str, meant: float) -> None:
    assert read_number(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", " ", ",", "1,2,3", "1.200,5", "nan", "inf", "-inf", "1e999", "1_000", "ten", "½x"]
)
def test_what_is_no_number_is_named(typed: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_number(typed)


@pytest.mark.parametrize("typed", ["0.5,0.25", "0,5;0,25", "0.5;0.25", "0,5; 0,25"])
def test_semicolons_part_numbers_with_decimal_commas(typed: str) -> None:
    assert read_numbers(typed) == [0.5, 0.25]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_back_with_a_comma_too(value: float) -> None:
    assert read_number(str(value).replace(".", ",")) == value


@given(st.text())
def test_a_plain_text_keeps_its_length(text: str) -> None:
    assert len(plain(text)) == len(text)
