"""Who may read the child track, in two faces: child-responsible staff of the unit or above it, and nobody else.

Break-glass, a leader's view and a parent's representation do not open it. Whoever passed a child on learns only that it
was done.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, Decision, Role, no, yes
from lagspill.children.models import ChildTrack
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people


def visible_tracks(actor: Actor, now: datetime) -> QuerySet[ChildTrack]:
    """Tracks the actor may read now; never those of the actor's own family."""
    if actor.is_system and actor.municipality:
        return ChildTrack.objects.all()
    if not actor.is_staff or not actor.has_role(now, Role.CHILD_RESPONSIBLE):
        return ChildTrack.objects.none()
    units = actor.units(now, Role.CHILD_RESPONSIBLE)
    return ChildTrack.objects.filter(unit_id__in=list(units)).exclude(
        person_id__in=list(actor.kin_ids)
    )


def can_see_track(actor: Actor, track: ChildTrack, now: datetime) -> Decision:
    """May the actor read this track?"""
    if track.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_system:
        return yes("system")
    if not actor.is_staff or track.unit_id not in actor.units(now, Role.CHILD_RESPONSIBLE):
        return no("wrong_role")
    return no("own_kin") if track.person_id in actor.kin_ids else yes("child_responsible")


def can_take_step(actor: Actor, track: ChildTrack, now: datetime) -> Decision:
    """May the actor note a step, or close the track? Whoever reads it, while it is open."""
    seen = can_see_track(actor, track, now)
    if not seen or actor.is_system:
        return no("wrong_role") if seen else seen
    return no("child_track_closed") if track.closed_at is not None else seen


def can_pass_on(actor: Actor, person_id: uuid.UUID, now: datetime) -> Decision:
    """May the actor say that there is a child near this person? Staff who meet the person, by the card."""
    if not actor.is_staff or not actor.has_role(now, *CAREGIVER_ROLES):
        return no("wrong_role")
    is_seen = people.visible_cards(actor, now).filter(id=person_id).exists()
    return yes("meets_them") if is_seen else no("not_serving")


def passed_on(actor: Actor, now: datetime) -> Q:
    """Tracks that the actor passed on: a condition for what says *when*, and nothing else of them."""
    if not actor.is_staff or not actor.active_grants(now):
        return Q(pk__in=[])
    return Q(passed_on_by_id=actor.id)
