"""Work from invitations and talks: letters, calls, preparation, what a talk needs, the agreement after it."""

from __future__ import annotations

from datetime import datetime

from lagspill.conversations.events import (
    DraftSoonDeleted,
    InvitationAnswered,
    InvitationCancelled,
    InvitationExpired,
    InvitationSent,
    LetterPosted,
    MinorHelps,
    TalkCancelled,
    TalkHeld,
    TalkPlanned,
)
from lagspill.followup.reactions.desk import About, clear_file, clear_subject, open_work
from lagspill.followup.rules import ABOUT_INVITATION, BEFORE_TALK, NEEDS, Kind
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people import queries as people
from lagspill.tenancy.scope import use_actor

_BY_CHANNEL = {"letter": Kind.POST_LETTER, "phone": Kind.CALL_INVITATION}


@on(InvitationSent)
def invited(fact: InvitationSent, now: datetime) -> None:
    """An invitation is contact; a letter is posted and a call made by somebody."""
    clear_file(fact, now, fact.file_id, Kind.CONTACT_NEW, Kind.TALK_CANCELLED, *ABOUT_INVITATION)
    kind = _BY_CHANNEL.get(fact.channel)
    if kind:
        open_work(fact, now, kind, _about_invitation(fact))


@on(LetterPosted)
def posted(fact: LetterPosted, now: datetime) -> None:
    """The letter is on its way."""
    clear_subject(fact, now, fact.invitation_id, Kind.POST_LETTER)


@on(InvitationExpired)
def not_answered(fact: InvitationExpired, now: datetime) -> None:
    """No answer came: one call, and then peace."""
    clear_subject(fact, now, fact.invitation_id, Kind.POST_LETTER, Kind.CALL_INVITATION)
    open_work(fact, now, Kind.ANSWER_OVERDUE, _about_invitation(fact))


@on(InvitationCancelled)
def taken_back(fact: InvitationCancelled, now: datetime) -> None:
    """Nothing more to do about it."""
    clear_subject(fact, now, fact.invitation_id, *ABOUT_INVITATION)


@on(InvitationAnswered)
def answered(fact: InvitationAnswered, now: datetime) -> None:
    """A yes is prepared, with what the talk needs; a later is asked again; a no is a no."""
    clear_subject(fact, now, fact.invitation_id, *ABOUT_INVITATION)
    if fact.answer == "later":
        open_work(fact, now, Kind.INVITE_AGAIN, _about_invitation(fact))
    if fact.answer != "yes" or fact.talk_id is None:
        return
    talk = About(fact.file_id, fact.unit_id, fact.talk_id, fact.talk_id, fact.lead_staff_id)
    if fact.talk_on:
        open_work(fact, now, Kind.PREPARE_TALK, talk, before=fact.talk_on)
        open_work(fact, now, Kind.HOLD_TALK, talk, due_on=fact.talk_on)
    else:
        open_work(fact, now, Kind.AGREE_TIME, talk)
    for need in fact.needs:
        if need in NEEDS:
            open_work(fact, now, NEEDS[need], talk, before=fact.talk_on)


@on(TalkPlanned)
def planned(fact: TalkPlanned, now: datetime) -> None:
    """A talk has its day, or another one."""
    clear_subject(fact, now, fact.talk_id, Kind.AGREE_TIME)
    talk = About(fact.file_id, fact.unit_id, fact.talk_id, fact.talk_id, fact.lead_staff_id)
    open_work(fact, now, Kind.PREPARE_TALK, talk, before=fact.talk_on)
    open_work(fact, now, Kind.HOLD_TALK, talk, due_on=fact.talk_on)


@on(TalkHeld)
def held(fact: TalkHeld, now: datetime) -> None:
    """A talk is over: the agreement is written from it."""
    clear_subject(fact, now, fact.talk_id, *BEFORE_TALK)
    clear_file(fact, now, fact.file_id, Kind.CONTACT_NEW, Kind.TALK_CANCELLED)
    about = About(fact.file_id, fact.unit_id, fact.talk_id, fact.file_id, fact.lead_staff_id)
    open_work(fact, now, Kind.WRITE_AGREEMENT, about)


@on(TalkCancelled)
def cancelled(fact: TalkCancelled, now: datetime) -> None:
    """A talk will not be held. Where the caregiver said so, somebody hears whether another time suits."""
    clear_subject(fact, now, fact.talk_id, *BEFORE_TALK)
    if fact.by == "citizen":
        about = About(fact.file_id, fact.unit_id, fact.talk_id, fact.file_id, fact.lead_staff_id)
        open_work(fact, now, Kind.TALK_CANCELLED, about)


@on(MinorHelps)
def relieve_minor(fact: MinorHelps, now: datetime) -> None:
    """What a minor does at home is work for whoever leads; once for a file until it is done."""
    about = About(fact.file_id, fact.unit_id, fact.file_id, fact.file_id, fact.lead_staff_id)
    open_work(fact, now, Kind.MINOR_HELPS, about)


@on(DraftSoonDeleted)
def draft_dies(fact: DraftSoonDeleted, now: datetime) -> None:
    """The author of a draft is told while it can still be placed."""
    system = system_actor("followup.reactions", fact.municipality)
    with use_actor(system):
        unit_id = people.get_file_row(system, fact.file_id, now).unit_id
    about = About(fact.file_id, unit_id, fact.talk_id, fact.talk_id, fact.staff_id)
    open_work(fact, now, Kind.DRAFT_DIES, about)


def _about_invitation(fact: InvitationSent | InvitationExpired | InvitationAnswered) -> About:
    return About(fact.file_id, fact.unit_id, fact.invitation_id, fact.file_id, fact.lead_staff_id)
