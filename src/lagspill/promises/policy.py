"""Who may see and act on a promise, in two faces: readers of its item, whoever must keep it, and a leader who owes an
answer. A report that it was not followed has readers of its own, fewer than the promise.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, Decision, Role, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people
from lagspill.promises.models import Promise, PromiseReport

LEADERS = (Role.UNIT_LEADER, Role.DIRECTOR)


def led_units(actor: Actor, now: datetime) -> frozenset[uuid.UUID]:
    """Units the actor leads themselves, not those below: a report goes to one leader."""
    return frozenset(g.unit_id for g in actor.active_grants(now) if g.role in LEADERS)


def _owed_by(actor: Actor, now: datetime) -> Q:
    """Open reports the actor owes an answer: given to them, or to the leader of a unit that they lead now."""
    if not actor.has_role(now, *LEADERS):
        return Q(pk__in=[])
    mine = Q(leader_staff_id=actor.id) | Q(unit_id__in=list(led_units(actor, now)))
    others = Q(promise__owner_staff__isnull=True) | ~Q(promise__owner_staff_id=actor.id)
    return Q(answered_at__isnull=True) & mine & others


def _reads_item(actor: Actor, now: datetime) -> Q:
    """Rows whose item the actor may read. Asked of each row: beside an OR, `item__in` reads every item there is first."""
    return Q(Exists(people.visible_items(actor, now).filter(pk=OuterRef("item_id"))))


def visible_promises(actor: Actor, now: datetime) -> QuerySet[Promise]:
    """Promises the actor may read now."""
    read = _reads_item(actor, now)
    if actor.is_staff and actor.active_grants(now):
        keeps = Q(owner_staff_id=actor.id) | Q(
            owner_staff_id__isnull=True, owner_unit_id__in=list(actor.units(now, *CAREGIVER_ROLES))
        )
        owed = PromiseReport.objects.filter(_owed_by(actor, now), promise_id=OuterRef("pk"))
        return Promise.objects.filter(read | keeps | Exists(owed), people.not_of_kin(actor))
    return Promise.objects.filter(read)


def can_see(actor: Actor, promise: Promise, now: datetime) -> Decision:
    """May the actor read this promise?"""
    if promise.municipality_id != actor.municipality:
        return no("other_municipality")
    read = people.can_read_item(actor, promise.item, now)
    if read or not actor.is_staff or not actor.active_grants(now):
        return read
    if people.kin_files(actor).filter(id=promise.file_id).exists():
        return no("own_kin")
    if keeps(actor, promise, now):
        return yes("keeps_it")
    reports = PromiseReport.objects.filter(promise_id=promise.id).select_related("promise")
    if any(owes_answer(actor, report, now) for report in reports):
        return yes("owes_answer")
    return read


def keeps(actor: Actor, promise: Promise, now: datetime) -> bool:
    """True for whoever must keep it: the owner, or everybody who meets caregivers in the unit while nobody owns it."""
    if not actor.is_staff or not actor.active_grants(now):
        return False
    if promise.owner_staff_id is None:
        return promise.owner_unit_id in actor.units(now, *CAREGIVER_ROLES)
    return promise.owner_staff_id == actor.id


def owes_answer(actor: Actor, report: PromiseReport, now: datetime) -> bool:
    """True for the leader a report went to, or who leads its unit now; never for whoever keeps the promise."""
    if report.answered_at is not None or report.municipality_id != actor.municipality:
        return False
    if not actor.has_role(now, *LEADERS) or report.promise.owner_staff_id == actor.id:
        return False
    return report.leader_staff_id == actor.id or report.unit_id in led_units(actor, now)


def visible_reports(actor: Actor, now: datetime) -> QuerySet[PromiseReport]:
    """Reports the actor may read now: the caregiver's and the file's staff's, the leader's until answered, and the own
    answer of whoever gave it. That a promise was reported is nobody else's to know.
    """
    read = _reads_item(actor, now)
    if actor.is_staff and actor.active_grants(now):
        read |= Q(answered_by_id=actor.id) | _owed_by(actor, now)
    return PromiseReport.objects.filter(read, people.not_of_kin(actor))


def can_see_report(actor: Actor, report: PromiseReport, now: datetime) -> Decision:
    """May the actor read this report?"""
    if report.municipality_id != actor.municipality:
        return no("other_municipality")
    if people.kin_files(actor).filter(id=report.file_id).exists():
        return no("own_kin")
    if owes_answer(actor, report, now):
        return yes("owes_answer")
    if actor.is_staff and report.answered_by_id == actor.id and actor.active_grants(now):
        return yes("answered_it")
    return people.can_read_item(actor, report.item, now)


def can_make(actor: Actor, file_id: uuid.UUID, now: datetime) -> Decision:
    """May the actor make a promise for the municipality? The file's staff, and the system for a confirmed agreement."""
    if actor.is_citizen:
        return no("not_file_staff")
    found = people.visible_files(actor, now).filter(id=file_id).exists()
    return yes("file_staff") if found else no("not_file_staff")


def can_keep(actor: Actor, promise: Promise, now: datetime) -> Decision:
    """May the actor say that it was kept, move it or withdraw it? Whoever keeps it, a colleague of the unit who reads
    it, and the file's staff.
    """
    if actor.is_system:
        return yes("system")
    if not actor.is_staff or not can_see(actor, promise, now):
        return no("not_in_audience")
    if keeps(actor, promise, now):
        return yes("keeps_it")
    if promise.owner_unit_id in actor.units(now, *CAREGIVER_ROLES):
        return yes("same_unit")
    return people.can_open_file(actor, promise.file, now)


def can_report(actor: Actor, promise: Promise, now: datetime) -> Decision:
    """May the actor say that it was not followed? The caregiver, and the file's staff on their behalf."""
    return people.can_open_file(actor, promise.file, now)


def can_answer(actor: Actor, report: PromiseReport, now: datetime) -> Decision:
    """May the actor answer the report? The leader who owes it."""
    may = owes_answer(actor, report, now) and can_see_report(actor, report, now)
    return yes("owes_answer") if may else no("wrong_role")
