"""Work from check-ins: somebody is to be rung. Never a score in it."""

from __future__ import annotations

from datetime import datetime

from lagspill.assessments.events import CallMade, CallRequested, CheckInAsked
from lagspill.followup.reactions.desk import About, clear_file, clear_subject, open_work
from lagspill.followup.rules import Kind
from lagspill.kernel.facts import on


@on(CheckInAsked)
def check_in_by_phone(fact: CheckInAsked, now: datetime) -> None:
    """Where nothing could be sent, the question is asked on the telephone."""
    if fact.needs_call:
        clear_file(fact, now, fact.file_id, Kind.MESSAGE_FAILED)  # one call is enough
        about = About(fact.file_id, fact.unit_id, fact.request_id, fact.request_id)
        open_work(fact, now, Kind.CALL, about)


@on(CallRequested)
def wants_call(fact: CallRequested, now: datetime) -> None:
    """The caregiver said yes to being rung."""
    about = About(fact.file_id, fact.unit_id, fact.request_id, fact.request_id)
    open_work(fact, now, Kind.CALL, about)


@on(CallMade)
def called(fact: CallMade, now: datetime) -> None:
    """The call is off the list."""
    clear_subject(fact, now, fact.request_id, Kind.CALL)
