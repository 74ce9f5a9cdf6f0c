"""What the tests of agreements begin with: lines of every kind, and versions in each state, made through operations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lagspill.agreements import demo
from lagspill.agreements.rules import LineKind, Who
from lagspill.kernel.calendar import oslo_today
from lagspill.people import operations as people
from lagspill.people.rules import Audience
from lagspill.tenancy.scope import use_actor

SECRET = "KANARISAMTALE"  # a word to look for, not a password
STRIP = "KANARITJENESTE"


@pytest.fixture
def lines(world, now):
    """One line of each kind; one that stays in the talk, one on the strip."""
    line = demo.line
    return [
        line(LineKind.MATTERS, f"Jeg er sliten {SECRET}", audience=Audience.TALK),
        line(LineKind.TASK, "Handle mat", who=Who.CAREGIVER, when="lørdager"),
        line(LineKind.TASK, "Dusj", who=Who.SERVICE, when="tirsdag og fredag"),
        line(LineKind.WILL_NOT, f"Jeg løfter ikke {STRIP}"),
        line(LineKind.SERVICE_ASKS, "Kan noen være med til legen?"),
        line(
            LineKind.CONTACT,
            "Spørsmål om medisiner",
            name="Tone Sæther",
            phone="90000100",
            substitute_name="Vakta",
            substitute_phone="75000001",
            audience=Audience.SHARED,
        ),
        line(LineKind.CONTINGENCY, "Blir Anne syk, ring sone nord"),
        line(
            LineKind.MEASURE,
            "Svare om trygghetsalarm",
            unit_id=world.north.id,
            due_on=oslo_today(now) + timedelta(days=10),
        ),
    ]


@pytest.fixture
def known(world, now):
    """The caregiver has agreed to being known to the care recipient."""
    with use_actor(world.caregiver):
        people.agree_to_relation(
            actor=world.caregiver, now=now, relation_id=world.relation.id, how="portal"
        )


@pytest.fixture
def draft(world, now, lines):
    return demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now, lines=lines)


@pytest.fixture
def proposed(world, now, draft):
    return demo.propose(lead=world.coordinator, version=draft, now=now)


@pytest.fixture
def confirmed(world, now, proposed):
    return demo.confirm(
        lead=world.coordinator, version=proposed, now=now, caregiver=world.caregiver
    )
