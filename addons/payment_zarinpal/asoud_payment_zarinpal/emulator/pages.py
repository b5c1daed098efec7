"""The pay page, as a person sees it."""

from __future__ import annotations

from html import escape

from asoud_payment_zarinpal.emulator.bank import CARD, Payment

_STYLE = (
    "body{font-family:sans-serif;max-width:26rem;margin:4rem auto;text-align:center}"
    "button{padding:.7rem 2rem;margin:.5rem}"
)
_PAGE = (
    '<!doctype html><html lang="fa" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>'
    "<style>{style}</style></head><body><h1>{title}</h1>{body}</body></html>"
)
_FORM = (
    '<p>{description}</p><p><strong id="amount">{amount}</strong> ریال</p><form method="post">'
    '<p><label>شماره کارت <input name="card" value="{card}" dir="ltr" inputmode="numeric"></label></p>'
    '<button name="pay" value="yes">پرداخت</button><button name="pay" value="no">انصراف</button></form>'
)


def pay_page(payment: Payment) -> str:
    """Two buttons: pay, and go back."""
    body = _FORM.format(description=escape(payment.description), amount=f"{payment.amount:,}", card=CARD)
    return _page("درگاه پرداخت آزمایشی", body)


def gone_page() -> str:
    """Of an authority that there isn't, or that can't be paid any more."""
    return _page("این پرداخت در دسترس نیست", "")


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=title, style=_STYLE, body=body)
