"""Who may read an answer, ask a caregiver, and see a call. Two faces each; what can be read is `people`'s one filter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lagspill.access.rules import Decision, no, yes
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.assessments.rules import Kind, Why
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people

#: The row of an item; its model is `people`'s own and is reached through its doors only.
Item = Any
_RELATION = "relation"


def visible_answers(actor: Actor, now: datetime) -> QuerySet[Answer]:
    """Answers the actor may read: their items pass the one filter. What is begun and not sent is `mine`."""
    return Answer.objects.filter(item__in=people.visible_items(actor, now))


def can_read_answer(actor: Actor, answer: Answer, now: datetime) -> Decision:
    """May the actor read this answer?"""
    return people.can_read_item(actor, answer.item, now)


def can_answer(actor: Actor, answer: Answer, now: datetime) -> Decision:
    """May the actor change who reads this answer? Only the caregiver who gave it."""
    if not actor.is_citizen or answer.item.author_person_id != actor.person_id:
        return no("not_yours")
    return people.can_open_file(actor, answer.file, now)


def visible_askable(actor: Actor, now: datetime) -> QuerySet[Item]:
    """Relation items of open files whose caregiver the actor may ask: staff who see that the relation exists.

    That is the file's staff, and staff serving the care recipient when the relation is known to them.
    """
    seen = people.visible_items(actor, now).filter(kind=_RELATION, file__closed_at__isnull=True)
    return seen if actor.is_staff or actor.is_system else seen.none()


def can_ask(actor: Actor, relation: Item, now: datetime) -> Decision:
    """May the actor ask the caregiver whose relation (its item) this is? Citizens ask nobody."""
    if not (actor.is_staff or actor.is_system):
        return no("wrong_role")
    if relation.kind != _RELATION:
        return no("not_in_audience")
    if relation.file.closed_at is not None:
        return no("file_closed")
    return people.can_read_item(actor, relation, now)


def visible_requests(actor: Actor, now: datetime) -> QuerySet[CheckInRequest]:
    """Requests of the files the actor may open, as their staff or as the caregiver, and calls that staff who serve the
    care recipient asked for themselves: who asked may ring.
    """
    seen = Q(file__in=people.visible_files(actor, now))
    if actor.is_staff:
        known = visible_askable(actor, now).values("file_id")
        seen |= Q(kind=Kind.CALL.value, asked_by=actor.id, file_id__in=known)
    return CheckInRequest.objects.filter(seen)


def can_see_request(actor: Actor, request: CheckInRequest, now: datetime) -> Decision:
    """May the actor see this request?"""
    decision = people.can_open_file(actor, request.file, now)
    if decision or not actor.is_staff:
        return decision
    if request.kind != Kind.CALL or request.asked_by != actor.id:
        return decision
    is_known = visible_askable(actor, now).filter(file_id=request.file_id).exists()
    return yes("asked_for_it") if is_known else decision


def can_cancel_call(actor: Actor, request: CheckInRequest, now: datetime) -> Decision:
    """May the actor take back the wish for a call? Only the caregiver, and only a wish of their own."""
    if not actor.is_citizen:
        return no("not_yours")
    if request.kind != Kind.CALL or request.why != Why.ASKED:
        return no("not_a_wish")
    return can_see_request(actor, request, now)
