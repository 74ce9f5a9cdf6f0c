"""What is open in an emergency, for the banner, and whose card it was, for the leader who reviews."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lagspill.access import queries as access
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import Person


@dataclass(frozen=True)
class Opened:
    """The card that the actor has open now, and until when."""

    person_id: uuid.UUID
    name: str
    ends_at: datetime


def may_break_glass(actor: Actor, now: datetime) -> bool:
    """True for those whose work is to meet and serve people."""
    return bool(policy.can_break_glass(actor, now))


def find_opened(actor: Actor, now: datetime) -> Opened | None:
    """The card that is open in an emergency, if any. One query when one is; the opening itself is logged."""
    opening = next((one for one in actor.openings if one.is_active(now)), None)
    if opening is None:
        return None
    person = policy.visible_cards(actor, now).filter(id=opening.person_id).first()
    return Opened(opening.person_id, person.name if person else "", opening.ends_at)


def name_for_review(actor: Actor, opening: access.OpeningView, now: datetime) -> str:
    """Whose card was opened: for the leader who reviews it. The privacy officer reads logs, and gets no name.

    Audited by `access.queries.get_opening`, which gave the opening.
    """
    if opening.unit_id not in actor.units(now, "unit_leader"):
        return ""
    person = Person.objects.exclude(id__in=actor.kin_ids).filter(id=opening.person_id).first()
    return person.name if person else ""
