"""Traces: Arne Haugen's card opened in an emergency, once reviewed and once not yet, and what Arne asks about it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from lagspill.access import identity
from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.access.rules import Outcome, Why
from lagspill.agreements import queries as agreements
from lagspill.kernel.actor import Actor, Kind
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.shell.cast import citizen_named
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor

_FOUND = "Fant ham utenfor butikken. Han visste ikke hvor han bodde."
_ALONE = "Døra var låst og ingen svarte. Måtte vite hvem vi skulle ringe."
_SEEN = "Riktig å se hvem vi skulle ringe. Snakket med Jonas dagen etter."
_ASKED = "Hvem er Jonas, og hvorfor trengte noen fra sone sør å se kortet mitt?"


def build(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """Build what stands in Arne's log, and the question about it."""
    digits = citizen_named("bruker").digits
    opened = []
    for days, why, reason in ((21, Why.FOUND, _FOUND), (2, Why.NO_ANSWER, _ALONE)):
        at = now - timedelta(days=days)
        with use_actor(town.staff["Jonas Lie"]) as jonas:
            people.knock(actor=jonas, now=at, why=why)
            people.break_glass(
                actor=jonas,
                now=at,
                sought=people.Sought(digits=digits),
                why=why,
                reason=reason,
                hours=1,
            )
            access.close_card(actor=jonas, now=at + timedelta(minutes=20))
        opened.append(at)
    with use_actor(town.staff["Tone Sæther"]) as nurse:
        agreements.get_card(nurse, arne_id, now - timedelta(days=3))
    with use_actor(town.staff["Nina Dahl"]) as leader:
        waiting = access_queries.list_openings(leader, now)
        access.review_opening(
            actor=leader,
            now=now - timedelta(days=19),
            opening_id=next(one.id for one in waiting if one.starts_at == opened[0]),
            outcome=Outcome.OK,
            note=_SEEN,
        )
    _asks(town, now, arne_id)


def _asks(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    holder = identity.ensure_identity(identity.key_hash(citizen_named("bruker").digits))
    arne = Actor(Kind.CITIZEN, holder, town.number, arne_id)
    with use_actor(arne):
        log = people_queries.get_own_log(arne, now - timedelta(days=1), only="emergency")
        line = next(line for day in log.days for line in day.lines if line.why)
        people.ask_about_log(
            actor=arne, now=now - timedelta(days=1), entry_id=line.id, words=_ASKED
        )
