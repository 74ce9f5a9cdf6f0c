"""The pages that are measured: who asks, for what, and the goal of each (shown beside its figure)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bench.measuring import Act
from lagspill.kernel import content
from lagspill.kernel.actor import system_actor
from lagspill.shell.bulk.words import FIRST_NAMES, LAST_NAMES
from lagspill.shell.cast import VEFSN
from lagspill.tenancy.scope import use_actor

SAMPLE = 60  # different files, persons and talks that a row goes through


class WrongAnswer(RuntimeError):
    """A page did not answer as it should; a figure of it would mean nothing."""


@dataclass(frozen=True)
class Page:
    """One row: its goal and how to ask. `most_*` as in docs/performance.md."""

    name: str
    act: Act
    most_queries: int | None = None
    most_f1: float | None = None


@contextmanager
def _as_system() -> Iterator[None]:
    with use_actor(system_actor("bench", VEFSN)), transaction.atomic():
        yield


def signed_in(persona: str) -> Client:
    """A client with the session of one of the cast."""
    client = Client()
    _expect(client.post(reverse("demo-sign-in", args=[persona])), 302)
    return client


def _expect(response: Any, status: int) -> Any:
    if response.status_code != status:
        raise WrongAnswer(f"{response.request['PATH_INFO']} answered {response.status_code}")
    return response


def _get(client: Client, addresses: list[str]) -> Act:
    return lambda number: _expect(client.get(addresses[number % len(addresses)]), 200)


def _ids(label: str, **conditions: Any) -> list[uuid.UUID]:
    rows = apps.get_model(label).objects.filter(**conditions).order_by("id")
    return list(rows.values_list("id", flat=True)[:SAMPLE])


def every_page() -> tuple[list[Page], list[str]]:
    """The pages there are, and names of those whose address does not exist yet."""
    coordinator, nurse, caregiver = map(signed_in, ("koordinator", "sykepleier", "datter"))
    with _as_system():
        files = _ids("people.File")
        talks = _ids("conversations.Talk", state="held")
        zone = apps.get_model("tenancy.Unit").objects.get(code="hjemme-nord")
        served = list(
            apps.get_model("people.Service")
            .objects.filter(unit=zone)
            .order_by("id")
            .values_list("person_id", flat=True)[:SAMPLE]
        )
    makers: dict[str, tuple[Any, int | None, float | None]] = {
        "open a caregiver's file": (
            lambda: _get(coordinator, [reverse("file", args=[f]) for f in files]),
            12,
            20,
        ),
        "agreed-now card": (
            lambda: _get(nurse, [reverse("card", args=[p]) for p in served]),
            8,
            12,
        ),
        "worklist, 50 rows": (lambda: _get(coordinator, [reverse("worklist")]), 8, 25),
        "search by name": (lambda: _search(coordinator), 6, 18),
        "register caregiver + relation": (lambda: _register(nurse), 18, 16),
        "submit the check-in": (lambda: _check_in(caregiver), 12, 12),
        "save a statement": (lambda: _statement(coordinator, talks), 10, 10),
        "portal start": (lambda: _get(caregiver, [reverse("my-start")]), 12, 20),
        "staff start": (lambda: _get(nurse, [reverse("staff-start")]), None, None),
        "front page": (lambda: _get(Client(), [reverse("front")]), 4, 8),
    }
    pages, missing = [], []
    for name, (make, most_queries, most_f1) in makers.items():
        try:
            pages.append(Page(name, make(), most_queries, most_f1))
        except NoReverseMatch:
            missing.append(name)
    return pages, missing


def unit_of_measure() -> Page:
    """F1."""
    return Page("F1", _get(Client(), [reverse("f1")]))


def _search(client: Client) -> Act:
    address, names = reverse("search-caregivers"), LAST_NAMES.split()
    return lambda number: _expect(
        client.post(address, {"name": names[number % len(names)][:4]}), 200
    )


def _register(client: Client) -> Act:
    address, first, last = reverse("register-caregiver"), FIRST_NAMES.split(), LAST_NAMES.split()

    def act(number: int) -> Any:
        words = {
            "name": f"{first[number % len(first)]} Ny{number} {last[number % len(last)]}",
            "relation": "spouse_partner",
            "phone": f"91{number:06}",
            "care_recipient": "other",
            "care_recipient_name": f"{first[-number % len(first)]} Ny{number} {last[-number % len(last)]}",
            "idempotency_key": str(uuid.uuid4()),
        }
        return _expect(client.post(address, words), 302)

    return act


def _check_in(client: Client) -> Act:
    address, instrument = reverse("my-check-in", args=[VEFSN]), content.instrument("egen-sjekk")

    def act(number: int) -> Any:
        answers = {f"q_{item.id}": str(number % 3) for item in instrument.items}
        return _expect(client.post(address, {"sheet": str(uuid.uuid4()), **answers}), 302)

    return act


def _statement(client: Client, talks: list[uuid.UUID]) -> Act:
    addresses = [reverse("talk-statement", args=[talk]) for talk in talks]

    def act(number: int) -> Any:
        words = {
            "act": "place",
            "topic": "T04",
            "version": "0",
            "writer": str(uuid.uuid4()),
            "text": f"Handler på fredager, gang nummer {number}.",
            "about": "care_recipient",
            "audience": "shared",
            "idempotency_key": str(uuid.uuid4()),
        }
        return _expect(client.post(addresses[number % len(addresses)], words), 302)

    return act
