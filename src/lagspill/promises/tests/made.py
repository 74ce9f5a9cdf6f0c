"""Builders of promises for the tests of this capability."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from lagspill.people import operations as people
from lagspill.people.rules import About, Audience
from lagspill.promises import operations
from lagspill.promises.models import Promise, PromiseReport
from lagspill.tenancy.models import Unit
from lagspill.tenancy.scope import use_actor
from tests.world import World

TEXT = "Ringe Anne hver fredag"
WORDS = "Ingen har ringt på tre uker. KANARI"


def made(
    world: World,
    *,
    audience: Audience = Audience.TALK,
    owner_staff_id: uuid.UUID | None = None,
    unit: Unit | None = None,
    due_on: date | None = None,
    text: str = TEXT,
) -> Promise:
    """A promise of the municipality to the caregiver, on an item with this audience."""
    system = world.system
    with use_actor(system):
        item = people.write_item(
            actor=system,
            now=world.now,
            file=world.file,
            kind="promise",
            about=About.CAREGIVER,
            relation_ids=[world.relation.id],
        )
        people.place_item(
            actor=system,
            now=world.now,
            item_id=item.id,
            audience=audience,
            sentence="test",
            caregiver_present=True,
        )
        return operations.make_promise(
            actor=system,
            now=world.now,
            file_id=world.file.id,
            item_id=item.id,
            text=text,
            unit_id=(unit or world.north).id,
            owner_staff_id=owner_staff_id,
            due_on=due_on or world.now.date() + timedelta(days=7),
        )


def reported(world: World, promise: Promise) -> PromiseReport:
    """The caregiver says that it was not followed."""
    with use_actor(world.caregiver):
        return operations.report_not_followed(
            actor=world.caregiver, now=world.now, promise_id=promise.id, words=WORDS
        )


def again(world: World, promise: Promise) -> Promise:
    """The promise as it stands in the database."""
    with use_actor(world.system):
        return Promise.objects.get(id=promise.id)
