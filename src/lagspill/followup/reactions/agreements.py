"""Work from agreements: to get an answer, to answer for the municipality, to look at it again."""

from __future__ import annotations

from datetime import datetime

from lagspill.agreements.events import (
    AgreementChangeAsked,
    AgreementConfirmed,
    AgreementEnded,
    AgreementProposed,
    CaregiverConfirmed,
)
from lagspill.followup.reactions.desk import About, clear_file, clear_subject, open_work
from lagspill.followup.rules import ABOUT_PROPOSAL, Kind
from lagspill.kernel.facts import on

_Version = AgreementProposed | AgreementChangeAsked | CaregiverConfirmed


@on(AgreementProposed)
def proposed(fact: AgreementProposed, now: datetime) -> None:
    """By phone and on paper somebody gets the answer; in the portal somebody asks when none has come."""
    clear_file(fact, now, fact.file_id, Kind.WRITE_AGREEMENT, *ABOUT_PROPOSAL)
    kind = Kind.REMIND_AGREEMENT if fact.channel == "portal" else Kind.CONFIRM_AGREEMENT
    open_work(fact, now, kind, _about_version(fact))


@on(AgreementChangeAsked)
def change_asked(fact: AgreementChangeAsked, now: datetime) -> None:
    """The caregiver wants something changed."""
    clear_file(fact, now, fact.file_id, *ABOUT_PROPOSAL)
    about = About(fact.file_id, fact.unit_id, fact.version_id, fact.file_id, fact.lead_staff_id)
    open_work(fact, now, Kind.CHANGE_AGREEMENT, about)


@on(CaregiverConfirmed)
def own_yes_missing(fact: CaregiverConfirmed, now: datetime) -> None:
    """The caregiver has said yes; the municipality has not."""
    clear_file(fact, now, fact.file_id, *ABOUT_PROPOSAL)
    open_work(fact, now, Kind.OWN_CONFIRMATION, _about_version(fact))


@on(AgreementConfirmed)
def confirmed(fact: AgreementConfirmed, now: datetime) -> None:
    """Both have said yes: it is looked at again on its date."""
    clear_file(fact, now, fact.file_id, Kind.WRITE_AGREEMENT, *ABOUT_PROPOSAL)
    about = About(fact.file_id, fact.unit_id, fact.agreement_id, fact.file_id, fact.lead_staff_id)
    open_work(fact, now, Kind.REVIEW, about, due_on=fact.review_on)


@on(AgreementEnded)
def ended(fact: AgreementEnded, now: datetime) -> None:
    """A proposal or an agreement came to its end; the agreement in force keeps its review when only a proposal did."""
    clear_file(fact, now, fact.file_id, Kind.WRITE_AGREEMENT, *ABOUT_PROPOSAL)
    if fact.how.startswith("ended_by"):
        clear_subject(fact, now, fact.agreement_id, Kind.REVIEW)


def _about_version(fact: _Version) -> About:
    return About(fact.file_id, fact.unit_id, fact.version_id, fact.version_id, fact.lead_staff_id)
