"""Frida Moen, a nurse in the middle zone, whose father Kjell is helped there: at work she finds neither him nor herself."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import cast

from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.shell.cast import citizen_named
from lagspill.shell.demo import lives
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor


def build(town: Town, now: datetime) -> None:
    """Kjell is helped by the zone where his daughter works; she is linked to herself."""
    me = citizen_named("frida")
    kjell = lives.add_care_recipient(
        town,
        now - timedelta(days=200),
        name="Kjell Moen",
        unit="hjemme-midt",
        birth_on=date(1947, 2, 3),
    )
    lives.add_caregiver(
        town,
        now - timedelta(days=90),
        name=me.name,
        care_recipient_id=kjell,
        code="adult_child",
        unit="hjemme-midt",
        reach=lives.reach(85),
        birth_on=me.birth_on,
        digits=me.digits,
    )
    frida_id = cast(uuid.UUID, town.staff[me.name].id)
    with use_actor(town.system) as system:
        access.link_staff(
            actor=system, now=now - timedelta(days=89), staff_id=frida_id, digits=me.digits
        )
        town.staff[me.name] = access_queries.get_staff_actor(frida_id, town.number)
