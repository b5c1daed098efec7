"""What is sent and answered about products."""

from asoud_product.schemas.public import ProductCardSchema

__all__ = ["ProductCardSchema"]
