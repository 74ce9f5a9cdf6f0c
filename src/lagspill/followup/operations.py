"""Writes of work: facts open and clear it, people take it, give it and put it back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from lagspill.access.rules import Decision
from lagspill.agreements import operations as agreements
from lagspill.audit import operations as audit
from lagspill.followup import policy, queries
from lagspill.followup.models import OPEN, WorkItem
from lagspill.followup.rules import RULES, Kind
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class NewWork:
    """Work that a fact makes. `target_id` is whose page it is done on; the file's when nothing else is named."""

    kind: Kind
    file_id: uuid.UUID | None  # none in the child track
    subject_id: uuid.UUID
    unit_id: uuid.UUID
    due_on: date
    staff_id: uuid.UUID | None = None
    target_id: uuid.UUID | None = None


#: One statement, also for two that open the same at once; the condition names the index `work_once`.
_OPEN_OR_MOVE = """
INSERT INTO followup_work_item (id, municipality_id, kind, file_id, subject_id, target_id, unit_id, role, staff_id,
    due_on, opened_at, closed_how)
VALUES (%(id)s, %(municipality_id)s, %(kind)s, %(file_id)s, %(subject_id)s, %(target_id)s, %(unit_id)s, %(role)s,
    %(staff_id)s, %(due_on)s, %(opened_at)s, '')
ON CONFLICT (municipality_id, kind, subject_id) WHERE closed_at IS NULL DO UPDATE SET due_on = EXCLUDED.due_on
RETURNING id
"""


@operation
def open_work(*, actor: Actor, now: datetime, work: NewWork) -> uuid.UUID:
    """Open work, or move the open work of that kind about that subject to the new date. System only; idempotent."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    values = {
        "id": new_id(),
        "municipality_id": actor.municipality,
        "kind": work.kind.value,
        "file_id": work.file_id,
        "subject_id": work.subject_id,
        "target_id": work.target_id or work.file_id,
        "unit_id": work.unit_id,
        "role": RULES[work.kind].role.value,
        "staff_id": work.staff_id,
        "due_on": work.due_on,
        "opened_at": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_OR_MOVE, values)
        found: tuple[uuid.UUID] = cursor.fetchone()
    audit.record(
        actor,
        "open_work",
        "work",
        now=now,
        object_id=found[0],
        file_id=work.file_id,
        reason=work.kind.value,
    )
    return found[0]


@operation
def clear_work(
    *,
    actor: Actor,
    now: datetime,
    how: str,
    kinds: Sequence[Kind],
    subject_id: uuid.UUID | None = None,
    file_id: uuid.UUID | None = None,
) -> int:
    """Clear the open work of these kinds about a subject, or about a whole file. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    about = Q(subject_id=subject_id) if subject_id else Q(file_id=file_id)
    rows = list(
        WorkItem.objects.select_for_update(of=("self",))
        .filter(OPEN & about, kind__in=[kind.value for kind in kinds])
        .order_by("id")
    )
    if rows:
        WorkItem.objects.filter(id__in=[row.id for row in rows]).update(
            closed_at=now, closed_how=how, closed_by=actor.id
        )
        audit.record(
            actor,
            "clear_work",
            "work",
            now=now,
            object_ids=[row.id for row in rows],
            file_id=rows[0].file_id,
            reason=how,
        )
    return len(rows)


@operation
def release_all_work(
    *, actor: Actor, now: datetime, staff_id: uuid.UUID, unit_ids: Sequence[uuid.UUID]
) -> int:
    """Put back with the role what somebody who has left held in these units. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    ids = list(
        WorkItem.objects.filter(OPEN, staff_id=staff_id, unit_id__in=list(unit_ids))
        .order_by("id")
        .values_list("id", flat=True)
    )
    if ids:
        WorkItem.objects.filter(id__in=ids).update(staff=None)
        audit.record(actor, "release_all_work", "work", now=now, object_ids=ids, fields=("staff",))
    return len(ids)


@operation
def take_work(*, actor: Actor, now: datetime, work_id: uuid.UUID) -> WorkItem:
    """Take work that nobody has taken. Taking one's own again changes nothing.

    Raises NotFound, NotAllowed for work of another role, NotPossible("already_taken").
    """
    work = _locked(actor, work_id, now)
    if work.staff_id == actor.id:
        return work
    _require(policy.can_take_work(actor, work, now), work)
    if work.staff_id is not None:
        raise NotPossible("already_taken")
    return _hand_to(actor, now, work, actor.id, "take_work")


@operation
def release_work(*, actor: Actor, now: datetime, work_id: uuid.UUID) -> WorkItem:
    """Put work back with the role. Where nobody holds it nothing changes. Raises NotFound, NotAllowed."""
    work = _locked(actor, work_id, now)
    if work.staff_id is None:
        return work
    _require(policy.can_release_work(actor, work, now), work)
    return _hand_to(actor, now, work, None, "release_work")


@operation
def give_work(*, actor: Actor, now: datetime, work_id: uuid.UUID, staff_id: uuid.UUID) -> WorkItem:
    """Give work to a colleague, who by that stands in for the file and may open it.

    Raises NotFound, NotAllowed, NotPossible("not_a_colleague_here") for one without a fitting role in the unit.
    """
    work = _locked(actor, work_id, now)
    _require(policy.can_give_work(actor, work, now), work)
    colleagues = {each.id: each for each in queries.list_colleagues(actor, work, now)}
    if staff_id not in colleagues:
        raise NotPossible("not_a_colleague_here")
    # Coordinators are the file's staff already; work without a file is never given.
    if work.file_id is not None and not colleagues[staff_id].coordinates:
        file = people_queries.get_file_row(actor, work.file_id, now)
        people.add_file_staff(actor=actor, now=now, file=file, staff_id=staff_id, role="substitute")
    return _hand_to(actor, now, work, staff_id, "give_work")


@operation
def finish_work(*, actor: Actor, now: datetime, work_id: uuid.UUID) -> WorkItem:
    """Say that work is done that no fact can clear. Raises NotFound, NotAllowed, NotPossible("a_fact_clears_it")."""
    work = _locked(actor, work_id, now)
    if not RULES[Kind(work.kind)].by_hand:
        raise NotPossible("a_fact_clears_it")
    _require(policy.can_finish_work(actor, work, now), work)
    work.closed_at, work.closed_how, work.closed_by = now, "done", actor.id
    work.save(update_fields=["closed_at", "closed_how", "closed_by"])
    if work.kind == Kind.GAP:
        _cover_gaps(work, now)
    audit.record(
        actor,
        "finish_work",
        "work",
        now=now,
        object_id=work.id,
        file_id=work.file_id,
        fields=("closed_at",),
    )
    return work


def _cover_gaps(work: WorkItem, now: datetime) -> None:
    """The last gap of a dead caregiver's agreement is seen to: the agreement ends, and the card counts it no more."""
    others = WorkItem.objects.filter(OPEN, kind=Kind.GAP.value, file_id=work.file_id)
    if work.file_id is None or others.exists():
        return
    system = system_actor("followup.gaps", work.municipality_id)
    with use_actor(system):
        agreements.cover_gaps(actor=system, now=now, file_id=work.file_id)


def _locked(actor: Actor, work_id: uuid.UUID, now: datetime) -> WorkItem:
    work = WorkItem.objects.select_for_update(of=("self",)).filter(id=work_id).first()
    if work is None or not policy.can_see_work(actor, work, now):
        raise NotFound("work", work_id)
    return work


def _require(decision: Decision, work: WorkItem) -> None:
    if not decision:
        raise NotAllowed(decision.reason, known=True, noun="work", object_id=work.id)


def _hand_to(
    actor: Actor, now: datetime, work: WorkItem, staff_id: uuid.UUID | None, verb: str
) -> WorkItem:
    work.staff_id = staff_id
    work.save(update_fields=["staff"])
    audit.record(
        actor,
        verb,
        "work",
        now=now,
        object_id=work.id,
        file_id=work.file_id,
        fields=("staff",),
    )
    return work
