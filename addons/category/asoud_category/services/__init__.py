"""The rules of categories; other addons import these."""

from asoud_category.problems import CategoryInUse
from asoud_category.services.attribute_changes import add_attribute, change_attribute, delete_attribute
from asoud_category.services.attributes import Attribute, attributes_of, filterable_keys
from asoud_category.services.catalogue import FREE, Node, Tree, fee_of, path_ids, subtree_ids, tree
from asoud_category.services.categories import (
    choose_category,
    create_category,
    delete_category,
    get_category,
    move_category,
    reorder_categories,
    update_category,
)
from asoud_category.services.requests import accept_request, ask_for_category, reject_request, withdraw_request
from asoud_category.services.slides import add_slide, change_slide, delete_slide, slides_of
from asoud_category.services.values import MAX_NUMBER, check_attributes, check_values, fit_values

__all__ = [
    "FREE",
    "MAX_NUMBER",
    "Attribute",
    "CategoryInUse",
    "Node",
    "Tree",
    "accept_request",
    "add_attribute",
    "add_slide",
    "ask_for_category",
    "attributes_of",
    "change_attribute",
    "change_slide",
    "check_attributes",
    "check_values",
    "choose_category",
    "create_category",
    "delete_attribute",
    "delete_category",
    "delete_slide",
    "fee_of",
    "filterable_keys",
    "fit_values",
    "get_category",
    "move_category",
    "path_ids",
    "reject_request",
    "reorder_categories",
    "slides_of",
    "subtree_ids",
    "tree",
    "update_category",
    "withdraw_request",
]
