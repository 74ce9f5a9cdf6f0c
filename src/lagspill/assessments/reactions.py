"""What assessments does when others announce: asks a caregiver who was just registered, rings where no e-mail arrived."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lagspill.assessments import operations
from lagspill.dispatch.events import MessageFailed
from lagspill.kernel.actor import system_actor
from lagspill.kernel.errors import NotPossible
from lagspill.kernel.facts import on
from lagspill.people.events import CaregiverRegistered, FileClosed
from lagspill.tenancy.scope import use_actor


@on(CaregiverRegistered)
def ask_who_was_registered(fact: CaregiverRegistered, now: datetime) -> None:
    """Staff wished for a check-in when they registered the caregiver."""
    if not fact.asks_check_in:
        return
    actor = system_actor("assessments.ask", fact.municipality)
    with use_actor(actor):
        try:
            with transaction.atomic():
                operations.ask_check_in(actor=actor, now=now, file_id=fact.file_id)
        except NotPossible:
            return  # a child under 16: the registration stands, and the child track takes over


@on(MessageFailed)
def ring_where_no_email_arrived(fact: MessageFailed, now: datetime) -> None:
    """A question that could not be delivered becomes a call."""
    if fact.notice != operations.NOTICE:
        return
    actor = system_actor("assessments.ask", fact.municipality)
    with use_actor(actor):
        operations.make_call_of_question(actor=actor, now=now, file_id=fact.file_id)


@on(FileClosed)
def file_closed(fact: FileClosed, now: datetime) -> None:
    """Nobody is asked or rung any more."""
    actor = system_actor("assessments.ask", fact.municipality)
    with use_actor(actor):
        operations.end_in_file(actor=actor, now=now, file_id=fact.file_id)
