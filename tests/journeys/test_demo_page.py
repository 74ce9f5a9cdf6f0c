"""The page where one chooses whom to be: readable, usable and the same for everybody, at both widths and in the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils.translation import override
from playwright.sync_api import Page, expect

from lagspill.shell import cast
from tests.journeys.quality import assert_accessible
from tests.world import World


@pytest.mark.parametrize(
    ("width", "language", "dark", "about"),
    [
        (390, "nb", False, "Sykepleier i hjemmetjenesten, sone nord"),
        (1280, "nn", True, "Sjukepleiar i heimetenesta, sone nord"),
    ],
)
def test_the_cast_is_presented_and_a_button_signs_in(
    world: World,
    page_at: Callable[..., Page],
    width: int,
    language: str,
    dark: bool,
    about: str,
) -> None:
    page = page_at(width, language, dark=dark)
    page.goto("/demo/")
    expect(page.get_by_text(about)).to_be_visible()
    for person in (*cast.COLLEAGUES, *cast.CITIZENS):
        with override(language):
            said = f"{person.name}, {person.about}"
        expect(page.get_by_role("button", name=said)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Tone Sæther").click()
    page.wait_for_url("**/arbeid/")
