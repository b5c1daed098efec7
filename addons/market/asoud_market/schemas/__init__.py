"""What goes in and out."""

from asoud_market.schemas.public import MarketCardSchema, MarketPageSchema

__all__ = ["MarketCardSchema", "MarketPageSchema"]
