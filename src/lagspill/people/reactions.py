"""What people does when grants change: keeps the file's staff in step with who coordinates where."""

from __future__ import annotations

from datetime import datetime

from lagspill.access.events import MembershipEnded, MembershipGranted
from lagspill.access.rules import Role
from lagspill.dispatch.events import MessageFailed, MessageSent
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people import operations
from lagspill.people.events import LettersStopped, RelationMoved
from lagspill.people.rules import RelationState, ToldFirst
from lagspill.tenancy.scope import use_actor


@on(MembershipGranted)
def add_coordinator_to_files(fact: MembershipGranted, now: datetime) -> None:
    """A new coordinator becomes staff of every open file in the unit and below it."""
    if fact.role == Role.COORDINATOR:
        operations.add_coordinator_to_unit(
            actor=system_actor("people.file_staff", fact.municipality),
            now=now,
            staff_id=fact.staff_id,
            unit_id=fact.unit_id,
        )


@on(MembershipEnded)
def end_coordinator_in_files(fact: MembershipEnded, now: datetime) -> None:
    """A coordinator who left is no longer staff of the files in that unit and below it."""
    if fact.role == Role.COORDINATOR:
        operations.end_coordinator_in_unit(
            actor=system_actor("people.file_staff", fact.municipality),
            now=now,
            staff_id=fact.staff_id,
            unit_id=fact.unit_id,
        )


@on(MessageSent)
def copy_sent(fact: MessageSent, now: datetime) -> None:
    """The copy of a yes by telephone or paper has left: the new readers read from now on."""
    if fact.notice == operations.WIDENING_NOTICE:
        system = system_actor("people.widening", fact.municipality)
        with use_actor(system):
            operations.widen_on_notice(actor=system, now=now, file_id=fact.file_id)


@on(MessageFailed)
def copy_not_sent(fact: MessageFailed, now: datetime) -> None:
    """The copy did not leave: it goes by letter, or a colleague calls."""
    if fact.notice == operations.WIDENING_NOTICE:
        system = system_actor("people.widening", fact.municipality)
        with use_actor(system):
            operations.notice_not_sent(actor=system, now=now, file_id=fact.file_id)


@on(LettersStopped)
def no_more_letters(fact: LettersStopped, now: datetime) -> None:
    """A copy that waited for a letter is told by a colleague's call."""
    system = system_actor("people.widening", fact.municipality)
    with use_actor(system):
        operations.letters_stopped(actor=system, now=now, file_id=fact.file_id)


#: A first contact that says that one is registered, by the state the relation comes to: invited, or met in a talk.
_FIRST_CONTACT = {
    RelationState.CONTACTED.value: ToldFirst.INVITATION,
    RelationState.FOLLOWED_UP.value: ToldFirst.IN_PERSON,
}


@on(RelationMoved)
def first_contact(fact: RelationMoved, now: datetime) -> None:
    """The invitation says that they are registered, and so does the talk: nobody need tell them apart from it."""
    how = _FIRST_CONTACT.get(fact.new)
    if how is not None:
        system = system_actor("people.told", fact.municipality)
        with use_actor(system):
            operations.note_registered_told(
                actor=system, now=now, relation_id=fact.relation_id, how=how
            )
