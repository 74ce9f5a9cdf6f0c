"""Letters, agreements and journal extracts as accessible PDF (PDF/UA-1 and PDF/A-2a), made from the Typst files in `typst/`.

Words and labels come with the data, in the reader's language; nothing here knows a text or a rule. Data reaches a
template as JSON only and is shown as it stands, so that nothing a person writes can become layout or code.
"""

from __future__ import annotations

import json
import re
import struct
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent / "typst"
_LOCALES = {"nb": ("nb", "no"), "nn": ("nn", "no"), "en": ("en", "gb")}

#: Shown for a character that our font does not have, such as a letter of another script.
UNPRINTABLE = "□"
_FACES = {
    **dict.fromkeys("🙂😀😃😄😊☺😁", ":-)"),
    **dict.fromkeys("🙁☹😞😢😭😔", ":-("),
    **dict.fromkeys("😉", ";-)"),
    **dict.fromkeys("❤🧡💛💚💙💜", "♥"),
    **dict.fromkeys("✔✅", "✓"),
}
_INVISIBLE = re.compile(
    "[\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]"
)

_PARTY = {"name": str, "confirmed?": str}
_LIST = {"heading": str, "items?": [str], "text?": str, "note?": str}
#: What each template must be given. A key with ? may be left out; anything not named here is refused.
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "letter": {
        "sender": {"name": str, "address": str},
        "recipient": [str],
        "date": str,
        "reference?": str,
        "title": str,
        "blocks": [{"heading?": str, "text": str, "list?": [str]}],
        "contact": {"label": str, "name": str, "phone": str, "hours?": str},
        "signature": {"greeting": str, "name": str, "role": str, "space?": bool},
        "reply_slip?": {
            "title": str,
            "how": str,
            "choices": [str],
            "place_label?": str,
            "places?": [str],
            "needs?": [str],
            "lines": [str],
            "return_to?": [str],
            "reference?": str,
        },
    },
    "agreement": {
        "municipality": str,
        "title": str,
        "subtitle": str,
        "facts": [str],
        "matters?": {"heading": str, "text": str},
        "tasks": {"heading": str, "groups": [{"who": str, "items": [{"task": str, "when?": str}]}]},
        "will_not?": _LIST,
        "service_asks?": _LIST,
        "promises": {
            "heading": str,
            "columns": [str],
            "rows": [{"what": str, "owner": str, "due": str}],
        },
        "not_followed?": str,
        "contacts": {
            "heading": str,
            "rows": [{"label": str, "name": str, "phone?": str, "note?": str}],
        },
        "contingency?": _LIST,
        "review": _LIST,
        "statements": [str],
        "readers?": str,
        "confirmation": {"heading": str, "blank": str, "parties": [_PARTY]},
        "thanks?": str,
    },
    "extract": {
        "municipality": str,
        "title": str,
        "lead": str,
        "facts": [{"label": str, "value": str}],
        "sections": [{"heading": str, "entries": [{"text": str, "source": str}]}],
        "note": str,
    },
}
_EVERYWHERE = {
    "page_label": str,
    "footer?": str,
    "demo_note?": str,
    "large?": bool,
    "unprintable_note?": str,
}
_lock = threading.Lock()


class DocumentError(Exception):
    """The document cannot be made: an unknown template, data that is missing or wrong, or a name in the title."""


def render(template: str, data: Mapping[str, Any], *, lang: str, title: str) -> bytes:
    """The PDF of `template` (letter, agreement, extract; `SHAPES` says what each wants).

    `title` stands in the file's metadata and must be generic ("Avtale"), never a name. `page_label` holds {page} and
    {pages}; `large` gives 16 points; `demo_note` is for invented content; `unprintable_note` is shown only where a character became □, and must
    not hold one itself. Raises DocumentError.
    """
    if template not in SHAPES:
        raise DocumentError(f"no template {template!r}; there are {', '.join(SHAPES)}")
    if lang not in _LOCALES:
        raise DocumentError(f"no language {lang!r}; there are {', '.join(_LOCALES)}")
    _check(data, {**SHAPES[template], **_EVERYWHERE}, template)
    _check_title(title, data)
    language, region = _LOCALES[lang]
    shown = _printable_tree(data)
    if UNPRINTABLE not in json.dumps(shown, ensure_ascii=False):
        shown.pop("unprintable_note", None)
    inputs = {
        "data": json.dumps(shown),
        "lang": language,
        "region": region,
        "title": _printable(title),
    }
    with _lock:
        try:
            pdf = _compiler().compile(
                input=str(HERE / f"{template}.typ"),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["ua-1", "a-2a"],
            )
        except typst.TypstError as error:
            # The text may quote what a person wrote: it is for the developer's eyes, not for the log.
            raise DocumentError(f"{template}: the page could not be set") from error
    if not isinstance(pdf, bytes):
        raise DocumentError(f"{template}: expected one file")
    return pdf


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        root=str(HERE), font_paths=[str(HERE / "fonts")], ignore_system_fonts=True
    )


def _check(value: Any, shape: Any, where: str) -> None:
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            raise DocumentError(f"{where} must be a mapping")
        wanted = {key.rstrip("?"): (key.endswith("?"), inner) for key, inner in shape.items()}
        for key in value.keys() - wanted.keys():
            raise DocumentError(f"{where} has no place for {key!r}")
        for key, (optional, inner) in wanted.items():
            if value.get(key) is not None:
                _check(value[key], inner, f"{where}.{key}")
            elif not optional:
                raise DocumentError(f"{where}.{key} is missing")
    elif isinstance(shape, list):
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise DocumentError(f"{where} must be a list")
        for at, inner in enumerate(value):
            _check(inner, shape[0], f"{where}[{at}]")
    elif not isinstance(value, shape):
        raise DocumentError(f"{where} must be a {shape.__name__}")


def _check_title(title: str, data: Mapping[str, Any]) -> None:
    """A person's name must not stand in the metadata, which mail programs and file lists show to anybody."""
    if not title.strip():
        raise DocumentError("a document needs a title")
    recipient = data.get("recipient") or [""]
    parties = [party["name"] for party in data.get("confirmation", {}).get("parties", ())]
    for name in (recipient[0], *parties):
        if any(
            len(word) > 2 and re.search(rf"\b{re.escape(word)}\b", title, re.IGNORECASE)
            for word in name.split()
        ):
            raise DocumentError("the title holds a name; it must be generic")


def _printable_tree(value: Any) -> Any:
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, Mapping):
        return {key: _printable_tree(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_printable_tree(inner) for inner in value]
    return value


def _printable(text: str) -> str:
    """`text` with only characters that the font has; common faces in the old way, the rest as □ (one for a run)."""
    covered = _covered()
    kept = []
    for char in _INVISIBLE.sub("", unicodedata.normalize("NFC", text)):
        if char in "\n\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}":
            kept.append("\n")
        elif char == "\t":
            kept.append(" ")
        elif unicodedata.category(char)[0] == "C":
            continue  # controls, direction marks, half surrogates: nothing to see
        else:
            kept.append(_FACES.get(char) or (char if ord(char) in covered else UNPRINTABLE))
    joined = re.sub(f"{UNPRINTABLE}(?: ?{UNPRINTABLE})+", UNPRINTABLE, "".join(kept))
    return re.sub(
        r"(?:(?<=\d)|(?<=kl\.)) (?=\d)", "\N{NO-BREAK SPACE}", joined
    )  # a number or a time stays on one line


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    """The characters that every weight of our font has."""
    fonts = [_characters(path.read_bytes()) for path in sorted((HERE / "fonts").glob("*.ttf"))]
    return frozenset.intersection(*fonts)


def _characters(font: bytes) -> frozenset[int]:
    """The characters in a TrueType font's `cmap` table (OpenType specification, formats 4 and 12)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }
    start = tables[b"cmap"]
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        sub = start + struct.unpack_from(">I", font, start + 8 + 8 * index)[0]
        kind = struct.unpack_from(">H", font, sub)[0]
        if kind == 4:
            segments = struct.unpack_from(">H", font, sub + 6)[0] // 2
            ends = struct.unpack_from(f">{segments}H", font, sub + 14)
            starts = struct.unpack_from(f">{segments}H", font, sub + 16 + 2 * segments)
            for low, high in zip(starts, ends, strict=True):
                found.update(range(low, high + 1))
        elif kind == 12:
            for group in range(struct.unpack_from(">I", font, sub + 12)[0]):
                low, high, _ = struct.unpack_from(">III", font, sub + 16 + 12 * group)
                found.update(range(low, high + 1))
    return frozenset(found - {0xFFFF})
