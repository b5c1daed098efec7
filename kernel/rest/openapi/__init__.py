"""The API document, from what blueprints, schemas and decorators say."""

from kernel.rest.openapi.document import Document, SchemaNameClash

__all__ = ["Document", "SchemaNameClash"]
