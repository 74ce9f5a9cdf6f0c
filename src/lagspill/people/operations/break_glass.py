"""Open somebody's card in an emergency: first the knock, then the look-up, each in a transaction of its own.

What was typed to find the person is used once and kept nowhere.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import identity
from lagspill.access import operations as access
from lagspill.access.rules import Why
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import policy
from lagspill.people.models import Person
from lagspill.people.rules import name_key

_NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True, repr=False)
class Sought:
    """Who somebody looks for: by national id, or by full name and birth date. Never printed."""

    digits: str = ""
    name: str = ""
    birth_on: date | None = None


@operation
def knock(*, actor: Actor, now: datetime, why: Why) -> None:
    """Leave the trace that somebody asks to open a card, before anything is looked up. Raises NotFound for other roles.

    The caller commits it by itself: whatever the look-up ends in, the knock stands.
    """
    _require_role(actor, now)
    audit.record(actor, "knock", "break_glass", now=now, act=audit.BREAK_GLASS, reason=why.value)


@operation
def break_glass(
    *, actor: Actor, now: datetime, sought: Sought, why: Why, reason: str, hours: int
) -> uuid.UUID | None:
    """Open the card of whoever is sought, for an hour or two; the person's id, or none where nobody may be opened.

    Nobody of that name, more than one, code 6 and own kin answer alike, by the same queries and the same row in the log.
    Raises NotFound for other roles, NotPossible("card_open_already", "reason_too_short").
    """
    _require_role(actor, now)
    if len(reason.split()) < 2:
        raise NotPossible("reason_too_short")
    if actor.opened_ids(now):
        raise NotPossible("card_open_already")
    person_id = _find(actor, now, sought)
    if person_id is None:
        audit.record(
            actor, "break_glass", "break_glass", now=now, act=audit.REFUSE, reason="not_found"
        )
        return None
    access.open_card(
        actor=actor, now=now, person_id=person_id, why=why, reason=reason.strip(), hours=hours
    )
    return person_id


def _require_role(actor: Actor, now: datetime) -> None:
    if not policy.can_break_glass(actor, now):
        raise NotFound("page")


def _find(actor: Actor, now: datetime, sought: Sought) -> uuid.UUID | None:
    found = policy.openable(actor, now)
    if sought.digits:
        holder = identity.find_person(identity.key_hash(sought.digits))
        found = found.filter(id=holder or _NOBODY)
    else:
        found = found.filter(name_key=name_key(sought.name), birth_on=sought.birth_on)
    rows: list[Person] = list(found.order_by("id")[:2])
    return rows[0].id if len(rows) == 1 else None
