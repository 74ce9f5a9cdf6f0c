"""Work after a death: a gentle contact with each who is bereaved, and what a caregiver who died no longer does. Nothing is sent."""

from __future__ import annotations

from datetime import datetime

from lagspill.agreements import queries as agreements
from lagspill.followup.reactions.desk import About, clear_subject, open_work
from lagspill.followup.rules import Kind
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people import queries as people
from lagspill.people.events import CaregiverDied, RelationMoved
from lagspill.tenancy.scope import use_actor


@on(RelationMoved)
def bereaved(fact: RelationMoved, now: datetime) -> None:
    """Somebody has lost the one they cared for: one contact, when it suits. A death undone takes it away."""
    if fact.old == "bereaved":
        clear_subject(fact, now, fact.file_id, Kind.BEREAVED)
    if fact.new != "bereaved":
        return
    system = system_actor("followup.reactions", fact.municipality)
    with use_actor(system):
        if not people.is_followed_up(system, fact.file_id, now):
            return
        unit_id = people.get_file_row(system, fact.file_id, now).unit_id
    open_work(fact, now, Kind.BEREAVED, About(fact.file_id, unit_id, fact.file_id, fact.file_id))


@on(CaregiverDied)
def gaps(fact: CaregiverDied, now: datetime) -> None:
    """What the dead caregiver did for somebody is on nobody's list now."""
    system = system_actor("followup.reactions", fact.municipality)
    with use_actor(system):
        count = agreements.count_gaps(system, fact.care_recipient_id)
    if count:
        about = About(fact.file_id, fact.unit_id, fact.relation_id, fact.care_recipient_id)
        open_work(fact, now, Kind.GAP, about)


@on(RelationMoved)
def lives_after_all(fact: RelationMoved, now: datetime) -> None:
    """A death was undone: the lines are back on the card."""
    if fact.old == "ended":
        clear_subject(fact, now, fact.relation_id, Kind.GAP)
