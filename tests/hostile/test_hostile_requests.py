"""Hostile requests, made from seeds: to every address of the site and through every form, as everybody there is.

A failure names its seed: `LAGSPILL_HOSTILE=<seed>` asks only that one. About 250 in the gate, 5,000 with --long.
"""

from __future__ import annotations

import os
import random
import re
import uuid

import pytest

from lagspill.ui.fields import clean_words
from tests.hostile import requests, values
from tests.hostile.asking import HOL, ROWS, VEFSN, WORDS, Address, Answered, Site, addresses
from tests.hostile.forms import forms_of
from tests.hostile.life import HOL_WORDS, VEFSN_WORDS, Life
from tests.hostile.requests import Ask

LONG = os.environ.get("LAGSPILL_LONG") == "1"
SHARDS, EACH = (25, 200) if LONG else (2, 125)
ADDRESSES = addresses()
#: What house style lets a request be answered with.
ALLOWED = {200, 204, 301, 302, 303, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422}
SAFE = ("GET", "HEAD", "OPTIONS")
_OWN = re.compile(
    r'(name="csrfmiddlewaretoken" value=")[^"]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
)


def test_every_address_is_walked_and_nothing_is_listed_in_vain() -> None:
    wanted = {parameter for address in ADDRESSES for parameter in address.parameters}
    assert set(ROWS) | set(WORDS) <= wanted
    assert {"front", "worklist", "my-preparation", "agreement-line"} < {a.name for a in ADDRESSES}


def test_every_kind_of_row_exists_to_be_asked_for(life: Life) -> None:
    """In Hol too, where nobody signs in and so nobody has answered a check-in."""
    site = Site(life)
    missing = [(p, place) for place, rows in site.ids.items() for p, ids in rows.items() if not ids]
    assert missing == [("answer_id", HOL)]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_request_breaks_the_site_or_writes_when_it_is_refused(life: Life, shard: int) -> None:
    site = Site(life)
    seeds = [shard * EACH + number for number in range(EACH)]
    if os.environ.get("LAGSPILL_HOSTILE"):
        seeds = [int(os.environ["LAGSPILL_HOSTILE"])]
    found = []
    for seed in seeds:
        ask = requests.hostile(random.Random(seed), site, ADDRESSES[seed % len(ADDRESSES)])
        found += [f"seed {seed}: {fault}: {ask}" for fault in faults(site, ask)]
    assert not found, f"{len(found)} faults\n" + "\n".join(found[:40])


def faults(site: Site, ask: Ask) -> list[str]:
    """Everything that is wrong with the answer to a request."""
    got = site.ask(
        ask.who, ask.method, ask.path, ask.body, ask.content_type,
        headers=ask.headers, is_strict=ask.form is not None, times=ask.times,
    )  # fmt: skip  # one request in one look
    found = []
    if got.fault or got.status not in ALLOWED:
        found.append(f"status {got.status} {got.fault}")
    if got.wrote and (got.status >= 400 or ask.method in SAFE):
        found.append(f"{got.status} and wrote {got.wrote}")
    if got.wrote and ask.times > 1 and _has_key(ask):
        found.append(f"the second time wrote {got.wrote}")
    if ask.token_is_broken and got.status != 403:
        found.append(f"a broken token and {got.status}")
    if got.is_html:
        found += [f"unescaped {bad}" for bad in values.UNESCAPED if bad in got.body]
        found += [f"holds {word!r}" for word in _others_words(site, ask.who) if word in got.body]
        found += _lost(ask, got)
    return found


def _has_key(ask: Ask) -> bool:
    """A whole key, once: the form says that sending it twice is sending it once."""
    keys = [value for name, value in ask.pairs if name == "idempotency_key"]
    try:
        return len(keys) == 1 and bool(uuid.UUID(keys[0]))
    except ValueError:
        return False


def _others_words(site: Site, who: str) -> tuple[str, ...]:
    return {VEFSN: HOL_WORDS, HOL: VEFSN_WORDS}.get(site.home[who] or "", HOL_WORDS + VEFSN_WORDS)


def _lost(ask: Ask, got: Answered) -> list[str]:
    """Words that the refused form does not hold any more."""
    if got.status not in (409, 422):
        return []
    held: dict[str, set[str]] = {}
    for form in forms_of(ask.path, got.body):
        for name, value in form.pairs:
            held.setdefault(name, set()).add(_plain(value))
    return [
        f"{got.status} and {name} is lost"
        for name, text in requests.kept(ask).items()
        if _plain(text) not in held.get(name, set())
    ]


def _plain(text: str) -> str:
    return " ".join(clean_words(text).split())


# --- hidden and absent ------------------------------------------------------------------------------------------------

WITH_ID = [address for address in ADDRESSES if address.ids]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_what_is_hidden_answers_as_what_is_not_there(life: Life, shard: int) -> None:
    site = Site(life)
    found = []
    for at, address in enumerate(WITH_ID):
        if at % SHARDS != shard and not LONG:
            continue
        rng = random.Random(shard * len(WITH_ID) + at)
        found += _tells_apart(site, rng, address)
    assert not found, f"{len(found)} faults\n" + "\n".join(found[:40])


def _tells_apart(site: Site, rng: random.Random, address: Address) -> list[str]:
    who = rng.choice(requests.ASKERS)
    other = VEFSN if site.home[who] == HOL else HOL
    own = HOL if other == VEFSN else VEFSN
    param = rng.choice(sorted(address.ids))
    pairs = [("act", rng.choice(("keep", "send", "place", "")))]
    found = []
    for place in (other, own):
        held = {
            p: own if p == "number" else rng.choice(WORDS.get(p, ("x",)))
            for p in address.parameters
        }
        held |= {p: str(rng.choice(site.rows(p, own) or site.every[own])) for p in address.ids}
        if not site.rows(param, place):
            continue
        row = str(rng.choice(site.rows(param, place)))
        nothing = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        for method in ("GET", "POST"):
            body = requests.encoded(pairs) if method == "POST" else b""
            hidden = site.ask(
                who, method, address.path(held | {param: row}), body, is_looked_at=False
            )
            absent = site.ask(
                who, method, address.path(held | {param: nothing}), body, is_looked_at=False
            )
            if place == own and hidden.status != 404:
                continue  # seen, or known to be there
            if (hidden.status, _said(hidden, row)) != (absent.status, _said(absent, nothing)):
                found.append(
                    f"{who} {method} {address.name} in {place}: {hidden.status} {hidden.fault}, {absent.status}"
                )
    return found


def _said(got: Answered, asked: str) -> str:
    return _OWN.sub("own", got.body.replace(asked, "asked")) + got.headers.get(
        "Location", ""
    ).replace(asked, "asked")
