"""Who may see and change agreements, in two faces that must agree. What is shown of a version is the items' own policy."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access.rules import Decision, no
from lagspill.agreements.models import Line, Version
from lagspill.agreements.rules import VersionState
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people
from lagspill.people.rules.closing import CloseReason

#: Rungs that the card shows; what stays in the talk never leaves the file.
CARD_AUDIENCES = ("service", "shared")


def visible_versions(actor: Actor, now: datetime) -> QuerySet[Version]:
    """Versions of files the actor may open; a caregiver sees no draft that staff still write."""
    found = Version.objects.filter(file__in=people.visible_files(actor, now))
    return found.exclude(state=VersionState.DRAFT.value) if actor.is_citizen else found


def can_see_version(actor: Actor, version: Version, now: datetime) -> Decision:
    """May the actor see that this version exists?"""
    decision = people.can_open_file(actor, version.file, now)
    if decision and actor.is_citizen and version.state == VersionState.DRAFT:
        return no("not_found")
    return decision


def can_edit(actor: Actor, version: Version, now: datetime) -> Decision:
    """May the actor write in this version's draft? Only the file's staff."""
    if not actor.is_staff:
        return no("not_file_staff")
    return people.can_open_file(actor, version.file, now)


def can_confirm_as_municipality(actor: Actor, version: Version, now: datetime) -> Decision:
    """May the actor say the municipality's yes? Only the version's lead."""
    decision = can_edit(actor, version, now)
    if decision and version.lead_staff_id != actor.id:
        return no("not_the_lead")
    return decision


def can_confirm_as_caregiver(actor: Actor, version: Version, now: datetime) -> Decision:
    """May the actor say the caregiver's yes in the portal? Only the caregiver, never a representative."""
    if not actor.is_citizen:
        return no("not_yours")
    return can_see_version(actor, version, now)


def visible_lines(actor: Actor, now: datetime) -> QuerySet[Line]:
    """Lines of versions the actor may see whose items are theirs to read today."""
    return Line.objects.filter(
        version__in=visible_versions(actor, now), item__in=people.visible_items(actor, now)
    )


def visible_card_lines(actor: Actor, now: datetime) -> QuerySet[Line]:
    """Lines in force that may stand on a card for this actor: confirmed, readable on a rung the card shows, and of somebody
    who lives: what a dead caregiver did is a gap there.
    """
    return Line.objects.filter(
        ~Q(file__closed_why=CloseReason.DIED.value),
        version__state=VersionState.CONFIRMED.value,
        item__in=people.visible_items(actor, now).filter(audience__in=CARD_AUDIENCES),
    )
