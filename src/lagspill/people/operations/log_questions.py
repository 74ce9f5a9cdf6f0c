"""Ask about a line of one's own log, and answer as the privacy officer."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import events, policy, queries
from lagspill.people.models import LogQuestion


@operation
def ask_about_log(*, actor: Actor, now: datetime, entry_id: uuid.UUID, words: str) -> LogQuestion:
    """Ask the privacy officer about a line of one's own log. Raises NotFound, NotPossible("asked_already")."""
    if queries.find_own_line(actor, entry_id, now) is None:
        raise NotFound("log", entry_id)
    if LogQuestion.objects.filter(person_id=actor.person_id, entry_id=entry_id).exists():
        raise NotPossible("asked_already")
    question = LogQuestion.objects.create(
        person_id=actor.person_id, entry_id=entry_id, words=words, asked_at=now
    )
    audit.record(
        actor,
        "ask_about_log",
        "log_question",
        now=now,
        object_id=question.id,
        person_id=actor.person_id,
        fields=("words",),
    )
    facts.announce(events.LogQuestionAsked(actor.municipality or "", question.id), now=now)
    return question


@operation
def answer_log_question(
    *, actor: Actor, now: datetime, question_id: uuid.UUID, answer: str
) -> LogQuestion:
    """Answer a question about a log. Raises NotFound for others than the privacy officer, NotPossible("answered_already")."""
    question = LogQuestion.objects.select_for_update(of=("self",)).filter(id=question_id).first()
    if (
        question is None
        or not actor.is_staff
        or not policy.can_see_log_question(actor, question, now)
    ):
        raise NotFound("log_question", question_id)
    if question.answered_at is not None:
        raise NotPossible("answered_already")
    question.answer, question.answered_at, question.answered_by_id = answer, now, actor.id
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record(
        actor,
        "answer_log_question",
        "log_question",
        now=now,
        object_id=question.id,
        person_id=question.person_id,
        fields=("answer",),
    )
    facts.announce(events.LogQuestionAnswered(actor.municipality or "", question.id), now=now)
    return question
