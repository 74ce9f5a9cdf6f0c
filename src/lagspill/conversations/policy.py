"""Who may invite, talk and read: invitations and talks follow the file, statements follow their item."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, Decision, Role, no
from lagspill.conversations.models import Invitation, Preparation, Statement, Talk
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people


def visible_invitations(actor: Actor, now: datetime) -> QuerySet[Invitation]:
    """Invitations the actor may read: the caregiver's own, and those of files whose staff the actor is."""
    return Invitation.objects.filter(file__in=people.visible_files(actor, now))


def can_read_invitation(actor: Actor, invitation: Invitation, now: datetime) -> Decision:
    """May the actor read this invitation?"""
    return people.can_open_file(actor, invitation.file, now)


def visible_talks(actor: Actor, now: datetime) -> QuerySet[Talk]:
    """Talks the actor may know of."""
    return Talk.objects.filter(file__in=people.visible_files(actor, now))


def can_read_talk(actor: Actor, talk: Talk, now: datetime) -> Decision:
    """May the actor know of this talk?"""
    return people.can_open_file(actor, talk.file, now)


def visible_statements(actor: Actor, now: datetime) -> QuerySet[Statement]:
    """Statements the actor may read, drafts of the actor's own included."""
    return Statement.objects.filter(item__in=people.visible_items(actor, now))


def can_read_statement(actor: Actor, statement: Statement, now: datetime) -> Decision:
    """May the actor read this statement?"""
    return people.can_read_item(actor, statement.item, now)


def visible_preparations(actor: Actor, now: datetime) -> QuerySet[Preparation]:
    """Prepared words the actor may read: one's own, and what was shared."""
    return Preparation.objects.filter(item__in=people.visible_items(actor, now))


def can_read_preparation(actor: Actor, preparation: Preparation, now: datetime) -> Decision:
    """May the actor read these prepared words?"""
    return people.can_read_item(actor, preparation.item, now)


def can_hold_talks(actor: Actor, now: datetime) -> Decision:
    """May the actor invite and talk at all? With whom, the file decides."""
    if actor.is_system:
        return Decision(True, "system")
    if actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES, Role.CHILD_RESPONSIBLE):
        return Decision(True, "role")
    return no("wrong_role")
