"""Who may see a name that is only suspected to be a caregiver's: those who contact caregivers where the person is helped."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, Decision, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import Suspected


def visible_suspected(actor: Actor, now: datetime) -> QuerySet[Suspected]:
    """Names the actor may see: in the units where they contact caregivers, and those they noted; never of own family."""
    if actor.is_system and actor.municipality:
        return Suspected.objects.all()
    if not (actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES)):
        return Suspected.objects.none()
    units = list(actor.units(now, *CAREGIVER_ROLES))
    found = Suspected.objects.filter(Q(unit_id__in=units) | Q(noted_by_id=actor.id))
    return found.exclude(care_recipient_id__in=actor.kin_ids) if actor.kin_ids else found


def can_see_suspected(actor: Actor, row: Suspected, now: datetime) -> Decision:
    """May the actor see this name? Says the same as `visible_suspected`."""
    if row.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_system:
        return yes("system")
    if not (actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES)):
        return no("wrong_role")
    if row.care_recipient_id in actor.kin_ids:
        return no("own_kin")
    if row.noted_by_id == actor.id:
        return yes("noted_it")
    in_unit = row.unit_id in actor.units(now, *CAREGIVER_ROLES)
    return yes("role") if in_unit else no("other_unit")
