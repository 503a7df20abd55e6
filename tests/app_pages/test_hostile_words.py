"""Text of people on a page: Markdown makes one paragraph of it and nothing else."""

from __future__ import annotations

import re

import pytest
from hostile import UNSEEN, VISIBLE
from markdown_it import MarkdownIt

from app_pages.visit import plain
from scheduler.free_text import takes

ALL = VISIBLE | UNSEEN


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_a_page_shows_it_as_text(text: str) -> None:
    shown = plain(text)
    assert takes(shown)
    found = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").parse(f"a {shown}")
    assert [token.type for token in found] == ["paragraph_open", "inline", "paragraph_close"]
    assert {token.type for token in found[1].children or []} <= {"text", "text_special"}
    # Streamlit's own marks: :colour[…], :material/…:, $formulas$.
    assert not re.search(r"(?<!\\)[:$\[]", shown)
