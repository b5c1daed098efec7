"""Vectors and properties of Sheba and cards, and the table of banks."""

from __future__ import annotations

import pytest
from asoud_iran.services import (
    BANKS,
    IdentifierError,
    bank_of_card,
    bank_of_sheba,
    parse_card,
    parse_sheba,
    persian_digits,
    sheba_check_digits,
)
from asoud_iran.services.payment import luhn_sum
from hypothesis import given
from hypothesis import strategies as st

SHEBAS = {
    "IR500120020000004444994196": "mellat",
    "IR580540105180021273113007": "parsian",
    "IR062960000000100324200001": None,
}
PREFIXES = sorted(prefix for bank in BANKS for prefix in bank.cards)


@pytest.mark.parametrize("number", SHEBAS)
def test_shebas_that_are_valid(number: str) -> None:
    bank = SHEBAS[number]
    for written in (
        number,
        number.lower(),
        number[2:],
        " ".join(number[i : i + 4] for i in range(0, 26, 4)),
        persian_digits(number),
    ):
        sheba = parse_sheba(written)
        assert sheba.number == number
        assert (sheba.bank.code if sheba.bank else None) == bank


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("IR123456789123456478945165", "iran.sheba_checksum"),
        ("IR50012002000000444499419", "iran.sheba_format"),
        ("DE500120020000004444994196", "iran.sheba_format"),
        ("", "iran.sheba_format"),
    ],
)
def test_what_is_no_sheba(number: str, code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_sheba(number)
    assert caught.value.code == code


@given(st.text("0123456789", min_size=22, max_size=22), st.integers(0, 23), st.integers(1, 9))
def test_a_generated_sheba_passes_and_any_mistyped_digit_fails(account: str, place: int, shift: int) -> None:
    digits = f"{sheba_check_digits(account)}{account}"
    assert parse_sheba(f"IR{digits}").number == f"IR{digits}"
    wrong = f"{digits[:place]}{(int(digits[place]) + shift) % 10}{digits[place + 1 :]}"
    with pytest.raises(IdentifierError):
        parse_sheba(f"IR{wrong}")


def test_cards_that_are_valid() -> None:
    card = parse_card("۵۰۲۲-۲۹۱۰-۸۳۸۱-۸۹۲۰")
    assert (card.number, card.bank.code, card.bin, card.last_four) == ("5022291083818920", "pasargad", "502229", "8920")
    assert parse_card("6037991234567893").bank.code == "melli"
    assert card.number not in repr(card)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("6037991234567890", "iran.card_checksum"),
        ("603799123456789", "iran.card_format"),
        ("60379912345678930", "iran.card_format"),
        ("4111111111111111", "iran.card_bank"),
    ],
)
def test_what_is_no_card(number: str, code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_card(number)
    assert caught.value.code == code


@given(st.sampled_from(PREFIXES), st.text("0123456789", min_size=9, max_size=9), st.integers(0, 15), st.integers(1, 9))
def test_a_generated_card_passes_and_any_mistyped_digit_fails(prefix: str, rest: str, place: int, shift: int) -> None:
    fifteen = prefix + rest
    number = f"{fifteen}{-luhn_sum(fifteen + '0') % 10}"
    assert parse_card(number).bank == bank_of_card(number)
    wrong = f"{number[:place]}{(int(number[place]) + shift) % 10}{number[place + 1 :]}"
    with pytest.raises(IdentifierError):
        parse_card(wrong)


CODES = """central 010 636795; sanat_o_madan 011 627961; mellat 012 610433 991975; refah 013 589463; maskan 014 628023;
sepah 015 589210; keshavarzi 016 603770 639217; melli 017 603799; tejarat 018 627353 585983; saderat 019 603769;
tosee_saderat 020 627648 207177; post 021 627760; tosee_taavon 022 502908; tosee 051; karafarin 053 627488 502910;
parsian 054 622106 639194 627884; eghtesad_novin 055 627412; saman 056 621986; pasargad 057 502229 639347;
sarmayeh 058 639607; sina 059 639346; mehr_iran 060 606373; shahr 061 502806 504706; ayandeh 062 636214;
gardeshgari 064 505416; dey 066 502938; iran_zamin 069 505785; resalat 070 504172; melal 075 606256;
middle_east 078 585947; noor 080 507677; iran_venezuela 095"""


@pytest.mark.parametrize("line", CODES.replace("\n", " ").split("; "))
def test_every_bank_is_known_by_its_numbers(line: str) -> None:
    code, sheba, *cards = line.split()
    digits = f"{sheba}{'0' * 19}"
    named = parse_sheba(f"IR{sheba_check_digits(digits)}{digits}").bank
    assert named is not None
    assert named.code == code
    assert [parse_card(f"{card}000000000{-luhn_sum(card + '0' * 10) % 10}").bank for card in cards] == [named] * len(
        cards
    )


def test_the_table_of_banks_is_unambiguous_and_complete() -> None:
    assert len({bank.code for bank in BANKS}) == len({bank.sheba for bank in BANKS}) == len(BANKS) == 32
    assert len(PREFIXES) == len(set(PREFIXES)) == 39
    assert all(bank_of_sheba(f"IR00{bank.sheba}{'0' * 19}") is bank for bank in BANKS)
    assert all(bank_of_card(prefix + "0" * 10) is not None for prefix in PREFIXES)
