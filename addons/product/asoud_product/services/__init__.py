"""The rules of products; the only place that writes. Other addons may call what stands here."""

from asoud_product.problems import InUse
from asoud_product.services.access import get_product, product_of
from asoud_product.services.extending import restate
from asoud_product.services.life import into_queue, move
from asoud_product.services.prices import amount_now, colleague_amount, regular_amount, sale_of
from asoud_product.services.products import change_product, create_product, delete_product

__all__ = [
    "InUse",
    "amount_now",
    "change_product",
    "colleague_amount",
    "create_product",
    "delete_product",
    "get_product",
    "into_queue",
    "move",
    "product_of",
    "regular_amount",
    "restate",
    "sale_of",
]
