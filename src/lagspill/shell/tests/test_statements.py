"""What the busiest pages cost in statements; docs/performance.md says why it matters. Savepoints are not counted: a test adds its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lagspill.conversations import operations as conversations
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World

Act = Callable[[], Any]


def cost(act: Act, status: int) -> int:
    """Statements of the second call: the first fills what a process keeps."""
    assert act().status_code == status
    with CaptureQueriesContext(connection) as sent:
        assert act().status_code == status
    return sum("SAVEPOINT" not in query["sql"] for query in sent)


@pytest.mark.parametrize(
    ("who", "name", "most"),
    [("coordinator", "file", 19), ("nurse", "card", 12), ("caregiver", "my-start", 16)],
)
def test_a_page_is_read_in_few_statements(world: World, who: str, name: str, most: int) -> None:
    actor: Actor = getattr(world, who)
    ids = {"file": [world.file.id], "card": [world.care_recipient_person.id]}
    browser = browser_of(actor)
    assert cost(lambda: browser.get(reverse(name, args=ids.get(name))), 200) <= most


def test_a_caregiver_is_registered_in_few_statements(world: World) -> None:
    browser = browser_of(world.nurse)

    def register() -> Any:
        key = uuid.uuid4()
        words = {
            "name": f"Ny {key}",
            "relation": "spouse_partner",
            "phone": f"9{key.int % 10**7:07}",
            "care_recipient": "other",
            "care_recipient_name": f"Annen {key}",
            "idempotency_key": str(key),
        }
        return browser.post(reverse("register-caregiver"), words)

    assert cost(register, 302) <= 27


def test_a_statement_is_placed_in_few_statements(world: World) -> None:
    with use_actor(world.coordinator):
        talk = conversations.start_talk(
            actor=world.coordinator, now=world.now, file_id=world.file.id
        )
    assert talk is not None
    browser = browser_of(world.coordinator)

    def place() -> Any:
        words = {
            "act": "place",
            "topic": "T04",
            "version": "0",
            "writer": str(uuid.uuid4()),
            "text": f"Handler på fredager, {uuid.uuid4()}.",
            "about": "care_recipient",
            "audience": "shared",
            "idempotency_key": str(uuid.uuid4()),
        }
        return browser.post(reverse("talk-statement", args=[talk.id]), words)

    assert cost(place, 302) <= 20


def test_a_check_in_is_sent_in_few_statements(world: World) -> None:
    browser = browser_of(world.caregiver)
    items = content.instrument("egen-sjekk").items

    def send() -> Any:
        answers = {f"q_{item.id}": "1" for item in items}
        address = reverse("my-check-in", args=[world.file.municipality_id])
        return browser.post(address, {"sheet": str(uuid.uuid4()), **answers})

    assert cost(send, 302) <= 11
