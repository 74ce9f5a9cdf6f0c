"""Makes hostile requests, each from a seed: to bare addresses, through the page's own forms, and for ids that are hidden."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from urllib.parse import quote, quote_from_bytes

from tests.hostile import values
from tests.hostile.asking import HOL, NOBODY, ROWS, VEFSN, WORDS, Address, Site
from tests.hostile.forms import PageForm, Pairs, forms_of

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "grense"
MALFORMED = (
    "x",
    "123",
    "%00",
    "%ff%fe",
    "..%2f..",
    "00000000-0000-0000-0000-00000000000g",
    "a" * 3000,
)
METHODS = ("GET",) * 4 + ("POST",) * 5 + ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
CONTENT_TYPES = (
    "application/json",
    "text/plain",
    "",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "b" * 400,
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=no-such-thing",
    "image/png",
)
#: Everybody, those with most to do more often.
ASKERS = (
    NOBODY, "coordinator", "coordinator", "coordinator", "nurse", "nurse", "other_nurse", "leader",
    "admin", "stranger", "caregiver", "caregiver", "caregiver", "care_recipient", "unknown_citizen",
)  # fmt: skip  # a list to look through


@dataclass
class Ask:
    """One request, and what it is meant to show."""

    who: str
    method: str
    path: str
    pairs: Pairs = field(default_factory=list)
    body: bytes = b""
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)
    about: str = ""
    times: int = 1
    token_is_broken: bool = False
    form: PageForm | None = None

    def __str__(self) -> str:
        shown = [(name, value[:60]) for name, value in self.pairs]
        return f"{self.who} {self.method} {self.path[:200]} [{self.about}] {shown} {self.content_type} {self.headers}"


def encoded(pairs: Pairs) -> bytes:
    """As a browser sends a form; text that is no UTF-8 as its bytes."""
    return "&".join(
        f"{quote_from_bytes(values.sent(name))}={quote_from_bytes(values.sent(value))}"
        for name, value in pairs
    ).encode("ascii")


def multipart(pairs: Pairs, file_in: str = "") -> bytes:
    """The same as parts; the field named `file_in` as a file."""
    parts = []
    for name, value in pairs:
        kind = (
            b'; filename="../../bilde.html"\r\nContent-Type: text/html' if name == file_in else b""
        )
        head = b'Content-Disposition: form-data; name="' + values.sent(name) + b'"' + kind
        parts.append(b"--" + BOUNDARY.encode() + b"\r\n" + head + b"\r\n\r\n" + values.sent(value))
    return b"\r\n".join([*parts, b"--" + BOUNDARY.encode() + b"--", b""])


def hostile(rng: random.Random, site: Site, address: Address) -> Ask:
    """One request to an address: through a form of its page where it has one, else as it comes."""
    if rng.random() < 0.6:
        for _ in range(4):
            ask = through_form(rng, site, address)
            if ask is not None:
                return ask
    return bare(rng, site, address)


# --- addresses --------------------------------------------------------------------------------------------------------


def _word(rng: random.Random, param: str, place: str) -> str:
    if param == "number" and rng.random() < 0.8:
        return place
    return quote(rng.choice(WORDS.get(param, ("x", "1", "no-such-word"))))


def _id(rng: random.Random, site: Site, param: str, place: str, malformed: float) -> str:
    if rng.random() < malformed:
        return str(uuid.UUID(int=rng.getrandbits(128), version=4))
    return str(rng.choice(site.rows(param, place) or site.every[place]))


def path_of(rng: random.Random, site: Site, address: Address, place: str, malformed: float) -> str:
    """A path of the address: mostly with rows that exist in `place`."""
    held = {}
    for param in address.parameters:
        if rng.random() < malformed:
            held[param] = rng.choice(MALFORMED)
        elif param in address.ids:
            held[param] = _id(rng, site, param, place, malformed)
        else:
            held[param] = _word(rng, param, place)
    return address.path(held)


def _place(rng: random.Random, who: str) -> str:
    own = HOL if who == "stranger" else VEFSN
    return own if rng.random() < 0.75 else rng.choice((VEFSN, HOL))


def _queries(rng: random.Random, site: Site) -> str:
    if rng.random() < 0.5:
        return ""
    names = ("for", "emne", "samtale", "after", "who", "kind", "unit", "due", "neste", "x", "act")
    kind = rng.randrange(4)
    if kind == 0:
        return "?" + "a=1&" * 3000
    if kind == 1:
        return "?" + "[" * 500 + "x" * 5000
    pairs = [(rng.choice(names), values.pick(rng)[1][:3000]) for _ in range(rng.randint(1, 4))]
    pairs.append(("after", f"{rng.choice(list(values.DATES.values()))}_{uuid.UUID(int=1)}"))
    return "?" + encoded(pairs).decode()


def _headers(rng: random.Random) -> dict[str, str]:
    choices: list[dict[str, str]] = [
        {},
        {},
        {"hx-request": "true"},
        {"hx-request": "true", "hx-current-url": "http://[::1", "hx-target": "\x7f"},
        {"accept": "application/json"},
        {"accept": "*/*;q=x", "accept-language": "xx;q=9, ../../etc, " + "nb," * 500},
        {"cookie": 'okt="\\000\\000aaaaaaaa"; sprak="\\000"; csrftoken=x'},
        {"cookie": "okt=" + "a" * 3000 + "; sprak=../../en"},
        {"cookie": 'okt=../../etc/passwd; =; ;;; sprak="\\377'},
        {"host": "ond.example"},
        {"referer": "http://[", "origin": "null", "x-forwarded-host": "ond.example"},
        {"if-modified-since": "0", "if-none-match": '"\\"', "range": "bytes=9-1"},
    ]
    return rng.choice(choices)


def bare(rng: random.Random, site: Site, address: Address) -> Ask:
    """To the address as it comes: any method, any id, any query, any body."""
    who, method = rng.choice(ASKERS), rng.choice(METHODS)
    path = path_of(rng, site, address, _place(rng, who), malformed=0.15) + _queries(rng, site)
    ask = Ask(who, method, path, headers=_headers(rng), about="bare")
    if method in ("GET", "HEAD"):
        return ask
    names = (
        "text",
        "topic",
        "act",
        "answer",
        "audience",
        "idempotency_key",
        "version",
        "day",
        "kind",
    )
    ask.pairs = [(rng.choice(names), values.pick(rng)[1]) for _ in range(rng.randint(0, 5))]
    _encode(rng, ask)
    return ask


def _encode(rng: random.Random, ask: Ask) -> None:
    """Mostly as a form; else as something a form never is."""
    kind = rng.random()
    ask.body = encoded(ask.pairs)
    if kind < 0.55:
        return
    if kind < 0.7:
        file_in = rng.choice(ask.pairs)[0] if ask.pairs else ""
        ask.content_type = f"multipart/form-data; boundary={BOUNDARY}"
        ask.body, ask.about = multipart(ask.pairs, file_in), f"{ask.about}, a file in {file_in}"
    elif kind < 0.78:
        ask.content_type, ask.about = f"multipart/form-data; boundary={BOUNDARY}", "broken parts"
        ask.body = multipart(ask.pairs)[: rng.randint(0, 200)]
    elif kind < 0.83:
        ask.body, ask.about = b"&".join([b"a=1"] * 2000), "2000 fields"
    elif kind < 0.86:
        ask.body, ask.about = b"text=" + b"x" * 2_600_000, "too large"
    elif kind < 0.9:
        ask.body, ask.about = b"%ff%fe=%ff&%&==&;" + ask.body, "broken encoding"
    else:
        ask.content_type, ask.about = rng.choice(CONTENT_TYPES), "another content type"
        if rng.random() < 0.5:
            ask.body = b'{"text": [1, {"deep": ' + b"[" * 2000 + b"}"


# --- forms ------------------------------------------------------------------------------------------------------------


def through_form(rng: random.Random, site: Site, address: Address) -> Ask | None:
    """A form of the address's page with one to three things wrong; none when there is no page, or no form on it."""
    who = rng.choice(ASKERS)
    path = path_of(rng, site, address, _place(rng, who), malformed=0.0)
    page = site.ask(who, "GET", path, is_strict=True, is_looked_at=False)
    found = [f for f in forms_of(path, page.body) if f.method == "post"] if page.is_html else []
    own = [
        form for form in found if "/sprak/" not in form.action and "/logg-ut/" not in form.action
    ]
    if not (own or found):
        return None
    form = rng.choice(own if own and rng.random() < 0.9 else found)
    ask = Ask(who, "POST", form.action, list(form.pairs), form=form, about="form")
    if form.buttons:
        ask.pairs.append(rng.choice(form.buttons))
    _fill(rng, ask, form)
    for _ in range(rng.randint(0, 3)):
        _spoil(rng, ask, form, site)
    if rng.random() < 0.15:
        ask.headers = {"hx-request": "true"}
    if rng.random() < 0.2:
        ask.times = 2
        ask.about += ", sent twice"
    ask.body = encoded(ask.pairs)
    if rng.random() < 0.1:
        ask.content_type = f"multipart/form-data; boundary={BOUNDARY}"
        ask.body = multipart(ask.pairs)
    return ask


def _fill(rng: random.Random, ask: Ask, form: PageForm) -> None:
    """Choose among what the form offers, so that it gets further than to its first missing field."""
    sent = {name for name, _ in ask.pairs}
    for name, value in form.offers.items():
        if name not in sent and rng.random() < 0.7:
            ask.pairs.append((name, value))
    ask.pairs = [
        (name, "Et par ord." if name in form.texts and not value and rng.random() < 0.5 else value)
        for name, value in ask.pairs
    ]


def _spoil(rng: random.Random, ask: Ask, form: PageForm, site: Site) -> None:
    own = [at for at, (name, _) in enumerate(ask.pairs) if name != "csrfmiddlewaretoken"]
    if not own:
        return
    at = rng.choice(own)
    name = ask.pairs[at][0]
    kind = rng.randrange(12)
    if kind <= 5:
        what, bad = values.pick(rng)
        ask.pairs[at] = (name, bad)
        ask.about += f", {name}: {what}"
    elif kind == 6:
        del ask.pairs[at]
        ask.about += f", without {name}"
    elif kind == 7:
        ask.pairs.insert(rng.randrange(len(ask.pairs) + 1), (name, values.pick(rng)[1]))
        ask.about += f", {name} repeated"
    elif kind == 8:
        param = rng.choice(list(ROWS))
        rows = site.rows(param, VEFSN) + site.rows(param, HOL)
        ask.pairs[at] = (name, str(rng.choice(rows)))
        ask.about += f", {name}: a {param}"
    elif kind == 9:
        ask.pairs = [
            (
                n,
                rng.choice(("0", "1", "7", "-1", "1999999999"))
                if n in ("version", "revision")
                else v,
            )
            for n, v in ask.pairs
        ]
        ask.about += ", another version"
    elif kind == 10:
        ask.pairs = [
            (n, rng.choice(("", "x", "a" * 64)) if n == "csrfmiddlewaretoken" else v)
            for n, v in ask.pairs
        ]
        ask.token_is_broken = True
        ask.about += ", broken token"
    else:
        ask.pairs.append(("act", rng.choice(("no_such_act", "answer", "place", "send", "give"))))
        ask.about += ", another act"


def kept(ask: Ask) -> dict[str, str]:
    """Text of the request that the page must still hold when it is refused: legal, typed by somebody, sent last."""
    if ask.form is None:
        return {}
    last = dict(ask.pairs)
    return {
        name: last[name]
        for name in ask.form.texts & last.keys()
        if last[name].strip() and not any(last[name] == bad for bad in values.CONTROL.values())
    }
