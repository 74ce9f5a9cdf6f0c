"""Refusals as they are in production: after the view's transaction has ended, where the database shows no tenant row.

Other tests stand in a transaction that is rolled back, and so would not see a page that asks outside of one.
"""

from __future__ import annotations

import uuid

from django.test import Client

from lagspill.kernel.actor import Actor
from tests.browser import browser_of
from tests.world import World


def _statuses(actor: Actor) -> dict[str, int]:
    """What signed-in people meet when something is refused, each without any transaction around it."""
    browser, strict = browser_of(actor), Client(enforce_csrf_checks=True)
    strict.cookies.update(browser.cookies)
    unknown = uuid.uuid4()
    return {
        "nowhere": browser.get("/finnes/ikke/").status_code,
        "hidden": browser.get(f"/arbeid/fil/{unknown}/").status_code,
        "no card": browser.get(f"/kort/{unknown}/").status_code,
        "not there": browser.post(f"/arbeid/avtale/{unknown}/ja/").status_code,
        "no token": strict.post("/arbeid/sok/", {"name": "A"}).status_code,
        "too many": browser.post("/arbeid/sok/", {f"a{n}": "" for n in range(1001)}).status_code,
        "wrong method": browser.get("/logg-ut/").status_code,
    }


EXPECTED = {
    "nowhere": 404,
    "hidden": 404,
    "no card": 404,
    "not there": 404,
    "no token": 403,
    "too many": 400,
    "wrong method": 405,
}


def test_every_refusal_is_a_page_outside_a_transaction_too(committed_world: World) -> None:
    world = committed_world
    for actor in (world.coordinator, world.stranger):
        assert _statuses(actor) == EXPECTED
    # A citizen finds no search of staff, and nobody reads what was sent to it.
    assert _statuses(world.caregiver) == EXPECTED | {"too many": 404}
