"""Keys of titles: whatever part is typed in whatever spelling is a part of the key."""

from __future__ import annotations

from asoud_category.services.keys import search_key, search_pattern
from asoud_iran.services import fold_for_search, joined
from hypothesis import given
from hypothesis import strategies as st

titles = st.text(alphabet="ابپتآكکيیئ\u200c ab%_\\", min_size=1, max_size=20)


def like(pattern: str, text: str) -> bool:
    """What SQL's LIKE does with our patterns: something, anywhere."""
    inner = pattern[1:-1].replace("\\%", "%").replace("\\_", "_").replace("\\\\", "\\")
    return inner in text


@given(titles, st.data())
def test_every_part_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 1))
    part = title[start : data.draw(st.integers(start + 1, len(title)))]
    pattern = search_pattern(part)
    if joined(fold_for_search(part)):
        assert pattern is not None
        assert like(pattern, search_key(title, None))
    else:
        assert pattern is None


def test_keys_fit_their_columns() -> None:
    assert len(search_key("ﷺ" * 120, "ﷺ" * 120)) <= 400
