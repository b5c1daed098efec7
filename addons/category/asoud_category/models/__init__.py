"""Tables of categories, and of what belongs to them."""

from asoud_category.models.attribute import AttributeType, CategoryAttribute
from asoud_category.models.category import MAX_DEPTH, Category
from asoud_category.models.request import CategoryRequest, RequestState
from asoud_category.models.slide import CategorySlide

__all__ = [
    "MAX_DEPTH",
    "AttributeType",
    "Category",
    "CategoryAttribute",
    "CategoryRequest",
    "CategorySlide",
    "RequestState",
]
