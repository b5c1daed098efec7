"""Socket.IO: the namespace ``/product``. It only tells; nothing is asked there."""

from __future__ import annotations

from addon_sdk import Connection, Namespace
from asoud_product.schemas.transfers import TransferToldSchema
from asoud_product.services.access import caller_id
from asoud_product.services.transfer import NAMESPACE


class Products(Namespace):
    """Tells the user's clients how far the imports and exports have come that he has started."""

    namespace = NAMESPACE
    emits = {"transfer": TransferToldSchema}  # noqa: RUF012 - as every namespace declares it

    def on_connect(self, connection: Connection) -> None:
        """Only who is logged in has something to hear. Raises NotAuthenticated for others."""
        caller_id()
