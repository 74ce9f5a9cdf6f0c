"""Writes about what staff may tell a caregiver: consents given and withdrawn, a no that is asked again, grounds, what was told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import end_of_oslo_day, oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy, queries
from lagspill.people.models import (
    ConsentAsked,
    LegalGround,
    Person,
    Relation,
    Representation,
    SharingConsent,
    Told,
)
from lagspill.people.operations.family_rows import keep_allowed
from lagspill.people.rules import (
    READING_SCOPES,
    Ability,
    ActsBy,
    LegalBasis,
    Matter,
    consent_fault,
    current_age_group,
)
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class NewConsent:
    """What is consented to. `to_person_id` none: all caregivers the care recipient knows of. `last_on` none: until withdrawn.

    `representation_id`: staff record what somebody who acts for the care recipient says.
    """

    care_recipient_id: uuid.UUID
    to_person_id: uuid.UUID | None
    topics: tuple[str, ...]
    purpose: str
    last_on: date | None
    how: str
    representation_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Withdrawn:
    """The consent that ended, and what was told under it: that cannot be called back."""

    consent_id: uuid.UUID
    told: tuple[queries.ToldLine, ...]


def as_keeper(actor: Actor) -> AbstractContextManager[Actor]:
    """The scope in which the rows are written: a citizen may not in the database's own lock, so the system does."""
    keeper = system_actor("people.parties", actor.municipality) if actor.is_citizen else actor
    return use_actor(keeper)


@operation
def give_consent(
    *, actor: Actor, now: datetime, new: NewConsent, key: uuid.UUID | None = None
) -> list[SharingConsent]:
    """Give a consent for each topic: by the care recipient, by who acts for them, or recorded by staff with them.

    A consent to the same caregiver, topic and purpose is replaced. Raises NotFound unless the actor may see the parties,
    NotPossible("relation_not_known") for a caregiver the care recipient does not know of, and the fault of the rule.
    The same form twice gives nothing the second time.
    """
    person = queries.find_party(actor, new.care_recipient_id, now)
    _check_words(new)
    relations = _known_relations(actor, person.id, new.to_person_id, now)
    acting = _acting(actor, person, new.representation_id, now)
    fault = consent_fault(
        by=ActsBy(acting.ground) if acting else None,
        ability=policy.current_ability(person.id, Matter.INFORMATION_SHARING),
        recipient_age=current_age_group(person.birth_on, person.age_group, oslo_today(now)),
        is_own_favour=acting is not None
        and any(row.file.caregiver_id == acting.person_id for row in relations),
    )
    if fault:
        raise NotPossible(fault)
    ends_at = _end(new.last_on, now)
    if not access.claim_once(actor=actor, key=key, now=now):
        return []
    with as_keeper(actor):
        made = [_write(actor, now, new, topic, ends_at, acting) for topic in new.topics]
        for row in made:
            audit.record(
                actor,
                "give_consent",
                "consent",
                now=now,
                object_id=row.id,
                person_id=person.id,
                fields=("topic", "purpose", "to_person", "ends_at"),
            )
        facts.announce(
            events.ConsentGiven(
                person.municipality_id, person.id, tuple(row.id for row in relations)
            ),
            now=now,
        )
    return made


def _check_words(new: NewConsent) -> None:
    known = queries.party_words
    if not new.topics or set(new.topics) - set(known("topic")):
        raise NotPossible("unknown_topic")
    if new.purpose not in known("purpose") or new.how not in (
        "in_person",
        "phone",
        "paper",
        "portal",
    ):
        raise NotPossible("unknown_topic")


def _end(last_on: date | None, now: datetime) -> datetime | None:
    """The end, excluded, of a period that holds through `last_on`. Raises NotPossible("period_is_over")."""
    if last_on is None:
        return None
    if last_on < oslo_today(now):
        raise NotPossible("period_is_over")
    return end_of_oslo_day(last_on)


def _known_relations(
    actor: Actor, person_id: uuid.UUID, to_person_id: uuid.UUID | None, now: datetime
) -> list[Relation]:
    """Relations that a consent concerns: those the care recipient knows of and the actor may know of."""
    rows = Relation.objects.filter(
        care_recipient_id=person_id, ends_at__isnull=True, known_to_recipient_at__lte=now
    ).select_related("file")
    if to_person_id is not None:
        visible = rows.filter(
            file__caregiver_id=to_person_id, item__in=policy.visible_items(actor, now)
        )
        found = list(visible.order_by("id"))
        if not found:
            raise NotPossible("relation_not_known")
        return found
    with as_keeper(actor):  # all, also those a representative who is a caregiver knows nothing of
        return list(rows.order_by("id"))


def _acting(
    actor: Actor, person: Person, representation_id: uuid.UUID | None, now: datetime
) -> Representation | None:
    """By whom the consent is given, when not by the care recipient. Raises NotFound for what does not hold now."""
    if actor.is_citizen:
        if actor.person_id == person.id:
            return None
        return policy.represented(actor, now).filter(care_recipient_id=person.id).latest("id")
    if representation_id is None:
        return None
    found = Representation.objects.filter(
        policy.now_between(now),
        id=representation_id,
        care_recipient_id=person.id,
        scopes__overlap=sorted(READING_SCOPES),
    ).first()
    if found is None:
        raise NotFound("representation", representation_id)
    return found


def _write(
    actor: Actor,
    now: datetime,
    new: NewConsent,
    topic: str,
    ends_at: datetime | None,
    acting: Representation | None,
) -> SharingConsent:
    same = SharingConsent.objects.select_for_update(of=("self",)).filter(
        care_recipient_id=new.care_recipient_id,
        to_person_id=new.to_person_id,
        topic=topic,
        purpose=new.purpose,
        withdrawn_at__isnull=True,
    )
    for row in same:
        row.withdrawn_at, row.withdrawn_how = now, "renewed"
        row.save(update_fields=["withdrawn_at", "withdrawn_how"])
    return SharingConsent.objects.create(
        care_recipient_id=new.care_recipient_id,
        to_person_id=new.to_person_id,
        topic=topic,
        purpose=new.purpose,
        how="portal" if actor.is_citizen else new.how,
        representation=acting,
        recorded_by=actor.id if actor.is_staff else None,
        starts_at=now,
        ends_at=ends_at,
    )


@operation
def withdraw_consent(
    *, actor: Actor, now: datetime, consent_id: uuid.UUID, how: str = "portal"
) -> Withdrawn:
    """End a consent at once; answers with what was told under it. Withdrawing again changes nothing. Raises NotFound."""
    told = queries.get_consent(actor, consent_id, now).told
    with as_keeper(actor):
        row = SharingConsent.objects.select_for_update(of=("self",)).get(id=consent_id)
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.withdrawn_how = "portal" if actor.is_citizen else how
            row.save(update_fields=["withdrawn_at", "withdrawn_how"])
            with use_actor(system_actor("people.family", actor.municipality)):
                keep_allowed(row.care_recipient_id, now)
            audit.record(
                actor,
                "withdraw_consent",
                "consent",
                now=now,
                object_id=row.id,
                person_id=row.care_recipient_id,
                fields=("withdrawn_at",),
            )
    return Withdrawn(consent_id, told)


@operation
def note_no(
    *, actor: Actor, now: datetime, relation_id: uuid.UUID, again_on: date | None
) -> ConsentAsked:
    """The care recipient was asked and does not want to share; when to ask again, or never (`again_on` none).

    Raises NotFound, NotPossible("relation_not_known"), NotPossible("day_is_over").
    """
    relation = _relation_for_staff(actor, relation_id, now)
    if relation.known_to_recipient_at is None:
        raise NotPossible("relation_not_known")
    if again_on is not None and again_on <= oslo_today(now):
        raise NotPossible("day_is_over")
    row = ConsentAsked.objects.create(
        care_recipient_id=relation.care_recipient_id,
        relation=relation,
        asked_by=actor.id,
        asked_at=now,
        again_on=again_on,
    )
    audit.record(
        actor,
        "note_no",
        "consent",
        now=now,
        object_id=row.id,
        file_id=relation.file_id,
        person_id=relation.care_recipient_id,
        fields=("again_on",),
    )
    facts.announce(
        events.ConsentDeclined(
            relation.municipality_id,
            relation.file_id,
            relation.id,
            relation.care_recipient_id,
            relation.file.unit_id,
            again_on,
        ),
        now=now,
    )
    return row


def _staff_id(actor: Actor) -> uuid.UUID:
    if actor.id is None or not actor.is_staff:
        raise NotAllowed("wrong_role", noun="consent")
    return actor.id


def _relation_for_staff(actor: Actor, relation_id: uuid.UUID, now: datetime) -> Relation:
    """A relation staff may know of, to a care recipient whose parties they may see. Raises NotFound."""
    row = (
        Relation.objects.filter(
            id=relation_id,
            ends_at__isnull=True,
            item__in=policy.visible_items(actor, now),
            care_recipient__in=policy.visible_parties(actor, now),
        )
        .select_related("file", "care_recipient")
        .first()
    )
    if row is None or not actor.is_staff:
        raise NotFound("relation", relation_id)
    return row


@operation
def record_ground(
    *,
    actor: Actor,
    now: datetime,
    relation_id: uuid.UUID,
    topics: Sequence[str],
    ground: LegalBasis,
    why: str,
    last_on: date,
) -> list[LegalGround]:
    """Record why staff may tell a caregiver about topics without a consent, through `last_on`; one row for each topic.

    Raises NotFound, NotAllowed for others than those with the overview, NotPossible("relation_not_known"),
    NotPossible("why_missing"), NotPossible("unknown_topic"), NotPossible("period_is_over").
    """
    relation = _relation_for_staff(actor, relation_id, now)
    decision = policy.can_verify(actor, relation.care_recipient, now)
    if not decision:
        raise NotAllowed(decision.reason, noun="consent", object_id=relation_id)
    if relation.known_to_recipient_at is None:
        raise NotPossible("relation_not_known")
    if not topics or set(topics) - set(queries.party_words("topic")):
        raise NotPossible("unknown_topic")
    if not why.strip():
        raise NotPossible("why_missing")
    ends_at = _end(last_on, now)
    rows = LegalGround.objects.bulk_create(
        [
            LegalGround(
                care_recipient_id=relation.care_recipient_id,
                to_person_id=relation.file.caregiver_id,
                topic=topic,
                ground=ground.value,
                why=why.strip(),
                recorded_by=_staff_id(actor),
                starts_at=now,
                ends_at=ends_at,
            )
            for topic in topics
        ]
    )
    audit.record(
        actor,
        "record_ground",
        "legal_ground",
        now=now,
        object_ids=[row.id for row in rows],
        file_id=relation.file_id,
        person_id=relation.care_recipient_id,
        fields=("topic", "ground", "why"),
    )
    return rows


@operation
def end_ground(*, actor: Actor, now: datetime, ground_id: uuid.UUID) -> LegalGround:
    """End a legal ground at once. Raises NotFound, NotAllowed for others than those with the overview."""
    row = (
        LegalGround.objects.select_for_update(of=("self",))
        .filter(id=ground_id, care_recipient__in=policy.visible_parties(actor, now))
        .select_related("care_recipient")
        .first()
    )
    if row is None or not actor.is_staff:
        raise NotFound("legal_ground", ground_id)
    decision = policy.can_verify(actor, row.care_recipient, now)
    if not decision:
        raise NotAllowed(decision.reason, noun="legal_ground", object_id=ground_id)
    if row.ends_at is None or row.ends_at > now:
        row.ends_at = now
        row.save(update_fields=["ends_at"])
        keep_allowed(row.care_recipient_id, now)
        audit.record(
            actor,
            "end_ground",
            "legal_ground",
            now=now,
            object_id=row.id,
            person_id=row.care_recipient_id,
            fields=("ends_at",),
        )
    return row


@operation
def tell(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    relation_id: uuid.UUID,
    topics: Sequence[str],
    key: uuid.UUID | None = None,
) -> list[Told]:
    """Note that the caregiver was told about topics, under what allows it now. No text is kept.

    Raises NotFound for a relation the actor may not know of, NotPossible("may_not_tell") for a topic that nothing allows.
    """
    may = queries.may_tell(actor, file_id, now)
    about = next((row for row in may.relations if row.relation_id == relation_id), None)
    if about is None or not about.has_parties_page:
        raise NotFound("relation", relation_id)
    relation = Relation.objects.select_related("file").get(id=relation_id)
    rows = []
    for code in topics:
        topic = about.find_topic(code)
        if topic is None:
            raise NotPossible("may_not_tell")
        rows.append(
            Told(
                care_recipient_id=relation.care_recipient_id,
                file_id=file_id,
                to_person_id=relation.file.caregiver_id,
                topic=code,
                basis=topic.basis,
                consent_id=topic.consent_id,
                ground_id=topic.ground_id,
                told_by=_staff_id(actor),
                told_at=now,
            )
        )
    if not access.claim_once(actor=actor, key=key, now=now):
        return []
    Told.objects.bulk_create(rows)
    audit.record(
        actor,
        "tell",
        "told",
        now=now,
        object_ids=[row.id for row in rows],
        file_id=file_id,
        person_id=relation.care_recipient_id,
        fields=("topic",),
    )
    return rows


def announce_if_unasked(relation: Relation, now: datetime) -> None:
    """Say that nobody has asked the care recipient about this relation, when it has just become known to them."""
    person_id = relation.care_recipient_id
    held = SharingConsent.objects.filter(care_recipient_id=person_id, withdrawn_at__isnull=True)
    is_covered = held.exclude(ends_at__lte=now).filter(to_person_id__isnull=True).exists()
    cannot = policy.current_ability(person_id, Matter.INFORMATION_SHARING) is Ability.UNABLE
    if not (is_covered or cannot):
        facts.announce(
            events.ConsentNotAsked(
                relation.municipality_id,
                relation.file_id,
                relation.id,
                person_id,
                relation.file.unit_id,
            ),
            now=now,
        )
