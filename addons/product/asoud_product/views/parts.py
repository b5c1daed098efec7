"""Variants, options and pictures of a product of one's own market."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, Page, raises
from asoud_product.models import Product, Variant
from asoud_product.problems import Incomplete, InUse, LastVariant, TooManyPictures, TooManyVariants
from asoud_product.schemas.pictures import (
    NewPictureSchema,
    PictureChangeSchema,
    PictureOrderSchema,
    PictureSchema,
)
from asoud_product.schemas.products import OptionsSchema, VariantSchema, as_variant
from asoud_product.services import options, pictures, variants
from asoud_product.services.access import product_of
from asoud_product.views.rules import changes, edits, found, matching, versioned, views

blp = Blueprint("product_parts", description="Variants, options and pictures of a product.")


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/variants")
@views
@found
@versioned
@blp.page(VariantSchema)
def list_variants(market_id: UUID, product_id: UUID) -> Page:
    """List a product's variants, in their order."""
    product = product_of(market_id, product_id, "product.view")
    return Page([as_variant(product, variant) for variant in variants.of(product_id)])


@blp.post("/my/markets/<uuid:market_id>/products/<uuid:product_id>/variants")
@edits
@changes
@raises(TooManyVariants)
@blp.arguments(VariantSchema)
@blp.response(201, VariantSchema)
def add_variant(data: dict[str, Any], market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """Add a variant."""
    return _variant(market_id, product_id, variants.add(market_id, product_id, data))


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/variants/<uuid:variant_id>")
@views
@found
@versioned
@blp.response(200, VariantSchema)
def get_variant(market_id: UUID, product_id: UUID, variant_id: UUID) -> dict[str, Any]:
    """Show a variant."""
    product = product_of(market_id, product_id, "product.view")
    return as_variant(product, variants.get(product, variant_id))


@blp.patch("/my/markets/<uuid:market_id>/products/<uuid:product_id>/variants/<uuid:variant_id>")
@edits
@changes
@matching
@blp.arguments(VariantSchema.patch())
@blp.response(200, VariantSchema)
def change_variant(data: dict[str, Any], market_id: UUID, product_id: UUID, variant_id: UUID) -> dict[str, Any]:
    """Change a variant."""
    return _variant(market_id, product_id, variants.change(market_id, product_id, variant_id, data))


@blp.delete("/my/markets/<uuid:market_id>/products/<uuid:product_id>/variants/<uuid:variant_id>")
@edits
@changes
@raises(LastVariant, InUse)
@blp.response(204)
def delete_variant(market_id: UUID, product_id: UUID, variant_id: UUID) -> None:
    """Delete a variant; a product keeps at least one."""
    variants.delete(market_id, product_id, variant_id)


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/options")
@views
@found
@versioned
@blp.response(200, OptionsSchema)
def get_options(market_id: UUID, product_id: UUID) -> Product:
    """Show in which ways variants differ."""
    return product_of(market_id, product_id, "product.view")


@blp.put("/my/markets/<uuid:market_id>/products/<uuid:product_id>/options")
@edits
@changes
@raises(Incomplete)
@matching
@blp.arguments(OptionsSchema)
@blp.response(200, OptionsSchema)
def set_options(data: dict[str, Any], market_id: UUID, product_id: UUID) -> Product:
    """Say in which ways variants differ; those that are there take the first value of an option that is new."""
    return options.set_options(market_id, product_id, data["options"])


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/pictures")
@views
@found
@versioned
@blp.page(PictureSchema)
def list_pictures(market_id: UUID, product_id: UUID) -> Page:
    """List a product's pictures; the first is the cover."""
    return _pictures(product_of(market_id, product_id, "product.view"))


@blp.post("/my/markets/<uuid:market_id>/products/<uuid:product_id>/pictures")
@edits
@changes
@raises(TooManyPictures, Incomplete)
@blp.arguments(NewPictureSchema)
@blp.response(201, PictureSchema)
def add_picture(data: dict[str, Any], market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """Show an upload of the kind `product.picture` after the others."""
    product = pictures.add_picture(market_id, product_id, data)
    return pictures.shown_of(product)[-1]


@blp.patch("/my/markets/<uuid:market_id>/products/<uuid:product_id>/pictures/<uuid:picture_id>")
@edits
@changes
@raises(Incomplete)
@matching
@blp.arguments(PictureChangeSchema.patch())
@blp.page(PictureSchema)
def change_picture(data: dict[str, Any], market_id: UUID, product_id: UUID, picture_id: UUID) -> Page:
    """Give a picture another title or place; answers with all of them."""
    return _pictures(pictures.change_picture(market_id, product_id, picture_id, data))


@blp.put("/my/markets/<uuid:market_id>/products/<uuid:product_id>/pictures")
@edits
@changes
@raises(Incomplete)
@matching
@blp.arguments(PictureOrderSchema)
@blp.page(PictureSchema)
def order_pictures(data: dict[str, Any], market_id: UUID, product_id: UUID) -> Page:
    """Put a product's pictures in another order."""
    return _pictures(pictures.order_pictures(market_id, product_id, data["picture_ids"]))


@blp.delete("/my/markets/<uuid:market_id>/products/<uuid:product_id>/pictures/<uuid:picture_id>")
@edits
@changes
@raises(Incomplete)
@blp.response(204)
def delete_picture(market_id: UUID, product_id: UUID, picture_id: UUID) -> None:
    """Show a picture no longer; a published product keeps at least one."""
    pictures.delete_picture(market_id, product_id, picture_id)


def _variant(market_id: UUID, product_id: UUID, variant: Variant) -> dict[str, Any]:
    return as_variant(product_of(market_id, product_id, "product.view"), variant)


def _pictures(product: Product) -> Page:
    return Page(pictures.shown_of(product))
