"""A text that is taken apart in parts has the lines of the whole."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routes.read import csvfile


@given(st.text(alphabet='ab,"\r\n\x0b\u2028', max_size=40), st.integers(0, 9))
def test_lines_of_parts_are_those_of_the_whole(text: str, part: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csvfile, "_PART", part)
        assert [*csvfile._lines(text)] == [*io.StringIO(text, newline="")]
