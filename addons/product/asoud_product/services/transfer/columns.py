"""The columns of a file: what each is called, whose it is, and how its cells are read."""

from __future__ import annotations

from typing import Any, NamedTuple

from asoud_product.models import Corner, Label, ProductKind, SellType, ShipPayer
from asoud_product.services.transfer import cells
from asoud_product.services.transfer.cells import Read

KEEP: Any = object()
"""What an empty cell says where there is no nothing: leave it as it is, or as it is for everybody."""
OPTION, ATTRIBUTE = "option:", "attribute:"


class Column(NamedTuple):
    """One column."""

    name: str
    field: str
    """Of the product or the variant."""
    read: Read
    empty: Any = None
    """What an empty cell means."""


PRODUCT = (
    Column("kind", "kind", cells.one_of(ProductKind, {"good": "کالا", "service": "خدمت"}), KEEP),
    Column("name", "name", cells.text(200, 2), ""),
    Column("description", "description", cells.text(10_000, multiline=True), ""),
    Column("technical_detail", "technical_detail", cells.text(10_000, multiline=True), ""),
    Column("keywords", "keywords", cells.keywords, []),
    Column("category", "category_id", cells.text(120)),
    Column("currency", "currency", cells.currency, KEEP),
    Column("main_price", "main_price", cells.whole),
    Column("colleague_price", "colleague_price", cells.whole),
    Column("marketer_price", "marketer_price", cells.whole),
    Column("maximum_price", "maximum_price", cells.whole),
    Column("is_marketer", "is_marketer", cells.boolean, KEEP),
    Column("sale_price", "sale_price", cells.whole),
    Column("sale_starts_at", "sale_starts_at", cells.moment),
    Column("sale_ends_at", "sale_ends_at", cells.moment),
    Column(
        "label",
        "label",
        cells.one_of(Label, {"none": "بدون", "new": "جدید", "special_offer": "فروش ویژه", "coming_soon": "به زودی"}),
        KEEP,
    ),
    Column("label_corner", "label_corner", cells.one_of(Corner, {}), KEEP),
    Column(
        "sell_type",
        "sell_type",
        cells.one_of(SellType, {"online": "آنلاین", "person": "حضوری", "both": "هر دو"}),
        KEEP,
    ),
    Column(
        "ship_payer",
        "ship_payer",
        cells.one_of(ShipPayer, {"market": "فروشگاه", "customer": "مشتری", "free": "رایگان"}),
        KEEP,
    ),
    Column("shipping", "shipping_options", cells.shipping, []),
    Column("is_available", "is_available", cells.boolean, KEEP),
    Column("is_advertised", "is_advertised", cells.boolean, KEEP),
    Column("needs_appointment", "needs_appointment", cells.boolean, KEEP),
    Column("appointment_minutes", "appointment_minutes", cells.between(5, 1440)),
    Column("shelf", "shelf_id", cells.text(120)),
    Column("shelf_position", "shelf_position", cells.between(0, 1_000_000), KEEP),
)
"""What is said of a product as a whole, in its first row."""

VARIANT = (
    Column("variant_price", "main_price", cells.whole),
    Column("variant_colleague_price", "colleague_price", cells.whole),
    Column("variant_sale_price", "sale_price", cells.whole),
    Column("barcode", "barcode", cells.text(32)),
    Column("weight_grams", "weight_grams", cells.between(0, 100_000_000)),
    Column("variant_available", "is_available", cells.boolean, KEEP),
)
"""What is said of each variant, in its own row."""

GROUP = Column("group", "group", cells.text(100), "")
SKU = Column("sku", "sku", cells.number_of_variant, "")
NAMES = ("group", "sku", *(column.name for column in (*PRODUCT, *VARIANT)))
"""All that are always there, in the order of templates and exports."""
OPTION_NAME = cells.text(40, 1)
CHOICE = cells.text(40)


def canonical(title: str) -> str:
    """A column's name as the header has it: blanks around it and capitals don't count, but in options' names."""
    title = title.strip()
    prefix, colon, rest = title.partition(":")
    return f"{prefix.strip().lower()}:{rest.strip()}" if colon else title.lower()


def is_known(title: str) -> bool:
    """Whether a column has this name."""
    name = canonical(title)
    return name in NAMES or name.startswith((OPTION, ATTRIBUTE))
