"""Work from what a care recipient lets us tell: ask where nobody has asked, ask again on the day that was agreed."""

from __future__ import annotations

from datetime import datetime

from lagspill.followup.reactions.desk import About, clear_subject, open_work
from lagspill.followup.rules import NOTHING_TO_ASK, Kind
from lagspill.kernel.facts import on
from lagspill.people.events import (
    ConsentDeclined,
    ConsentGiven,
    ConsentNotAsked,
    RelationMoved,
)


@on(ConsentNotAsked)
def nobody_asked(fact: ConsentNotAsked, now: datetime) -> None:
    """The care recipient knows of a caregiver, and nobody has asked what we may tell."""
    about = About(fact.file_id, fact.unit_id, fact.relation_id, fact.care_recipient_id)
    open_work(fact, now, Kind.ASK_CONSENT, about)


@on(ConsentDeclined)
def asked_and_not_wanted(fact: ConsentDeclined, now: datetime) -> None:
    """That was asked; it is asked again on a day, or never."""
    clear_subject(fact, now, fact.relation_id, Kind.ASK_CONSENT)
    if fact.again_on is not None:
        about = About(fact.file_id, fact.unit_id, fact.relation_id, fact.care_recipient_id)
        open_work(fact, now, Kind.ASK_CONSENT, about, due_on=fact.again_on)


@on(ConsentGiven)
def asked_and_given(fact: ConsentGiven, now: datetime) -> None:
    """There is an answer for each of these caregivers."""
    for relation_id in fact.relation_ids:
        clear_subject(fact, now, relation_id, Kind.ASK_CONSENT)


@on(RelationMoved)
def nothing_to_ask(fact: RelationMoved, now: datetime) -> None:
    """The relation is over: there is nobody to tell, or nobody to ask."""
    if fact.new in NOTHING_TO_ASK:
        clear_subject(fact, now, fact.relation_id, Kind.ASK_CONSENT)
