"""Every page of the gallery renders, in every language, and no template asks for a name that nobody gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from lagspill.ui import samples, views
from lagspill.ui.templatetags.ui import ICONS, UnknownIcon, icon

pytestmark = pytest.mark.urls("lagspill.ui.tests.urls")

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PAGES = {"": ("ui/gallery.html", samples.gallery)} | views.SAMPLES
MARK = "¤¤unknown:%s¤¤"
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@pytest.fixture
def marks_unknown() -> Iterator[None]:
    """Unknown variables show up as a mark. Templates keep the engine they were compiled with, so it is changed in place."""
    engine = engines["django"].engine
    engine.string_if_invalid = MARK
    yield
    engine.string_if_invalid = ""


def rendered(name: str) -> str:
    template, context = PAGES[name]
    return render_to_string(template, context(NOW) | {"request": RequestFactory().get("/ui/")})


def unknown_in(html: str) -> list[str]:
    return sorted(set(re.findall(r"¤¤unknown:(.*?)¤¤", html)))


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
@pytest.mark.parametrize("name", PAGES)
def test_page_renders_without_unknown_names(name: str, language: str, marks_unknown: None) -> None:
    with translation.override(language):
        html = rendered(name)
    assert unknown_in(html) == []
    assert f'<html lang="{language}"' in html
    assert html.rstrip().endswith("</html>")


def test_unknown_name_would_be_found(marks_unknown: None) -> None:
    html = engines["django"].from_string("{{ nobody_gave_this }}").render({})
    assert unknown_in(html) == ["nobody_gave_this"]


def test_no_id_stands_twice_on_a_page() -> None:
    for name in PAGES:
        ids = re.findall(r'\sid="([^"]+)"', rendered(name))
        assert "innhold" in ids
        assert sorted(ids) == sorted(set(ids)), name


def test_body_of_the_dialog_stands_alone() -> None:
    body = render_to_string("ui/gallery/dialog.html#body", samples.dialog(NOW))
    assert body.count('id="ls-dialog-title"') == 1
    assert "<html" not in body


def test_no_component_ends_with_a_line_break() -> None:
    """It would put a space after a link in the middle of a sentence."""
    files = list((TEMPLATES / "cotton" / "ds").glob("*.html"))
    assert len(files) > 50
    assert [file.name for file in files if file.read_text(encoding="utf-8").endswith("\n")] == []


def test_every_component_is_shown() -> None:
    components = {path.stem for path in (TEMPLATES / "cotton" / "ds").glob("*.html")}
    sources = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    shown = {name.replace("-", "_") for name in re.findall(r"<c-ds\.([\w-]+)", sources)}
    assert components == shown


def test_icon_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownIcon):
        icon("NoSuchIcon")
    with pytest.raises(UnknownIcon):
        icon("../icons")


def test_every_listed_icon_is_there_and_named_once() -> None:
    listed = (ICONS.parent / "icons.txt").read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed))
    assert {path.stem for path in ICONS.glob("*.svg")} == set(listed)
