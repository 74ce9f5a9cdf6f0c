"""What staff may tell a caregiver now, and why: what may always be told, what consent or a ground allows, what to do else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.content import Text
from lagspill.people import policy
from lagspill.people.models import (
    CapacityStatement,
    ConsentAsked,
    Designation,
    LegalGround,
    Relation,
    SharingConsent,
)
from lagspill.people.queries.party_views import label_of, last_day, party_words
from lagspill.people.rules import Ability, Matter, TellBasis, tell_basis
from lagspill.ui import dates


@dataclass(frozen=True)
class MayTellTopic:
    """A topic that may be told now, and the sentence that says why."""

    code: str
    label: Text
    icon: str
    why: str
    basis: str
    consent_id: uuid.UUID | None
    ground_id: uuid.UUID | None


@dataclass(frozen=True)
class MayTellRelation:
    """What may be told about one care recipient, what may not, and what to do then."""

    relation_id: uuid.UUID
    care_recipient_id: uuid.UUID
    name: str
    topics: tuple[MayTellTopic, ...]
    closed: tuple[str, ...]
    todo: str
    capacity: tuple[str, ...]
    is_nearest: bool
    has_parties_page: bool

    def find_topic(self, code: str) -> MayTellTopic | None:
        """The topic if it may be told."""
        return next((topic for topic in self.topics if topic.code == code), None)


@dataclass(frozen=True)
class MayTell:
    """What the reader may tell the caregiver of one file now. `relations` are those the reader may know of."""

    file_id: uuid.UUID
    caregiver: str
    always: tuple[tuple[str, Text], ...]
    relations: tuple[MayTellRelation, ...]

    @property
    def summary(self) -> str:
        """In one line: what may be told now, or that nothing new may."""
        summary = content.load("consents")["summary"]
        labels = dict.fromkeys(str(t.label) for one in self.relations for t in one.topics)
        if not labels:
            return str(summary["nothing"])
        return _sentence(summary["topics"], topics=", ".join(map(_lower, labels)))

    @property
    def can_note(self) -> bool:
        """True when something may be told that the care recipient is to see was told."""
        return any(one.topics and one.has_parties_page for one in self.relations)


@dataclass(frozen=True)
class _Held:
    """Everything the database knows about telling, for the relations of one file."""

    consents: list[SharingConsent]
    grounds: list[LegalGround]
    ability: dict[tuple[uuid.UUID, str], Ability]
    asked: dict[uuid.UUID, ConsentAsked]
    nearest: set[uuid.UUID]
    pages: set[uuid.UUID]


def may_tell(actor: Actor, file_id: uuid.UUID, now: datetime) -> MayTell:
    """What staff may tell the caregiver of a file now, and why, for each relation the actor may know of; audited.

    Somebody who may know of no relation is told what may always be told. Seven queries at most, however many relations.
    """
    always = tuple((row["icon"], row["text"]) for row in content.load("consents")["always"])
    relations = list(
        Relation.objects.filter(file_id=file_id, ends_at__isnull=True)
        .filter(item__in=policy.visible_items(actor, now))
        .select_related("care_recipient", "file__caregiver")
        .order_by("id")
    )
    if not (actor.is_staff and relations):
        return MayTell(file_id, "", always, ())
    held = _held(actor, relations, now)
    audit.record_read(
        actor,
        "may_tell",
        "consent",
        now=now,
        file_id=file_id,
        object_ids=[row.care_recipient_id for row in relations],
    )
    return MayTell(
        file_id,
        relations[0].file.caregiver.name,
        always,
        tuple(_relation(row, held, now) for row in relations),
    )


def _held(actor: Actor, relations: list[Relation], now: datetime) -> _Held:
    persons = [row.care_recipient_id for row in relations]
    caregiver_id = relations[0].file.caregiver_id
    latest = CapacityStatement.objects.filter(care_recipient_id__in=persons)
    asked = ConsentAsked.objects.filter(relation_id__in=[row.id for row in relations])
    nearest = Designation.objects.filter(
        relation_id__in=[row.id for row in relations], kind="nearest", ends_on__isnull=True
    )
    pages = policy.visible_parties(actor, now).filter(id__in=persons)
    return _Held(
        list(
            SharingConsent.objects.filter(
                Q(to_person_id=caregiver_id) | Q(to_person_id__isnull=True),
                care_recipient_id__in=persons,
                withdrawn_at__isnull=True,
                starts_at__lte=now,
            )
            .exclude(ends_at__lte=now)
            .order_by("id")
        ),
        list(
            LegalGround.objects.filter(care_recipient_id__in=persons, to_person_id=caregiver_id)
            .exclude(ends_at__lte=now)
            .order_by("id")
        ),
        {
            (row.care_recipient_id, row.matter): Ability(row.ability)
            for row in latest.order_by("decided_on", "stated_at", "id")
        },
        {row.relation_id: row for row in asked.order_by("asked_at", "id")},
        set(nearest.order_by("id").values_list("relation_id", flat=True)),
        set(pages.order_by("id").values_list("id", flat=True)),
    )


def _relation(row: Relation, held: _Held, now: datetime) -> MayTellRelation:
    person = row.care_recipient
    name = person.name or str(content.load("consents")["instead"]["care_recipient"])
    can = held.ability.get((person.id, Matter.INFORMATION_SHARING.value))
    topics, closed = [], []
    for code, words in party_words("topic").items():
        topic = _topic(row, code, held, can, name)
        if topic is not None:
            topics.append(topic)
        else:
            closed.append(_lower(str(words["label"])))
    return MayTellRelation(
        relation_id=row.id,
        care_recipient_id=person.id,
        name=name,
        topics=tuple(topics),
        closed=tuple(closed),
        todo=_todo(row, held, can, name, now, has_more=bool(topics)) if closed else "",
        capacity=tuple(
            _sentence(
                party_words("ability")[ability]["to_staff"], matter=label_of("matter", matter)
            )
            for (person_id, matter), ability in sorted(held.ability.items())
            if person_id == person.id
        ),
        is_nearest=row.id in held.nearest,
        has_parties_page=person.id in held.pages,
    )


def _topic(
    row: Relation, code: str, held: _Held, can: Ability | None, name: str
) -> MayTellTopic | None:
    mine = [c for c in held.consents if c.care_recipient_id == row.care_recipient_id]
    is_known = row.known_to_recipient_at is not None
    consent = next((c for c in mine if c.topic == code and is_known), None)
    grounds = (g for g in held.grounds if g.care_recipient_id == row.care_recipient_id)
    ground = next((g for g in grounds if g.topic == code), None)
    basis = tell_basis(
        code,
        has_consent=consent is not None,
        has_ground=ground is not None,
        is_nearest=row.id in held.nearest,
        ability=can,
    )
    if basis is None:
        return None
    words = party_words("topic")[code]
    consent = consent if basis is TellBasis.CONSENT else None
    ground = ground if basis is TellBasis.GROUND else None
    return MayTellTopic(
        code,
        words["label"],
        words["icon"],
        _why(consent, ground, name),
        basis.value,
        consent.id if consent else None,
        ground.id if ground else None,
    )


def _why(consent: SharingConsent | None, ground: LegalGround | None, name: str) -> str:
    tell = content.load("consents")["tell"]
    if consent is not None:
        if consent.ends_at is None:
            return _sentence(tell["consent_open"], name=name)
        return _sentence(tell["consent_until"], name=name, day=last_day(consent.ends_at))
    if ground is not None:
        return _sentence(tell["ground"], ground=_lower(label_of("ground", ground.ground)))
    return _sentence(tell["nearest"], name=name)


def _todo(
    row: Relation, held: _Held, can: Ability | None, name: str, now: datetime, *, has_more: bool
) -> str:
    """What to do about the topics that may not be told."""
    todo = content.load("consents")["todo"]
    if row.known_to_recipient_at is None:
        return _sentence(todo["unknown"], name=name)
    if can is Ability.UNABLE:
        return _sentence(todo["nearest"], name=name)
    asked = held.asked.get(row.id)
    if asked is not None and not has_more:
        if asked.again_on is None:
            return _sentence(todo["respect"], name=name)
        if asked.again_on > oslo_today(now):
            day = dates.date_full(asked.again_on, content.active_language())
            return _sentence(todo["ask_again"], name=name, day=day)
    return _sentence(todo["ask_more" if has_more or asked else "ask"], name=name)


def _lower(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"


def _sentence(text: Text, **values: str) -> str:
    return dates.capital(text.fill(content.active_language(), **values))
