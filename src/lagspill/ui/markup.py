"""Table markup completed: explicit roles and the column's name on every cell, so that a table may become cards on a phone;
each icon drawn once, as a list of fifty rows would else be mostly drawings.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter

_TAG = re.compile(r"<(/?)(thead|tbody|tfoot|tr|th|td)\b([^>]*)>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]+>")


_ICON = re.compile(
    r'<svg (class="ls-icon[^"]*") viewBox="([^"]*)"([^>]*)>(<path.*?)</svg>', re.DOTALL
)


def icons_once(html: str) -> str:
    """Draw an icon that comes again only the first time; the others point to it. Hidden or not makes no difference."""
    times = Counter(match[4] for match in _ICON.finditer(html))
    mark = f"i{zlib.crc32(html.encode()):x}"  # tables on one page must not share ids
    ids: dict[str, str] = {}

    def drawn(match: re.Match[str]) -> str:
        css, box, meaning, drawing = match.groups()
        if times[drawing] == 1:
            return match[0]
        symbol = ""
        if drawing not in ids:
            ids[drawing] = f"{mark}-{len(ids)}"
            symbol = f'<symbol id="{ids[drawing]}" viewBox="{box}">{drawing}</symbol>'
        return f'<svg {css}{meaning}>{symbol}<use href="#{ids[drawing]}"/></svg>'

    return _ICON.sub(drawn, html)


def with_roles(html: str, *, labelled: bool = True) -> str:
    """Add role and data-label to plain rows and cells. What the template has set itself stays."""
    labels = _column_labels(html) if labelled else []
    out: list[str] = []
    at, column, in_head = 0, 0, False
    for match in _TAG.finditer(html):
        out.append(html[at : match.start()])
        at = match.end()
        closing, name, attrs = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            out.append(match.group(0))
            in_head = in_head and name != "thead"
            continue
        if name == "thead":
            in_head = True
        elif name == "tr":
            column = 0
        out.append(f"<{name}{attrs}{_extra(name, attrs, in_head, labels, column)}>")
        if name in ("th", "td"):
            column += _span(attrs)
    out.append(html[at:])
    return "".join(out)


def _extra(name: str, attrs: str, in_head: bool, labels: list[str], column: int) -> str:
    extra = ""
    if name == "th" and "scope=" not in attrs:
        extra += ' scope="col"' if in_head else ' scope="row"'
    if "role=" not in attrs:
        extra += f' role="{_role(name, attrs, in_head)}"'
    if name == "td" and "data-label=" not in attrs and column < len(labels) and labels[column]:
        extra += f' data-label="{labels[column]}"'
    return extra


def _role(name: str, attrs: str, in_head: bool) -> str:
    if name in ("thead", "tbody", "tfoot"):
        return "rowgroup"
    if name == "tr":
        return "row"
    if name == "td":
        return "cell"
    return "columnheader" if in_head or 'scope="col"' in attrs else "rowheader"


def _column_labels(html: str) -> list[str]:
    head = re.search(r"<thead\b.*?</thead>", html, re.DOTALL | re.IGNORECASE)
    if not head:
        return []
    cells = re.findall(r"<t[hd]\b([^>]*)>(.*?)</t[hd]>", head.group(0), re.DOTALL | re.IGNORECASE)
    labels: list[str] = []
    for attrs, inner in cells:
        text = " ".join(_MARKUP.sub(" ", inner).split()).replace('"', "&quot;")
        labels.extend([text] * _span(attrs))
    return labels


def _span(attrs: str) -> int:
    found = re.search(r'colspan="?(\d+)', attrs)
    return int(found.group(1)) if found else 1
