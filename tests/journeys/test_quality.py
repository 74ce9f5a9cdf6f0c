"""The harness itself: the gallery passes every check, and a page broken on purpose does not."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import PageAt
from tests.journeys.quality import assert_accessible

pytestmark = pytest.mark.urls("tests.journeys.gallery_urls")
PAGES = [
    "/ui/",
    "/ui/eksempel/forside/",
    "/ui/eksempel/start/",
    "/ui/eksempel/avtale/",
    "/ui/eksempel/arbeidsliste/",
    "/ui/eksempel/feil/",
    "/ui/eksempel/dialog/",
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", PAGES)
def test_gallery_page_is_accessible(page_at: PageAt, address: str, width: int, dark: bool) -> None:
    page = page_at(width, dark=dark)
    page.goto(address)
    assert_accessible(page)
