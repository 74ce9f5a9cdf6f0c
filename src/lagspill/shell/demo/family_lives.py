"""Anne and Berit see each other in the family, with one task shared; and somebody around Arne who is only suspected."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from lagspill.access import identity
from lagspill.agreements import queries as agreements
from lagspill.kernel.actor import Actor, Kind
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import SuspectedFrom
from lagspill.shell.cast import citizen_named
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor


def build(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """Both say yes; Anne shares the shopping with her mother. The GP has spoken of a neighbour."""
    anne, berit = _citizen(town, "datter"), _citizen(town, "ektefelle")
    said_at = now - timedelta(days=30)
    for one in (anne, berit):
        with use_actor(one):
            relation_id = people_queries.find_own_relation(one, arne_id, said_at)
            if relation_id is None:
                raise ValueError("both are caregivers of Arne")
            people.set_family_visibility(
                actor=one, now=said_at, relation_id=relation_id, is_yes=True
            )
    with use_actor(anne):
        people.set_family_readers(
            actor=anne,
            now=said_at,
            item_id=_shopping(anne, said_at),
            person_ids=[berit.person_id] if berit.person_id else [],
        )
    nurse = town.staff["Tone Sæther"]
    with use_actor(nurse):
        people.note_suspected(
            actor=nurse,
            now=now - timedelta(days=9),
            care_recipient_id=arne_id,
            name="Gerd Moen",
            code="neighbour",
            source=SuspectedFrom.GP,
        )


def _citizen(town: Town, persona: str) -> Actor:
    hashed = identity.key_hash(citizen_named(persona).digits)
    with use_actor(town.system):
        return Actor(
            Kind.CITIZEN,
            identity.ensure_identity(hashed),
            town.number,
            identity.find_person(hashed),
        )


def _shopping(anne: Actor, now: datetime) -> uuid.UUID:
    file_id = people_queries.find_own_file(anne, now)
    if file_id is None:
        raise ValueError("Anne has a file")
    versions = agreements.list_versions(anne, file_id, now)
    confirmed = next(row.id for row in versions if row.state == "confirmed")
    lines = agreements.get_version(anne, confirmed, now).lines
    return next(line.item_id for line in lines if line.text.startswith("Handler mat"))
