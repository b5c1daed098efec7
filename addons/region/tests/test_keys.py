"""Keys of names: whatever part of a name is typed is the beginning of a key."""

from __future__ import annotations

from asoud_iran.services import fold_for_search, joined
from asoud_region.keys import INSIDE, WHOLE, WORD, key_range, keys_of
from asoud_region.loading import read_rows
from hypothesis import assume, given
from hypothesis import strategies as st

names = st.text(alphabet="ابپتآكکيیئ\u200c ab", min_size=1, max_size=12)


def test_the_keys_of_a_compound_name() -> None:
    keys = keys_of(["بندر عباس", "Bandar Abbas"])
    assert keys["بندرعباس"] == keys["bandarabbas"] == WHOLE
    assert keys["عباس"] == keys["abbas"] == WORD
    assert keys["درعباس"] == keys["darabbas"] == INSIDE
    assert keys == keys_of(["بندر\u200cعباس", "bandar  abbas"])


@given(names, st.data())
def test_every_part_of_a_name_is_in_the_range_of_a_key(name: str, data: st.DataObject) -> None:
    written = joined(fold_for_search(name))
    assume(written)
    start = data.draw(st.integers(0, max(0, len(written) - 2)))
    part = written[start : data.draw(st.integers(start + 1, len(written)))]
    first, after = key_range(part) or ("", "")
    assert any(first <= key < after for key in keys_of([name]))


@given(names, names)
def test_a_range_holds_exactly_what_begins_with_the_query(query: str, key: str) -> None:
    bounds = key_range(query)
    if bounds:
        assert (bounds[0] <= key < bounds[1]) == key.startswith(bounds[0])


def test_a_blank_query_has_no_range() -> None:
    assert key_range(" \u200c ") is None


def test_the_shipped_file_is_whole() -> None:
    rows = list(read_rows())
    assert len(rows) == len({(row.province_fa, row.city_fa) for row in rows}) == 1252
    assert len({row.province_fa for row in rows}) == 31
    assert sum(row.latitude is not None for row in rows) == 278
