"""Folding of Persian text, digits and prices."""

from __future__ import annotations

import pytest
from asoud_iran.services import (
    alphabet_key,
    ascii_digits,
    fold_for_search,
    fold_for_uniqueness,
    format_rial,
    format_toman,
    joined,
    persian_digits,
    word_key,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("علي", "علی"),
        ("موسى", "موسی"),
        ("كتاب", "کتاب"),
        ("مدرسة", "مدرسه"),
        ("خانۀ", "خانه"),
        ("خانهٔ", "خانه"),
        ("أحمد إيران ٱلله", "احمد ایران الله"),
        ("آبادان", "ابادان"),
        ("مسئول", "مسیول"),
        ("مؤسسه", "موسسه"),
        ("۱۲۳ ٤٥٦", "123 456"),
        ("ســلام", "سلام"),
        ("مُحَمَّد", "محمد"),
        ("خانه\u200cسبز", "خانه سبز"),
        ("  دو   فاصله\u00a0و\tزبانه\n", "دو فاصله و زبانه"),
        ("Tehran ＡＢＣ", "tehran abc"),
        ("ﻻﻟﻪ", "لاله"),
        ("\u202bراست\u202c", "راست"),
    ],
)
def test_search_keys(written: str, key: str) -> None:
    assert fold_for_search(written) == key


def test_a_compound_word_is_found_in_all_its_spellings() -> None:
    index = fold_for_search("خانه\u200cسبز")
    keys = {index, joined(index)}
    for written in ("خانه سبز", "خانهسبز", "خانه\u200cسبز", "خانةسبز"):
        assert fold_for_search(written) in keys


def test_names_that_look_the_same_are_the_same() -> None:
    assert fold_for_uniqueness("فروشگاه علي") == fold_for_uniqueness("فروشگاه  علی")
    assert fold_for_uniqueness("كيان") == fold_for_uniqueness("کیان")
    assert fold_for_uniqueness("خانه\u200cسبز") == fold_for_uniqueness("خانه سبز")
    assert fold_for_uniqueness("آرا") != fold_for_uniqueness("ارا")


@given(st.text() | st.text("آأإؤئيىكةۀه\u0654\u064b\u200c ـ۱٢aÀ"))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    for fold in (fold_for_search, fold_for_uniqueness):
        assert fold(fold(text)) == fold(text)
        assert fold(text) == fold(text).strip()
    assert fold_for_search(fold_for_uniqueness(text)) == fold_for_search(text)


@given(st.text("0123456789 abc"))
def test_digits_go_there_and_back(text: str) -> None:
    assert ascii_digits(persian_digits(text)) == text


@pytest.mark.parametrize(
    ("amount", "rial", "toman"),
    [
        (125000, "۱۲۵٬۰۰۰ ریال", "۱۲٬۵۰۰ تومان"),
        (0, "۰ ریال", "۰ تومان"),
        (7, "۷ ریال", "۰٫۷ تومان"),
        (12345, "۱۲٬۳۴۵ ریال", "۱٬۲۳۴٫۵ تومان"),
        (-125000, "−۱۲۵٬۰۰۰ ریال", "−۱۲٬۵۰۰ تومان"),
        (-5, "−۵ ریال", "−۰٫۵ تومان"),
    ],
)
def test_prices_as_people_read_them(amount: int, rial: str, toman: str) -> None:
    assert format_rial(amount) == rial
    assert format_toman(amount) == toman


def test_prices_in_english() -> None:
    assert format_rial(125000, "en") == "125,000 Rial"
    assert format_toman(12345, "en") == "1,234.5 Toman"


@given(st.integers(-(10**15), 10**15))
def test_a_price_can_be_read_back(amount: int) -> None:
    number = ascii_digits(format_toman(amount).removesuffix(" تومان")).replace("٬", "").replace("−", "-")
    whole, _, rest = number.partition("٫")
    assert (-1 if number.startswith("-") else 1) * (abs(int(whole)) * 10 + int(rest or 0)) == amount


def test_keys_stand_in_the_order_of_the_alphabet() -> None:
    letters = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
    assert sorted(letters, key=alphabet_key) == list(letters)
    names = ["یزد", "گنبد", "پاوه", "بابل", "آمل", "کاشان", "اهواز"]
    assert sorted(names, key=alphabet_key) == ["آمل", "اهواز", "بابل", "پاوه", "کاشان", "گنبد", "یزد"]
    assert alphabet_key("كتاب") == alphabet_key("کتاب")
    assert alphabet_key("سبز آبی") < alphabet_key("سبزآبی")
    assert alphabet_key("zebra") < alphabet_key("آب")


def test_the_key_of_words_has_each_once_and_neighbours_together() -> None:
    assert word_key("کتاب‌خانه، كتاب!") == "کتاب خانه کتابخانه خانهکتاب"
    assert word_key("a_b", "C") == "a b c ab bc"
    assert word_key("…", "") == ""
    assert max(map(len, word_key("x" * 300 + " y").split())) == 100
