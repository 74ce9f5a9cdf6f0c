"""Who may see and take work, in two faces: roles in units, and whoever holds the work. Never a word of a file."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access import policy as access
from lagspill.access.rules import Decision, Role, no, yes
from lagspill.children import policy as children
from lagspill.followup.models import OPEN, WorkItem
from lagspill.followup.rules import IN_CHILD_TRACK, RULES, SEES, TAKES, Kind
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people

Roles = frozenset[str]


def _roles_by_unit(
    actor: Actor, now: datetime, table: Mapping[Role, frozenset[Role]]
) -> dict[uuid.UUID, Roles]:
    found: dict[uuid.UUID, Roles] = {}
    for grant in actor.active_grants(now):
        roles = frozenset(role.value for role in table.get(Role(grant.role), frozenset()))
        if roles:
            for unit_id in grant.unit_ids:
                found[unit_id] = found.get(unit_id, frozenset()) | roles
    return found


def seen_roles(actor: Actor, now: datetime) -> dict[uuid.UUID, Roles]:
    """For each unit of the actor, whose work they see there."""
    return _roles_by_unit(actor, now, SEES)


def taken_roles(actor: Actor, now: datetime) -> dict[uuid.UUID, Roles]:
    """For each unit of the actor, whose work they may take there."""
    return _roles_by_unit(actor, now, TAKES)


def by_role(roles: Roles) -> Q:
    """Work of these roles; a leader's own work with a caregiver's report is not the next leader's to see."""
    return Q(role__in=sorted(roles)) & (~Q(role=Role.UNIT_LEADER.value) | Q(staff__isnull=True))


def is_held(actor: Actor) -> Q:
    """Work the actor has taken or been given."""
    return Q(staff_id=actor.id)


def _follows_track(actor: Actor, now: datetime) -> Q:
    """Work in the child track is for whoever may read the track, and nobody else, whoever holds it."""
    of_track = Q(kind__in=[kind.value for kind in IN_CHILD_TRACK])
    if not actor.has_role(now, Role.CHILD_RESPONSIBLE):
        return ~of_track
    return ~of_track | Q(subject_id__in=children.visible_tracks(actor, now).values("id"))


def _reviews_others(actor: Actor, now: datetime) -> Q:
    """Work with an opened card is for whoever may review it: never who opened it, never about own kin."""
    of_opening = Q(kind=Kind.BREAK_GLASS.value)
    if not actor.has_role(now, Role.UNIT_LEADER):
        return ~of_opening
    return ~of_opening | Q(subject_id__in=access.visible_openings(actor, now).values("id"))


def _answers_logs(actor: Actor, now: datetime) -> Q:
    """Work with a question about a log is for whoever may read the question, and never about own kin."""
    of_question = Q(kind=Kind.LOG_QUESTION.value)
    if not actor.has_role(now, Role.PRIVACY_OFFICER):
        return ~of_question
    return ~of_question | Q(subject_id__in=people.visible_log_questions(actor, now).values("id"))


def _meets_suspected(actor: Actor, now: datetime) -> Q:
    """Work with a name that is only suspected has no file: it is for whoever may see the name."""
    of_name = Q(kind=Kind.CONTACT_SUSPECTED.value)
    return ~of_name | Q(subject_id__in=people.visible_suspected(actor, now).values("id"))


def _sees_name(actor: Actor, work: WorkItem, now: datetime) -> bool:
    return people.visible_suspected(actor, now).filter(id=work.subject_id).exists()


def visible_work(actor: Actor, now: datetime) -> QuerySet[WorkItem]:
    """Open work the actor may see now: by role in the units of their grants, and what they hold themselves."""
    if actor.is_system and actor.municipality:
        return WorkItem.objects.filter(OPEN)
    if not actor.is_staff or not actor.active_grants(now):
        return WorkItem.objects.none()
    may_see = is_held(actor)
    units: dict[Roles, list[uuid.UUID]] = {}
    for unit_id, roles in seen_roles(actor, now).items():
        units.setdefault(roles, []).append(unit_id)
    for roles, unit_ids in units.items():
        may_see |= Q(unit_id__in=unit_ids) & by_role(roles)
    return WorkItem.objects.filter(
        OPEN & may_see & people.not_of_kin(actor),
        _follows_track(actor, now),
        _reviews_others(actor, now),
        _answers_logs(actor, now),
        _meets_suspected(actor, now),
        is_held(actor) | people.listed_caregivers(actor, now),
    )


def can_see_work(actor: Actor, work: WorkItem, now: datetime) -> Decision:
    """May the actor see this work?"""
    if work.municipality_id != actor.municipality:
        return no("other_municipality")
    if work.closed_at is not None:
        return no("work_closed")
    if actor.is_system:
        return yes("system")
    if not actor.is_staff or not actor.active_grants(now):
        return no("wrong_role")
    if (
        actor.kin_ids
        and work.file_id is not None
        and people.kin_files(actor).filter(id=work.file_id).exists()
    ):
        return no("own_kin")
    if work.kind in IN_CHILD_TRACK:
        tracks = children.visible_tracks(actor, now)
        if not tracks.filter(id=work.subject_id).exists():
            return no("wrong_role")
    if work.kind == Kind.BREAK_GLASS:
        openings = access.visible_openings(actor, now)
        if not (
            actor.has_role(now, Role.UNIT_LEADER) and openings.filter(id=work.subject_id).exists()
        ):
            return no("wrong_role")
    if work.kind == Kind.LOG_QUESTION:
        questions = people.visible_log_questions(actor, now)
        if not questions.filter(id=work.subject_id).exists():
            return no("wrong_role")
    if work.kind == Kind.CONTACT_SUSPECTED and not _sees_name(actor, work, now):
        return no("wrong_role")
    if work.staff_id == actor.id:
        return yes("holds_it")
    if not (listed := people.can_be_listed(actor, work.file_id, now)):
        return listed
    if work.role not in seen_roles(actor, now).get(work.unit_id, frozenset()):
        return no("wrong_role")
    if work.role == Role.UNIT_LEADER and work.staff_id is not None:
        return no("held_by_other")
    return yes("role")


def can_take_work(actor: Actor, work: WorkItem, now: datetime) -> Decision:
    """May the actor take this work, or take it over for the role they share?"""
    seen = can_see_work(actor, work, now)
    if not seen or actor.is_system:
        return no("wrong_role") if seen else seen
    takes = taken_roles(actor, now).get(work.unit_id, frozenset())
    return yes("role") if work.role in takes else no("wrong_role")


def can_release_work(actor: Actor, work: WorkItem, now: datetime) -> Decision:
    """May the actor put this work back with the role? Whoever holds it, and coordinators of the unit."""
    if work.staff_id is None:
        return no("nobody_holds_it")
    if work.staff_id == actor.id and can_see_work(actor, work, now):
        return yes("holds_it")
    return can_give_work(actor, work, now)


def can_give_work(actor: Actor, work: WorkItem, now: datetime) -> Decision:
    """May the actor give this work to a colleague? Coordinators of the unit, who may open the file."""
    if not can_see_work(actor, work, now) or work.file_id is None:
        return no("wrong_role")
    if work.unit_id in actor.units(now, Role.COORDINATOR) and work.role != Role.UNIT_LEADER:
        return yes("coordinates")
    return no("wrong_role")


def can_finish_work(actor: Actor, work: WorkItem, now: datetime) -> Decision:
    """May the actor say that it is done? Only where no fact says so, and only whoever holds it or may take it."""
    if not RULES[Kind(work.kind)].by_hand:
        return no("a_fact_clears_it")
    if work.staff_id == actor.id:
        return can_see_work(actor, work, now)
    return can_take_work(actor, work, now)
