"""Work from new caregivers, likenesses, messages that did not arrive, and colleagues who leave."""

from __future__ import annotations

from datetime import datetime

from lagspill.access.events import MembershipEnded
from lagspill.dispatch.events import MessageFailed
from lagspill.followup import operations, queries
from lagspill.followup.reactions.desk import About, clear_file, clear_subject, open_work
from lagspill.followup.rules import CONTACT_MADE, Kind
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people import queries as people
from lagspill.people.events import (
    CaregiverRegistered,
    FileClosed,
    PossibleDuplicate,
    RegisteredTold,
    RelationMoved,
    SuspectedEnded,
    SuspectedNoted,
    ToBeTold,
)
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


@on(CaregiverRegistered)
def somebody_new(fact: CaregiverRegistered, now: datetime) -> None:
    """A new caregiver is contacted; an import that named no unit first needs one."""
    about = About(fact.file_id, fact.unit_id, fact.relation_id, fact.file_id)
    open_work(fact, now, Kind.CONTACT_NEW, about)
    if fact.source == "import":
        system = system_actor("followup.reactions", fact.municipality)
        with use_actor(system):
            has_no_unit = fact.unit_id == tenancy.root_unit().id
        if has_no_unit:
            about = About(fact.file_id, fact.unit_id, fact.file_id, fact.file_id)
            open_work(fact, now, Kind.ASSIGN_UNIT, about)


@on(RelationMoved)
def contact_made(fact: RelationMoved, now: datetime) -> None:
    """Somebody has been in touch, or there is nobody to be in touch with."""
    if fact.new in CONTACT_MADE:
        clear_subject(fact, now, fact.relation_id, Kind.CONTACT_NEW)


@on(ToBeTold)
def registered_by_others(fact: ToBeTold, now: datetime) -> None:
    """Somebody tells them that they are registered, within the municipality's days."""
    about = About(fact.file_id, fact.unit_id, fact.relation_id, fact.relation_id)
    open_work(fact, now, Kind.TELL_REGISTERED, about, due_on=fact.tell_by)


@on(RegisteredTold)
def registered_told(fact: RegisteredTold, now: datetime) -> None:
    """They know."""
    clear_subject(fact, now, fact.relation_id, Kind.TELL_REGISTERED)


@on(SuspectedNoted)
def perhaps_a_caregiver(fact: SuspectedNoted, now: datetime) -> None:
    """Somebody makes contact and finds out."""
    about = About(None, fact.unit_id, fact.suspected_id, fact.suspected_id)
    open_work(fact, now, Kind.CONTACT_SUSPECTED, about)


@on(SuspectedEnded)
def not_suspected_any_more(fact: SuspectedEnded, now: datetime) -> None:
    """There is nobody to find out about."""
    clear_subject(fact, now, fact.suspected_id, Kind.CONTACT_SUSPECTED)


@on(PossibleDuplicate)
def looks_registered(fact: PossibleDuplicate, now: datetime) -> None:
    """Quiet work for the coordinator: the same person may be here already."""
    about = About(fact.file_id, fact.unit_id, fact.file_id, fact.file_id)
    open_work(fact, now, Kind.CHECK_DUPLICATE, about)


@on(MessageFailed)
def not_arrived(fact: MessageFailed, now: datetime) -> None:
    """A message did not arrive: somebody rings. One call for a file is enough, and none where nobody is to be rung."""
    system = system_actor("followup.reactions", fact.municipality)
    with use_actor(system):
        if not people.is_followed_up(system, fact.file_id, now):
            return
        if queries.has_open(system, fact.file_id, Kind.CALL, now):
            return  # the question that did not arrive became this call
        unit_id = people.get_file_row(system, fact.file_id, now).unit_id
    about = About(fact.file_id, unit_id, fact.file_id, fact.file_id)
    open_work(fact, now, Kind.MESSAGE_FAILED, about)


@on(FileClosed)
def file_closed(fact: FileClosed, now: datetime) -> None:
    """Whatever there was to do about it, there is no more."""
    clear_file(fact, now, fact.file_id, *Kind)


@on(MembershipEnded)
def colleague_left(fact: MembershipEnded, now: datetime) -> None:
    """What somebody held where they no longer work goes back to the role."""
    system = system_actor("followup.reactions", fact.municipality)
    with use_actor(system):
        below = [unit.id for unit in tenancy.list_units() if fact.unit_id in unit.path]
        operations.release_all_work(actor=system, now=now, staff_id=fact.staff_id, unit_ids=below)
