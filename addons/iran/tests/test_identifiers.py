"""Vectors and properties of mobile numbers, national codes, legal ids and postal codes."""

from __future__ import annotations

import pytest
from asoud_iran.services import (
    IdentifierError,
    local_mobile,
    parse_legal_id,
    parse_mobile,
    parse_national_code,
    parse_postal_code,
    persian_digits,
)
from asoud_iran.services.identity import legal_check_digit, national_check_digit
from hypothesis import assume, given
from hypothesis import strategies as st

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
TABLES = ({}, PERSIAN, ARABIC, FULL_WIDTH, DEVANAGARI)
digits = st.text("0123456789", min_size=9, max_size=9)


def code_of(parse: object, text: str) -> str:
    with pytest.raises(IdentifierError) as caught:
        parse(text)  # type: ignore[operator]
    assert caught.value.message == str(caught.value)
    return caught.value.code


@given(digits, st.sampled_from(["0", "", "+98", "0098", "98"]), st.sampled_from(TABLES))
def test_every_written_form_of_a_mobile_is_the_same_number(rest: str, prefix: str, script: dict[int, str]) -> None:
    assert parse_mobile(f"{prefix}9{rest}".translate(script)) == f"+989{rest}"


@pytest.mark.parametrize(
    "text", ["0912 345 67 89", "0912-345-6789", "\u202a+98\u00a0912\u20113456789\u202c", "۰۹۱۲ ۳۴۵−۶۷۸۹"]
)
def test_blanks_dashes_and_invisible_marks_are_no_part_of_a_mobile(text: str) -> None:
    assert parse_mobile(text) == "+989123456789"


@given(digits)
def test_the_local_form_leads_back(rest: str) -> None:
    local = local_mobile(f"+989{rest}")
    assert local == f"09{rest}"
    assert parse_mobile(local) == f"+989{rest}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0912345678",
        "091234567890",
        "02112345678",
        "+19123456789",
        "++989123456789",
        "0912345678a",
        "+9809123456789",
    ],
)
def test_what_is_no_mobile(text: str) -> None:
    assert code_of(parse_mobile, text) == "iran.mobile"


@pytest.mark.parametrize("code", ["0499370899", "0790419904", "0084575948", "0013542419", "3240175800", "1234567891"])
def test_national_codes_that_are_valid(code: str) -> None:
    assert parse_national_code(code) == code
    assert parse_national_code(f" {persian_digits(code[:3])}-{code[3:9]}-{code[9]} ") == code


def test_zeros_in_front_of_a_national_code_may_be_left_out() -> None:
    assert parse_national_code("499370899") == "0499370899"
    assert parse_national_code("13542419") == "0013542419"


@pytest.mark.parametrize("code", ["0499370898", "1111111111", "0000000000"])
def test_national_codes_that_are_not_valid(code: str) -> None:
    assert code_of(parse_national_code, code) == "iran.national_code_checksum"


@pytest.mark.parametrize("code", ["", "1234567", "12345678901", "04993708x9"])
def test_what_has_not_the_form_of_a_national_code(code: str) -> None:
    assert code_of(parse_national_code, code) == "iran.national_code_format"


@given(digits)
def test_generated_national_codes_pass(nine: str) -> None:
    code = f"{nine}{national_check_digit(nine)}"
    assume(len(set(code)) > 1)
    assert parse_national_code(code) == code


def remainder(nine: str) -> int:
    return sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11


@given(digits, st.integers(0, 9), st.integers(1, 9))
def test_a_mistyped_digit_fails_unless_the_scheme_itself_confuses_the_two(nine: str, place: int, shift: int) -> None:
    code = f"{nine}{national_check_digit(nine)}"
    wrong = f"{code[:place]}{(int(code[place]) + shift) % 10}{code[place + 1 :]}"
    # Remainders 1 and 10 share the check digit 1: the scheme's own blind spot.
    assume({remainder(nine), remainder(wrong[:9])} != {1, 10})
    assert code_of(parse_national_code, wrong) == "iran.national_code_checksum"


@pytest.mark.parametrize("number", ["10380284790", "14007650912", "10100302746"])
def test_legal_ids_that_are_valid(number: str) -> None:
    assert parse_legal_id(persian_digits(number)) == number


def test_legal_ids_that_are_not_valid() -> None:
    assert code_of(parse_legal_id, "10380284792") == "iran.legal_id_checksum"
    assert code_of(parse_legal_id, f"1230000000{legal_check_digit('1230000000')}") == "iran.legal_id_checksum"
    assert code_of(parse_legal_id, "1038028479") == "iran.legal_id_format"


@given(digits, st.integers(0, 9))
def test_generated_legal_ids_pass_and_another_check_digit_fails(nine: str, last: int) -> None:
    ten = f"{nine}{last}"
    assume(ten[3:9] != "000000")
    check = legal_check_digit(ten)
    assert parse_legal_id(f"{ten}{check}") == f"{ten}{check}"
    assert code_of(parse_legal_id, f"{ten}{(check + 1) % 10}") == "iran.legal_id_checksum"


@pytest.mark.parametrize("code", ["1969763743", "8174673441", "۱۹۶۹۷-۶۳۷۴۳"])
def test_postal_codes(code: str) -> None:
    assert parse_postal_code(code).isascii()
    assert len(parse_postal_code(code)) == 10


@pytest.mark.parametrize(
    "code", ["", "196976374", "19697637430", "0969763743", "1969263743", "1111763743", "abcdefghij"]
)
def test_what_is_no_postal_code(code: str) -> None:
    assert code_of(parse_postal_code, code) == "iran.postal_code"
