"""REST: everybody reads categories, editors change them, users ask for missing ones."""

from asoud_category.views import attributes, categories, editing, requests, slides

__all__ = ["attributes", "categories", "editing", "requests", "slides"]
