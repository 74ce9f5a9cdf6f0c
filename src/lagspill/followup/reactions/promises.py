"""Work from promises: to keep them by their date, and for a leader to answer that one was not followed."""

from __future__ import annotations

from datetime import datetime

from lagspill.followup.reactions.desk import About, clear_subject, open_work
from lagspill.followup.rules import Kind
from lagspill.kernel.facts import on
from lagspill.promises.events import (
    PromiseClosed,
    PromiseKept,
    PromiseMade,
    PromiseMoved,
    PromiseReported,
    ReportAnswered,
)


def promised(fact: PromiseMade | PromiseMoved, now: datetime) -> None:
    """A promise is work on its date, for whoever keeps it. Late, it stays where it is: its date says so."""
    about = About(fact.file_id, fact.unit_id, fact.promise_id, fact.promise_id, fact.owner_staff_id)
    open_work(fact, now, Kind.PROMISE, about, due_on=fact.due_on)


on(PromiseMade)(promised)
on(PromiseMoved)(promised)


def settled(fact: PromiseKept | PromiseClosed, now: datetime) -> None:
    """Kept, withdrawn or replaced."""
    clear_subject(fact, now, fact.promise_id, Kind.PROMISE)


on(PromiseKept)(settled)
on(PromiseClosed)(settled)


@on(PromiseReported)
def not_followed(fact: PromiseReported, now: datetime) -> None:
    """A leader owes an answer by a date."""
    about = About(fact.file_id, fact.unit_id, fact.report_id, fact.promise_id, fact.leader_staff_id)
    open_work(fact, now, Kind.PROMISE_REPORT, about, due_on=fact.answer_by)


@on(ReportAnswered)
def leader_answered(fact: ReportAnswered, now: datetime) -> None:
    """The leader has answered."""
    clear_subject(fact, now, fact.report_id, Kind.PROMISE_REPORT)
