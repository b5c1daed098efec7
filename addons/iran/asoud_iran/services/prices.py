"""Amounts as people read them. Money is stored in Rial; ten Rial are a Toman, which is what people say."""

from __future__ import annotations

from asoud_iran.services.digits import persian_digits

_UNITS = {("rial", "fa"): "ریال", ("toman", "fa"): "تومان", ("rial", "en"): "Rial", ("toman", "en"): "Toman"}


def format_rial(amount: int, language: str = "fa") -> str:
    """``amount`` Rial with its unit: ``۱۲۵٬۰۰۰ ریال``, in English ``125,000 Rial``."""
    return _written(str(abs(amount)), "", amount < 0, "rial", language)


def format_toman(amount: int, language: str = "fa") -> str:
    """``amount`` Rial in Toman: ``۱۲٬۵۰۰ تومان``; a Rial that is left over stands after the decimal point."""
    toman, rest = divmod(abs(amount), 10)
    return _written(str(toman), str(rest) if rest else "", amount < 0, "toman", language)


def _written(whole: str, fraction: str, negative: bool, unit: str, language: str) -> str:
    number = f"{int(whole):,}" + (f".{fraction}" if fraction else "")
    language = "fa" if language == "fa" else "en"
    if language == "fa":
        number = persian_digits(number.replace(",", "٬").replace(".", "٫"))
    sign = "\u2212" if negative else ""
    return f"{sign}{number} {_UNITS[unit, language]}"
