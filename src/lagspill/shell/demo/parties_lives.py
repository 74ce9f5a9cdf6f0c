"""Whom staff may speak with around Arne Haugen and Karl Nilsen: consents, a no, capacity, nearest, and Karl's guardian."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from lagspill.access import identity
from lagspill.kernel.actor import Actor, Kind
from lagspill.kernel.calendar import oslo_today
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.operations import NewConsent, NewRepresentation, NewStatement
from lagspill.people.rules import (
    Ability,
    ActsBy,
    Channel,
    Matter,
    NearestBasis,
    Reach,
    Scope,
    months_after,
)
from lagspill.shell.cast import citizen_named
from lagspill.shell.demo import lives
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor


def build(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """Build what the two have said, and who decides for Karl."""
    _arne(town, now, arne_id)
    _karl(town, now)


def _arne(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """Arne chose Berit as nearest, lets her know how the days go, and has not wanted to share more with Anne yet."""
    nurse = town.staff["Tone Sæther"]
    holder = identity.ensure_identity(identity.key_hash(citizen_named("bruker").digits))
    arne = Actor(Kind.CITIZEN, holder, town.number, arne_id)
    with use_actor(arne):
        close = {
            one.name: one
            for one in people_queries.get_parties(arne, arne_id, now - timedelta(days=40)).close
        }
        berit, anne = close["Berit Haugen"], close["Anne Haugen"]
        people.designate_nearest(
            actor=arne,
            now=now - timedelta(days=40),
            relation_id=berit.relation_id,
            basis=NearestBasis.NAMED,
        )
        people.give_consent(
            actor=arne,
            now=now - timedelta(days=40),
            new=NewConsent(
                arne_id, berit.person_id, ("everyday", "help"), "daily_help", None, "portal"
            ),
        )
    with use_actor(nurse):
        last_on = months_after(oslo_today(now - timedelta(days=35)), 12)
        people.give_consent(
            actor=nurse,
            now=now - timedelta(days=35),
            new=NewConsent(arne_id, None, ("sudden",), "safety", last_on, "in_person"),
        )
        people.tell(
            actor=nurse,
            now=now - timedelta(days=12),
            file_id=berit.file_id,
            relation_id=berit.relation_id,
            topics=["everyday"],
        )
        people.note_no(
            actor=nurse,
            now=now - timedelta(days=20),
            relation_id=anne.relation_id,
            again_on=months_after(oslo_today(now - timedelta(days=20)), 3),
        )


def _karl(town: Town, now: datetime) -> None:
    """Marit is Karl's sister and guardian; their father cares for him too, and his items are not hers to read."""
    me, leader = citizen_named("verge"), town.staff["Elin Holm"]
    karl_id = lives.add_care_recipient(
        town,
        now - timedelta(days=150),
        name="Karl Nilsen",
        unit="hjemme-nord",
        birth_on=date(1971, 4, 3),
    )
    marit = lives.add_caregiver(
        town,
        now - timedelta(days=140),
        name=me.name,
        care_recipient_id=karl_id,
        code="sibling",
        unit="hjemme-nord",
        reach=Reach(Channel.PHONE, "00010004", "marit@example.no", "Sjøgata 9, 8656 Mosjøen"),
        birth_on=me.birth_on,
        digits=me.digits,
    )
    lives.add_caregiver(
        town,
        now - timedelta(days=130),
        name="Torleif Nilsen",
        care_recipient_id=karl_id,
        code="parent",
        unit="hjemme-nord",
        reach=Reach(Channel.PHONE, "00010005", "", "Sjøgata 11, 8656 Mosjøen"),
        birth_on=date(1944, 6, 8),
    )
    decided_at = now - timedelta(days=90)
    with use_actor(leader):
        for matter in (Matter.INFORMATION_SHARING, Matter.HEALTH_CARE):
            people.state_capacity(
                actor=leader,
                now=decided_at,
                new=NewStatement(
                    karl_id,
                    matter,
                    Ability.UNABLE,
                    oslo_today(decided_at),
                    "Lege Hanne Berg",
                    "Karl forstår ikke hva det gjelder etter hjerneslaget.",
                    is_told_recipient=True,
                    is_told_nearest=True,
                ),
            )
        people.add_representation(
            actor=leader,
            now=decided_at,
            new=NewRepresentation(
                karl_id,
                ActsBy.GUARDIAN,
                frozenset({Scope.PERSONAL, Scope.HEALTH}),
                "Statsforvalteren, sak 2026/118",
                oslo_today(decided_at),
                person_id=marit.person_id,
            ),
        )
        people.designate_nearest(
            actor=leader,
            now=decided_at,
            relation_id=next(
                one.relation_id
                for one in people_queries.get_parties(leader, karl_id, decided_at).close
                if one.person_id == marit.person_id
            ),
            basis=NearestBasis.STATUTORY_ORDER,
        )
