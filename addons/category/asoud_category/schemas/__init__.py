"""What goes in and out over REST."""

from asoud_category.schemas.attributes import AttributeChangeSchema, AttributeSchema, ChoiceSchema
from asoud_category.schemas.categories import (
    BranchSchema,
    CategoryChangeSchema,
    CategoryQuery,
    CategorySchema,
    DetailSchema,
    EditorBranchSchema,
    OrderSchema,
    PlaceSchema,
    StepSchema,
    TreeQuery,
)
from asoud_category.schemas.requests import AcceptanceSchema, MissingCategorySchema, RejectionSchema, RequestQuery
from asoud_category.schemas.slides import SlideSchema

__all__ = [
    "AcceptanceSchema",
    "AttributeChangeSchema",
    "AttributeSchema",
    "BranchSchema",
    "CategoryChangeSchema",
    "CategoryQuery",
    "CategorySchema",
    "ChoiceSchema",
    "DetailSchema",
    "EditorBranchSchema",
    "MissingCategorySchema",
    "OrderSchema",
    "PlaceSchema",
    "RejectionSchema",
    "RequestQuery",
    "SlideSchema",
    "StepSchema",
    "TreeQuery",
]
