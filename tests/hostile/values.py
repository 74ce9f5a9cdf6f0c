"""What hostile hands put into a field, an address or a header; each with a name that says what it is."""

from __future__ import annotations

import random
import uuid

SCRIPT = "<script>alert('ikke-kjør')</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
#: Never to be seen in a page in this form.
UNESCAPED = ("<script>alert(", "<img src=x onerror")
#: Text that people may well write, and that must never be lost.
LEGAL = {
    "emoji": "Hun sa ja 👵🏽❤️ og 👨‍👩‍👧",
    "sami": "Čáhcesuolu, Ŋuorta, Đoali ja Žiega",
    "combining": "A\u030ase og \u0644\u0627",
    "quotes": "«Ja», sa 'hun' & \"han\" \\ % {{ 7*7 }} {% now %} ${x} %s",
    "sql": "'; DROP TABLE people_person; --",
    "script": SCRIPT,
    "image": IMAGE,
    "lines": "en\r\nto\n\n\n\ntre",
    "long line": "æ" * 700,
    "long": "ord " * 6000,
    "one space": " a ",
}
CONTROL = {
    "nul": "a\x00b",
    "control": "a\x01\x08\x1b[31mb\x7f\x9f",
    "direction": "a\u202eb\u2066c\ufeff",
    "separator": "a\u2028b",
    "lone surrogate": "a\ud800b",
    "noncharacter": "a\ufffe\U0010ffffb",
    "only control": "\x00",
}
NUMBERS = {
    "huge": "9" * 60,
    "above bigint": "9223372036854775808",
    "negative": "-1",
    "exponent": "1e309",
    "not a number": "NaN",
    "arabic digits": "١٢٣",
    "hex": "0x10",
    "float": "1.5",
    "zero": "0",
    "leading zeros": "00000000001",
}
DATES = {
    "year 0": "0000-01-01",
    "year 1": "0001-01-01",
    "last day": "9999-12-31",
    "31 Feb": "2026-02-31",
    "Norwegian": "1.2.2027",
    "a moment": "2026-02-01T00:00:00+99:99",
    "no hour": "25:61",
    "no winter hour": "02:30",
    "midnight": "00:00",
}
SHAPES = {
    "nothing": "",
    "space": " ",
    "json": '{"a": [1, {"b": null}]}',
    "list": "[]",
    "null": "null",
    "true": "true",
    "zero id": str(uuid.UUID(int=0)),
    "last id": str(uuid.UUID(int=2**128 - 1)),
    "id in braces": "{12345678-1234-5678-1234-567812345678}",
    "path": "../../../../etc/passwd",
    "address": "https://ond.example/",
    "two slashes": "//ond.example/%0d%0aSet-Cookie:x=1",
    "national id": "21037712345",
    "code": "no_such_code",
    "on": "on",
}
ALL = {**LEGAL, **CONTROL, **NUMBERS, **DATES, **SHAPES}


def pick(rng: random.Random) -> tuple[str, str]:
    """A name and a value."""
    name = rng.choice(list(ALL))
    return name, ALL[name]


def sent(text: str) -> bytes:
    """As bytes on the wire: a lone surrogate becomes bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogatepass")
