"""Who sees and reviews cards opened in an emergency, in two faces. Who may open one is asked of `people`."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access.models import BreakGlass
from lagspill.access.rules import Decision, Role, no, yes
from lagspill.kernel.actor import Actor


def visible_openings(actor: Actor, now: datetime) -> QuerySet[BreakGlass]:
    """Openings by others that the actor may review: the leader of the unit, and the privacy officer; never of own kin."""
    if not actor.is_staff:
        return BreakGlass.objects.none()
    seen = Q(unit_id__in=list(actor.units(now, Role.UNIT_LEADER)))
    if actor.has_role(now, Role.PRIVACY_OFFICER):
        seen = Q()
    return (
        BreakGlass.objects.filter(seen)
        .exclude(staff_id=actor.id)
        .exclude(person_id__in=actor.kin_ids)
    )


def can_review_opening(actor: Actor, opening: BreakGlass, now: datetime) -> Decision:
    """May the actor see this opening and say what they think of it? Somebody else than who opened the card."""
    if opening.municipality_id != actor.municipality or not actor.is_staff:
        return no("other_municipality")
    if opening.staff_id == actor.id:
        return no("own_opening")
    if opening.person_id in actor.kin_ids:
        return no("own_kin")
    if actor.has_role(now, Role.PRIVACY_OFFICER):
        return yes("privacy_officer")
    leads = opening.unit_id in actor.units(now, Role.UNIT_LEADER)
    return yes("leads_the_unit") if leads else no("wrong_role")
