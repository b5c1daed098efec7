"""Lists: filters, order and keyset pages, declared once and built once."""

from kernel.rest.lists.keyset import paginate
from kernel.rest.lists.query import AnyOf, Between, ListArgs, ListQuery
from kernel.rest.pages import Page

__all__ = ["AnyOf", "Between", "ListArgs", "ListQuery", "Page", "paginate"]
