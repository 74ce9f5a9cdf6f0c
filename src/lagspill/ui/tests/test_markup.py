"""Table markup: each icon drawn once."""

from __future__ import annotations

import re

from lagspill.ui.markup import icons_once
from lagspill.ui.templatetags.ui import icon


def test_an_icon_that_comes_again_points_to_the_first() -> None:
    html = f"<td>{icon('Phone')}</td><td>{icon('Car')}</td><td>{icon('Phone')}</td>" + icon("Phone")
    made = icons_once(html)
    ids = re.findall(r'<symbol id="([^"]+)" viewBox="0 0 24 24">', made)
    assert len(ids) == 1
    assert made.count(f'<use href="#{ids[0]}"/>') == 3
    assert made.count("<path") == 2
    assert made.count("<svg") == made.count("</svg>") == 4


def test_tables_with_other_words_have_other_ids() -> None:
    ids = [
        re.search(r'id="([^"]+)"', icons_once(f"<td>{name}{icon('Phone')}{icon('Phone')}</td>"))[1]
        for name in ("Anne", "Berit")
    ]
    assert len(set(ids)) == 2


def test_what_comes_once_stays_as_it_is() -> None:
    html = f"<td>{icon('Phone')}{icon('Car')}</td>"
    assert icons_once(html) == html
