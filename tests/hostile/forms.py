"""The forms of a page as a browser would send them, read from its HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Pairs = list[tuple[str, str]]


@dataclass
class PageForm:
    """One form: where it goes, what it holds at first, and which of it is text that somebody types."""

    page: str
    action: str
    method: str
    pairs: Pairs = field(default_factory=list)
    buttons: Pairs = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    #: Every control's name, also of boxes that are not ticked, and one value it offers.
    offers: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.forms: list[PageForm] = []
        self.open: PageForm | None = None
        self.area: str | None = None
        self.written: list[str] = []
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = held.get("action") or self.page
            self.open = PageForm(self.page, action, held.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        name = held.get("name", "")
        if tag == "input" and name:
            self._input(name, held)
        elif tag == "button" and name:
            self.open.buttons.append((name, held.get("value", "")))
        elif tag == "textarea" and name:
            self.area, self.written = name, []
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select:
            self.open.offers[self.select] = held.get("value", "")
            if "selected" in held:
                self.open.pairs.append((self.select, held.get("value", "")))

    def _input(self, name: str, held: dict[str, str]) -> None:
        assert self.open is not None
        kind = held.get("type", "text")
        value = held.get("value", "on" if kind in ("checkbox", "radio") else "")
        self.open.offers[name] = value
        if kind in ("checkbox", "radio") and "checked" not in held:
            return
        if kind not in ("checkbox", "radio", "hidden", "submit"):
            self.open.texts.add(name)
        self.open.pairs.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.written.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area and self.open:
            self.open.texts.add(self.area)
            self.open.offers[self.area] = ""
            # A browser drops the first line break after the tag.
            self.open.pairs.append((self.area, "".join(self.written).removeprefix("\n")))
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.open = None


def forms_of(page: str, html: str) -> list[PageForm]:
    """Every form of a page, in order."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms
