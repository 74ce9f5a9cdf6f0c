"""Table markup completed: explicit roles and the column's name on every cell, so that a table may become cards on a phone."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)(thead|tbody|tfoot|tr|th|td)\b([^>]*)>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]+>")


def with_roles(html: str) -> str:
    """Add role and data-label to plain rows and cells. What the template has set itself stays."""
    labels = _column_labels(html)
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
