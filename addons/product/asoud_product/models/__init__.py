"""Tables of products."""

from asoud_product.models.history import Actor, Change, PriceChange
from asoud_product.models.parts import Picture, Shelf, Value, Variant, Word
from asoud_product.models.product import (
    Corner,
    Label,
    Product,
    ProductKind,
    SellType,
    ShipPayer,
    Status,
)
from asoud_product.models.transfer import Direction, Transfer, TransferState

__all__ = [
    "Actor",
    "Change",
    "Corner",
    "Direction",
    "Label",
    "Picture",
    "PriceChange",
    "Product",
    "ProductKind",
    "SellType",
    "Shelf",
    "ShipPayer",
    "Status",
    "Transfer",
    "TransferState",
    "Value",
    "Variant",
    "Word",
]
