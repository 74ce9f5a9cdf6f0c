"""Who reads a question about a log: who asked, and the privacy officer, never about own kin. In two faces."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from lagspill.access.rules import Decision, Role, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import LogQuestion


def visible_log_questions(actor: Actor, now: datetime) -> QuerySet[LogQuestion]:
    """Questions that the actor may read."""
    if actor.is_citizen and actor.person_id:
        return LogQuestion.objects.filter(person_id=actor.person_id)
    if actor.is_staff and actor.has_role(now, Role.PRIVACY_OFFICER):
        return LogQuestion.objects.exclude(person_id__in=actor.kin_ids)
    return LogQuestion.objects.none()


def can_see_log_question(actor: Actor, question: LogQuestion, now: datetime) -> Decision:
    """May the actor read this question and its answer?"""
    if question.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_citizen and actor.person_id:
        return yes("own") if question.person_id == actor.person_id else no("not_yours")
    if actor.is_staff and actor.has_role(now, Role.PRIVACY_OFFICER):
        return no("own_kin") if question.person_id in actor.kin_ids else yes("privacy_officer")
    return no("wrong_role")
