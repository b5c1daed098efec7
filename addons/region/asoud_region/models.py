"""Country, province, city, and the keys under which a city is found."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, SmallInteger, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addon_sdk import Model

KEY_LENGTH = 64
_Exact = String(KEY_LENGTH).with_variant(String(KEY_LENGTH, collation="C"), "postgresql")
"""Text compared code by code on both databases, so that a range of keys is a prefix."""


class Country(Model):
    """A country."""

    code: Mapped[str] = mapped_column(String(2), unique=True)
    name_fa: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))


class Province(Model):
    """A province. ``position`` is its place in the alphabet of its country's language."""

    __table_args__ = (UniqueConstraint("country_id", "name_fa"),)

    country_id: Mapped[UUID] = mapped_column(ForeignKey(Country.id, ondelete="CASCADE"))
    name_fa: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(index=True)


class City(Model):
    """A city; larger ones have coordinates in degrees. ``position`` is its place in the alphabet."""

    __table_args__ = (
        UniqueConstraint("province_id", "name_fa"),
        Index(None, "latitude", "longitude"),
        Index(None, "province_id", "position"),
    )

    province_id: Mapped[UUID] = mapped_column(ForeignKey(Province.id, ondelete="CASCADE"))
    name_fa: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    position: Mapped[int] = mapped_column(index=True)
    province: Mapped[Province] = relationship(lazy="joined")

    @property
    def province_fa(self) -> str:
        """The province's Persian name."""
        return self.province.name_fa

    @property
    def province_en(self) -> str:
        """The province's English name."""
        return self.province.name_en


city_key = Table(
    "region_city_key",
    Model.metadata,
    Column("key", _Exact, primary_key=True),
    Column("city_id", ForeignKey(City.id, ondelete="CASCADE"), primary_key=True, index=True),
    Column("rank", SmallInteger, nullable=False),
    info={"owner": "region"},
)
"""The folded endings of each city's names: every text that a name contains is the beginning of one of its endings.

So one range of one index finds what a name begins with and what it contains, on any database. ``rank`` is 0 for the
whole name, 1 from the beginning of a later word, 2 from inside a word.
"""
