"""What nobody does now because a caregiver has died: counted, without names and without words."""

from __future__ import annotations

import uuid
from contextlib import nullcontext

from lagspill.agreements.models import Line
from lagspill.agreements.policy import CARD_AUDIENCES
from lagspill.agreements.rules import LineKind, VersionState, Who
from lagspill.kernel.actor import Actor, system_actor
from lagspill.people import policy as people_policy
from lagspill.people.rules import Audience
from lagspill.people.rules.closing import CloseReason
from lagspill.tenancy.scope import use_actor


def count_gaps(actor: Actor, person_id: uuid.UUID) -> int:
    """Tasks of caregivers who have died that nobody has taken over, of those that stood on the card for such a reader.

    For whoever may see the card; a number is no text, so it is counted where a citizen's own lock does not reach.
    """
    rungs = (Audience.SHARED.value,) if actor.is_citizen else CARD_AUDIENCES
    system = system_actor("agreements.gaps", actor.municipality)
    with use_actor(system) if actor.is_citizen else nullcontext():
        return Line.objects.filter(
            kind=LineKind.TASK.value,
            who__in=(Who.CAREGIVER.value, Who.SHARED.value),
            version__state=VersionState.CONFIRMED.value,
            file__closed_why=CloseReason.DIED.value,
            item__audience__in=rungs,
            item_id__in=people_policy.items_concerning(person_id).values("item_id"),
        ).count()
