"""Zarinpal as one of the gateways of `asoud_payment`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from asoud_payment.hookspecs import Account, Answer, Ask, Listing, Outcome, Share, Standing, Unverified

from addon_sdk import Money, in_addon, setting, time_left, translate
from asoud_payment_zarinpal.client import LEAST_REFUND, Client, Reply
from asoud_payment_zarinpal.codes import REFUND_NEEDS_TOKEN, REFUND_TOO_SMALL
from asoud_payment_zarinpal.wages import Wage


class Zarinpal:
    """REST v4; Rial everywhere."""

    name = "zarinpal"
    title = "Zarinpal"
    currency = "IRR"
    least = 1000
    most = 1_000_000_000
    lives_for = 30 * 60

    def is_ready(self, account: Account) -> bool:
        """With a merchant id."""
        return len(self._client(account).merchant_id) == 36

    def request(self, account: Account, ask: Ask) -> Answer:
        """Ask for an authority."""
        metadata = {"order_id": ask.order_id, **({"mobile": ask.mobile} if ask.mobile else {})}
        client = self._client(account)
        reply = client.request(
            ask.amount.amount,
            ask.callback_url,
            ask.description or ask.order_id,
            metadata=metadata,
            wages=_wages(ask.shares),
        )
        return _answer(reply, authority=str(reply.data.get("authority", "")))

    def start_url(self, account: Account, authority: str) -> str:
        """The pay page."""
        return self._client(account).start_url(authority)

    def read_callback(self, query: Mapping[str, str]) -> str | None:
        """The authority; its Status is anybody's word."""
        return query.get("Authority")

    def verify(self, account: Account, authority: str, amount: Money) -> Answer:
        """Take the money."""
        reply = self._client(account).verify(authority, amount.amount)
        return _answer(
            reply,
            authority=authority,
            reference=str(reply.data.get("ref_id", "")),
            card=str(reply.data.get("card_pan") or "")[:40],
            fee=_whole(reply.data.get("fee")),
        )

    def inquire(self, account: Account, authority: str) -> Answer:
        """Ask how it stands. A standing of which we know nothing is unknown."""
        reply = self._client(account).inquiry(authority)
        if reply.outcome is not Outcome.OK:
            return _answer(reply, authority=authority)
        try:
            standing = Standing(str(reply.data["status"]).lower())
        except ValueError:
            return Answer(Outcome.UNKNOWN, raw=reply.raw, authority=authority)
        return _answer(reply, authority=authority, standing=standing)

    def unverified(self, account: Account) -> Listing:
        """The last hundred."""
        reply = self._client(account).unverified()
        rows = [row for row in reply.data.get("authorities", ()) if isinstance(row, dict) and row.get("authority")]
        return Listing(_answer(reply), [Unverified(str(row["authority"]), _whole(row.get("amount"))) for row in rows])

    def reverse(self, account: Account, authority: str) -> Answer:
        """Give the whole back at once."""
        return _answer(self._client(account).reverse(authority), authority=authority)

    def refund(self, account: Account, reference: str, amount: Money, note: str) -> Answer:
        """Give some back with the next bank cycle. The panel's number is found by the reference."""
        client = self._client(account)
        if not client.access_token:
            return Answer(Outcome.CONFIG, message=REFUND_NEEDS_TOKEN)
        if amount.amount < LEAST_REFUND:
            return Answer(Outcome.DECLINED, message=REFUND_TOO_SMALL)
        reply, found = client.session_of(reference)
        if found is None:
            # nothing was sent yet, so that a lost answer here is no lost refund
            outcome = Outcome.RETRY if reply.outcome is Outcome.UNKNOWN else reply.outcome
            return Answer(outcome, message=reply.message, raw=reply.raw)
        return _answer(client.refund(found.id, amount.amount, note))

    def refunded(self, account: Account, reference: str) -> int | None:
        """What the panel says."""
        client = self._client(account)
        if not client.access_token:
            return None
        found = client.session_of(reference)[1]
        return None if found is None else found.refunded

    def explain(self, message: str) -> str:
        """From our own catalogues."""
        with in_addon("payment_zarinpal"):
            return translate(message)

    def _client(self, account: Account) -> Client:
        own = account.credentials
        if account.market_id is not None:
            merchant_id, token, terminal = (
                own.get("merchant_id", ""),
                own.get("api_key", ""),
                own.get("terminal_id", ""),
            )
        else:
            merchant_id, token, terminal = (setting(n) for n in ("merchant_id", "access_token", "terminal_id"))
        return Client(setting("url"), merchant_id, setting("refund_url"), terminal, token, timeout=_timeout())


def _timeout() -> float:
    """What the request still has, less a second to write down what came."""
    left = time_left()
    longest = float(setting("timeout"))
    return longest if left is None else max(0.5, min(longest, left - 1))


def _wages(shares: Sequence[Share]) -> list[Wage]:
    """The parts that go to Shebas directly, where the operator wants it."""
    if not setting("wages"):
        return []
    return [Wage(s.sheba, s.amount.amount, (s.description or s.reference)[:255]) for s in shares if s.sheba]


def _answer(
    reply: Reply,
    *,
    authority: str = "",
    reference: str = "",
    standing: Standing | None = None,
    card: str = "",
    fee: int = 0,
) -> Answer:
    return Answer(
        reply.outcome,
        "" if reply.code is None else str(reply.code),
        reply.message,
        reply.raw,
        authority,
        reference,
        standing,
        card,
        fee,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
