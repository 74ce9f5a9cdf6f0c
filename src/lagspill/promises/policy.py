"""Who may see and act on a promise, in two faces: readers of its item, whoever must keep it, and a leader with a report."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, Decision, Role, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people
from lagspill.promises.models import Promise, PromiseReport

LEADERS = (Role.UNIT_LEADER, Role.DIRECTOR)


def _open_report() -> QuerySet[PromiseReport]:
    return PromiseReport.objects.filter(promise_id=OuterRef("pk"), answered_at__isnull=True)


def visible_promises(actor: Actor, now: datetime) -> QuerySet[Promise]:
    """Promises the actor may read now."""
    read = Q(item__in=people.visible_items(actor, now))
    if actor.is_staff and actor.active_grants(now):
        units = list(actor.units(now, *LEADERS))
        keeps = Q(owner_staff_id=actor.id)
        leads = Q(owner_unit_id__in=units) & Q(Exists(_open_report()))
        answers = Q(Exists(_open_report().filter(leader_staff_id=actor.id)))
        return Promise.objects.filter(read | keeps | leads | answers)
    return Promise.objects.filter(read)


def can_see(actor: Actor, promise: Promise, now: datetime) -> Decision:
    """May the actor read this promise?"""
    if promise.municipality_id != actor.municipality:
        return no("other_municipality")
    read = people.can_read_item(actor, promise.item, now)
    if read or not actor.is_staff or not actor.active_grants(now):
        return read
    if promise.owner_staff_id == actor.id:
        return yes("keeps_it")
    reports = PromiseReport.objects.filter(promise_id=promise.id, answered_at__isnull=True)
    if promise.owner_unit_id in actor.units(now, *LEADERS) and reports.exists():
        return yes("leads_with_report")
    if reports.filter(leader_staff_id=actor.id).exists():
        return yes("owes_answer")
    return read


def can_keep(actor: Actor, promise: Promise, now: datetime) -> Decision:
    """May the actor say that it was kept, move it or withdraw it? Whoever keeps it, a colleague of the unit who reads
    it, and the file's staff."""
    if actor.is_system:
        return yes("system")
    if not actor.is_staff or not can_see(actor, promise, now):
        return no("not_in_audience")
    if promise.owner_staff_id == actor.id:
        return yes("keeps_it")
    if promise.owner_unit_id in actor.units(now, *CAREGIVER_ROLES):
        return yes("same_unit")
    return people.can_open_file(actor, promise.file, now)


def can_report(actor: Actor, promise: Promise, now: datetime) -> Decision:
    """May the actor say that it was not followed? The caregiver, and the file's staff on their behalf."""
    return people.can_open_file(actor, promise.file, now)


def can_answer(actor: Actor, report: PromiseReport, now: datetime) -> Decision:
    """May the actor answer the report? The leader it went to, and leaders of its unit."""
    if not actor.is_staff:
        return no("wrong_role")
    if report.leader_staff_id == actor.id and actor.has_role(now, *LEADERS):
        return yes("owes_answer")
    return yes("leads") if report.unit_id in actor.units(now, *LEADERS) else no("wrong_role")
