"""Work about logs: a card opened in an emergency is looked at by somebody else, a question about a log is answered."""

from __future__ import annotations

from datetime import datetime

from lagspill.access.events import CardOpened, OpeningReviewed
from lagspill.followup.reactions.desk import About, clear_subject, open_work
from lagspill.followup.rules import Kind
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people.events import LogQuestionAnswered, LogQuestionAsked
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


@on(CardOpened)
def told_to_leader(fact: CardOpened, now: datetime) -> None:
    """The leader of the unit hears of it at once, and reviews it within days."""
    about = About(None, fact.unit_id, fact.opening_id, fact.opening_id)
    open_work(fact, now, Kind.BREAK_GLASS, about)


@on(OpeningReviewed)
def reviewed(fact: OpeningReviewed, now: datetime) -> None:
    """Somebody has looked at it, the leader or the privacy officer."""
    clear_subject(fact, now, fact.opening_id, Kind.BREAK_GLASS)


@on(LogQuestionAsked)
def asked(fact: LogQuestionAsked, now: datetime) -> None:
    """The privacy officer answers."""
    with use_actor(system_actor("followup.reactions", fact.municipality)):
        unit_id = tenancy.root_unit().id
    about = About(None, unit_id, fact.question_id, fact.question_id)
    open_work(fact, now, Kind.LOG_QUESTION, about)


@on(LogQuestionAnswered)
def answered(fact: LogQuestionAnswered, now: datetime) -> None:
    """Nothing more waits."""
    clear_subject(fact, now, fact.question_id, Kind.LOG_QUESTION)
