"""The family view around one care recipient: who does what among caregivers who are visible to each other, and what is
open. Never how anybody is, and never a name at what nobody does.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lagspill.agreements.models import Line
from lagspill.agreements.queries.versions import in_order
from lagspill.agreements.rules import LineKind, VersionState, Who
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.errors import NotFound
from lagspill.people import policy as people_policy
from lagspill.people import queries as people
from lagspill.people.queries import PersonLine, Relative
from lagspill.people.rules import Audience
from lagspill.people.rules.closing import CloseReason
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class FamilyTask:
    """One agreed task, as the family sees it."""

    text: str
    when: str
    is_together: bool = False  # with the service


@dataclass(frozen=True)
class FamilyShare:
    """One caregiver, and those of their tasks that the reader may read."""

    name: str
    label: str
    is_reader: bool
    tasks: tuple[FamilyTask, ...]


@dataclass(frozen=True)
class FamilyView:
    """The family around one care recipient for one caregiver. Empty until they have said yes to being visible."""

    person: PersonLine
    relation_id: uuid.UUID
    has_said_yes: bool
    shares: tuple[FamilyShare, ...] = ()
    gaps: tuple[FamilyTask, ...] = ()


def get_family(actor: Actor, person_id: uuid.UUID, now: datetime) -> FamilyView:
    """The family view of a caregiver; audited once. Raises NotFound for others than caregivers of this person.

    Tasks are those the reader reads, as their own or as named family. Gaps are lines of the part shared with the care
    recipient, without a name. A constant number of queries, however many caregivers and lines.
    """
    relation_id = people.find_own_relation(actor, person_id, now)
    if relation_id is None:
        raise NotFound("card", person_id)
    person = people.get_care_recipient(actor, person_id, now)
    if not people.has_said_family_yes(actor, person_id, now):
        audit.record_read(actor, "get_family", "card", now=now, person_id=person_id)
        return FamilyView(person, relation_id, has_said_yes=False)
    relatives = dict(people.list_relatives(actor, person_id, now))
    own = people.find_own_file(actor, now)
    concerning = list(people_policy.items_concerning(person_id).values_list("item_id", flat=True))
    tasks = _in_force(
        Q(item__in=people_policy.visible_items(actor, now)),
        item_id__in=concerning,
        who__in=(Who.CAREGIVER.value, Who.SHARED.value),
    )
    files = [file_id for file_id in (own, *relatives) if file_id is not None]
    gaps = _gaps(actor, person_id, files)
    audit.record_read(
        actor,
        "get_family",
        "card",
        now=now,
        object_ids=[row.item_id for row in (*tasks, *gaps)],
        person_id=person_id,
    )
    return FamilyView(
        person,
        relation_id,
        has_said_yes=True,
        shares=_shares(people.get_own_head(actor, now)[0], own, relatives, tasks),
        gaps=tuple(FamilyTask(text, when) for text, when in _distinct(gaps)),
    )


def _in_force(condition: Q, **narrowed: object) -> list[Line]:
    rows = Line.objects.filter(
        condition,
        ~Q(file__closed_why=CloseReason.DIED.value),
        version__state=VersionState.CONFIRMED.value,
        kind=LineKind.TASK.value,
        **narrowed,
    )
    return in_order(list(rows.select_related("version").order_by("version_id", "position")))


def _gaps(actor: Actor, person_id: uuid.UUID, files: list[uuid.UUID]) -> list[Line]:
    """What nobody does yet, of the part that the care recipient reads: files of the reader and of those who see them.

    Asked by the system, as the reader reaches no file of the others by this, and shown without name or file.
    """
    with use_actor(system_actor("agreements.family", actor.municipality)):
        concerning = people_policy.items_concerning(person_id).values("item_id")
        return _in_force(
            Q(item_id__in=concerning, item__audience=Audience.SHARED.value),
            file_id__in=files,
            who=Who.NOBODY_YET.value,
        )


def _distinct(rows: list[Line]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row.text, row.when_text) for row in rows))


def _shares(
    name: str, own: uuid.UUID | None, relatives: dict[uuid.UUID, Relative], rows: list[Line]
) -> tuple[FamilyShare, ...]:
    def tasks(file_id: uuid.UUID | None) -> tuple[FamilyTask, ...]:
        return tuple(
            FamilyTask(row.text, row.when_text, row.who == Who.SHARED)
            for row in rows
            if row.file_id == file_id
        )

    mine = FamilyShare(name, "", True, tasks(own))
    others = (
        FamilyShare(one.name, one.label, False, tasks(file_id))
        for file_id, one in relatives.items()
    )
    return (mine, *others)
