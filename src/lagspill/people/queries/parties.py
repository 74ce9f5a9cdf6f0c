"""Reads about the parties: who is nearest, what may be told to whom, who decides what, and who acts for a care recipient."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import (
    CapacityStatement,
    Designation,
    LegalGround,
    Person,
    Relation,
    Representation,
    SharingConsent,
    Told,
)
from lagspill.people.queries.persons import PersonLine, person_line
from lagspill.people.rules import Ability, AgeGroup, Matter, current_age_group, nearest_rank
from lagspill.ui import dates


@lru_cache(maxsize=16)
def party_words(table: str) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a table of content/consents.toml, by code."""
    return {row["code"]: row for row in content.load("consents")[table]}


def last_day(ends_at: datetime) -> str:
    """The last day of a period whose end is excluded, in the reader's language."""
    return dates.date_full(ends_at - timedelta(seconds=1), content.active_language())


def label_of(table: str, code: str) -> str:
    """The words of a code, in the reader's language."""
    return str(party_words(table)[code]["label"])


def _capacity_words(matter: str, ability: str, spoken_to: str) -> str:
    text = party_words("ability")[ability][spoken_to]
    words: str = text.fill(content.active_language(), matter=label_of("matter", matter))
    return words


@dataclass(frozen=True)
class CloseOne:
    """A caregiver of the care recipient, as the reader may know of them. `rank` is the place in the statutory order."""

    relation_id: uuid.UUID
    file_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    code: str
    label: str
    is_known: bool
    rank: int | None


@dataclass(frozen=True)
class NearestLine:
    """Who is registered as nearest, since when, and why."""

    designation_id: uuid.UUID
    close: CloseOne
    basis: str
    since: date

    @property
    def basis_words(self) -> str:
        """Why, as staff read it."""
        return label_of("nearest", self.basis)

    @property
    def own_words(self) -> str:
        """Why, as the care recipient reads it."""
        return str(party_words("nearest")[self.basis]["to_you"])


@dataclass(frozen=True)
class ToldLine:
    """That something was told: about what, to whom, when, by whom."""

    topic: str
    to_name: str
    told_at: datetime
    by_name: str

    @property
    def topic_words(self) -> str:
        """The topic in words."""
        return label_of("topic", self.topic)


@dataclass(frozen=True)
class ConsentLine:
    """One consent. `to_name` is empty when all are meant, or when the reader may not know of that caregiver."""

    id: uuid.UUID
    care_recipient_id: uuid.UUID
    topic: str
    purpose: str
    is_to_all: bool
    to_name: str
    how: str
    acted_by: (
        str  # the ground of whoever gave it for the care recipient; empty when they did themselves
    )
    starts_at: datetime
    ends_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_how: str
    is_active: bool
    told: tuple[ToldLine, ...] = ()

    @property
    def topic_words(self) -> str:
        """The topic in words."""
        return label_of("topic", self.topic)

    @property
    def purpose_words(self) -> str:
        """Why, in words."""
        return dates.capital(label_of("purpose", self.purpose))

    @property
    def how_words(self) -> str:
        """How it was given, in words."""
        return label_of("how", self.how)

    @property
    def acted_by_words(self) -> str:
        """As what somebody gave it for the care recipient; empty when they did themselves."""
        return label_of("acts_by", self.acted_by) if self.acted_by else ""

    @property
    def last_day(self) -> str:
        """The last day it holds; empty when it holds until it is withdrawn."""
        return last_day(self.ends_at) if self.ends_at else ""


@dataclass(frozen=True)
class GroundLine:
    """What staff may tell without a consent, and why."""

    id: uuid.UUID
    topic: str
    ground: str
    to_name: str
    why: str
    ends_at: datetime | None

    @property
    def topic_words(self) -> str:
        """The topic in words."""
        return label_of("topic", self.topic)

    @property
    def ground_words(self) -> str:
        """The ground in words."""
        return label_of("ground", self.ground)

    @property
    def last_day(self) -> str:
        """The last day it holds."""
        return last_day(self.ends_at) if self.ends_at else ""


@dataclass(frozen=True)
class CapacityLine:
    """What was decided last in one matter, by whom and why."""

    matter: str
    ability: str
    decided_on: date
    decided_by: str
    why: str
    is_told_recipient: bool
    is_told_nearest: bool

    @property
    def staff_words(self) -> str:
        """What was decided, as staff read it."""
        return _capacity_words(self.matter, self.ability, "to_staff")

    @property
    def own_words(self) -> str:
        """What was decided, as the care recipient reads it."""
        return _capacity_words(self.matter, self.ability, "to_you")


@dataclass(frozen=True)
class RepresentationLine:
    """Somebody who acts for the care recipient now, or will."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    ground: str
    scopes: tuple[str, ...]
    document_ref: str
    starts_at: datetime
    ends_at: datetime | None

    @property
    def ground_words(self) -> str:
        """What gives the right to it."""
        return label_of("acts_by", self.ground)

    @property
    def role_words(self) -> str:
        """As what, in one word."""
        return str(party_words("acts_by")[self.ground]["as_role"])

    @property
    def scope_words(self) -> str:
        """What it covers."""
        return ", ".join(label_of("scope", scope) for scope in self.scopes).lower()

    @property
    def last_day(self) -> str:
        """The last day it holds; empty when no day is set."""
        return last_day(self.ends_at) if self.ends_at else ""


@dataclass(frozen=True)
class ReadFor:
    """A care recipient for whom the citizen lawfully reads, and as what."""

    person: PersonLine
    ground: str

    @property
    def role_words(self) -> str:
        """As what, in one word: "verge"."""
        return str(party_words("acts_by")[self.ground]["as_role"])


@dataclass(frozen=True)
class PartiesView:
    """All of it about one care recipient, for one reader. `reads_as` is the ground of a representative who looks."""

    person: PersonLine
    age: AgeGroup
    is_own: bool
    reads_as: str
    close: tuple[CloseOne, ...]
    nearest: tuple[NearestLine, ...]
    consents: tuple[ConsentLine, ...]
    ended: tuple[ConsentLine, ...]
    grounds: tuple[GroundLine, ...]
    capacity: tuple[CapacityLine, ...]
    representations: tuple[RepresentationLine, ...]
    told_otherwise: tuple[ToldLine, ...]  # on a ground, or as nearest
    is_also_caregiver: bool

    @property
    def is_nearest_told(self) -> bool:
        """True when the nearest is informed because the person cannot decide about sharing (pbrl § 3-3)."""
        cannot = (Matter.INFORMATION_SHARING.value, Ability.UNABLE.value)
        return bool(self.nearest) and any((c.matter, c.ability) == cannot for c in self.capacity)

    @property
    def shown_name(self) -> str:
        """The care recipient's name, or a word instead."""
        return self.person.name or str(content.load("consents")["instead"]["care_recipient"])

    @property
    def known(self) -> tuple[CloseOne, ...]:
        """Caregivers whom the care recipient knows of."""
        return tuple(one for one in self.close if one.is_known)

    @property
    def role_words(self) -> str:
        """As what a representative reads, in one word; empty for everybody else."""
        return str(party_words("acts_by")[self.reads_as]["as_role"]) if self.reads_as else ""

    @property
    def nearest_relations(self) -> tuple[uuid.UUID, ...]:
        """Relations of those who are nearest."""
        return tuple(line.close.relation_id for line in self.nearest)


def list_read_for(actor: Actor, now: datetime) -> list[ReadFor]:
    """Care recipients for whom the citizen lawfully reads now, in the municipality in scope. Audited by what shows them."""
    rows = policy.represented(actor, now).select_related("care_recipient").order_by("id")
    found = {row.care_recipient_id: row for row in rows}
    return [ReadFor(person_line(row.care_recipient), row.ground) for row in found.values()]


def find_party(actor: Actor, person_id: uuid.UUID, now: datetime) -> Person:
    """The care recipient whose parties the actor may see, for operations. Raises NotFound; no audit."""
    person = policy.visible_parties(actor, now).filter(id=person_id).first()
    if person is None:
        raise NotFound("card", person_id)
    return person


def get_parties(actor: Actor, person_id: uuid.UUID, now: datetime) -> PartiesView:
    """Everything about whom staff may speak with around one care recipient; audited once. Raises NotFound.

    A constant number of queries, however many caregivers and consents.
    """
    person = find_party(actor, person_id, now)
    acts = list(
        Representation.objects.filter(care_recipient_id=person_id)
        .exclude(ends_at__lte=now)
        .order_by("starts_at", "id")
    )
    own = [row for row in acts if row.person_id == actor.person_id and row.starts_at <= now]
    is_own = actor.person_id == person_id
    close = _close_ones(actor, person_id, now)
    consents = list(SharingConsent.objects.filter(care_recipient_id=person_id).order_by("-id"))
    told = list(Told.objects.filter(care_recipient_id=person_id).order_by("-id"))
    is_caregiver = any(one.person_id == actor.person_id for one in close)
    may_name = actor.is_staff or is_own or not is_caregiver
    names = _names(close, acts, [*consents, *told], may_name=may_name)
    staff = access.list_staff(sorted({row.told_by for row in told}))
    told_lines = [
        (
            row.consent_id,
            told_line(row, names, staff[row.told_by].name if row.told_by in staff else ""),
        )
        for row in told
    ]
    lines = [
        replace(
            consent_line(row, names, {r.id: r.ground for r in acts}, now),
            told=tuple(line for consent_id, line in told_lines if consent_id == row.id),
        )
        for row in consents
    ]
    audit.record_read(actor, "get_parties", "consent", now=now, person_id=person_id)
    return PartiesView(
        person=person_line(person),
        age=current_age_group(person.birth_on, person.age_group, oslo_today(now)),
        is_own=is_own,
        reads_as=own[0].ground if own and not is_own else "",
        close=tuple(close),
        nearest=_nearest(close),
        consents=tuple(line for line in lines if line.is_active),
        ended=tuple(line for line in lines if not line.is_active),
        grounds=_grounds(person_id, names, now),
        capacity=_capacity(person_id),
        representations=tuple(_representation(row, names) for row in acts),
        told_otherwise=tuple(line for consent_id, line in told_lines if consent_id is None),
        is_also_caregiver=is_caregiver,
    )


def get_consent(actor: Actor, consent_id: uuid.UUID, now: datetime) -> ConsentLine:
    """One consent with what was told under it; audited. Raises NotFound."""
    row = policy.visible_consents(actor, now).filter(id=consent_id).first()
    if row is None:
        raise NotFound("consent", consent_id)
    view = get_parties(actor, row.care_recipient_id, now)
    return next(line for line in (*view.consents, *view.ended) if line.id == consent_id)


def current_ability(person_id: uuid.UUID, matter: Matter) -> Ability | None:
    """What was decided last in a matter, for a policy or an operation that has asked who may."""
    rows = CapacityStatement.objects.filter(care_recipient_id=person_id, matter=matter.value)
    found = rows.order_by("-decided_on", "-stated_at").values_list("ability", flat=True).first()
    return Ability(found) if found else None


def _close_ones(actor: Actor, person_id: uuid.UUID, now: datetime) -> list[CloseOne]:
    rows = (
        Relation.objects.filter(care_recipient_id=person_id, ends_at__isnull=True)
        .filter(file__closed_at__isnull=True, item__in=policy.visible_items(actor, now))
        .select_related("file__caregiver")
        .order_by("id")
    )
    return [close_one(row, now) for row in rows]


def close_one(row: Relation, now: datetime) -> CloseOne:
    """A relation as a close one; `file__caregiver` must be loaded."""
    caregiver = row.file.caregiver
    age = current_age_group(caregiver.birth_on, caregiver.age_group, oslo_today(now))
    return CloseOne(
        row.id,
        row.file_id,
        caregiver.id,
        caregiver.name,
        row.code,
        relation_label(row),
        row.known_to_recipient_at is not None,
        nearest_rank(row.code, age),
    )


def relation_label(row: Relation) -> str:
    """What a caregiver is to the care recipient, in the reader's language."""
    words = content.relations().get(row.code)
    return row.label or (str(words.label) if words else row.code)


def _nearest(close: Sequence[CloseOne]) -> tuple[NearestLine, ...]:
    by_relation = {one.relation_id: one for one in close}
    rows = Designation.objects.filter(
        relation_id__in=list(by_relation), kind="nearest", ends_on__isnull=True
    ).order_by("starts_on", "id")
    return tuple(
        NearestLine(row.id, by_relation[row.relation_id], row.basis, row.starts_on) for row in rows
    )


def _names(
    close: Sequence[CloseOne],
    acts: Sequence[Representation],
    named: Iterable[SharingConsent | Told],
    *,
    may_name: bool,
) -> dict[uuid.UUID, str]:
    """Names the reader may know. A representative who is also a caregiver learns of no other caregiver by that."""
    names = {one.person_id: one.name for one in close}
    wanted = {row.person_id for row in acts}
    if may_name:
        wanted |= {row.to_person_id for row in named if row.to_person_id}
    missing = sorted(wanted - set(names))
    return names | dict(Person.objects.filter(id__in=missing).values_list("id", "name"))


def consent_line(
    row: SharingConsent,
    names: Mapping[uuid.UUID, str],
    grounds: Mapping[uuid.UUID, str],
    now: datetime,
) -> ConsentLine:
    """A consent as a read model."""
    is_active = row.withdrawn_at is None and (row.ends_at is None or row.ends_at > now)
    return ConsentLine(
        row.id,
        row.care_recipient_id,
        row.topic,
        row.purpose,
        row.to_person_id is None,
        names.get(row.to_person_id, "") if row.to_person_id else "",
        row.how,
        grounds.get(row.representation_id, "guardian") if row.representation_id else "",
        row.starts_at,
        row.ends_at,
        row.withdrawn_at,
        row.withdrawn_how,
        is_active,
    )


def told_line(row: Told, names: Mapping[uuid.UUID, str], by_name: str) -> ToldLine:
    """What was told as a read model."""
    return ToldLine(row.topic, names.get(row.to_person_id, ""), row.told_at, by_name)


def _grounds(
    person_id: uuid.UUID, names: Mapping[uuid.UUID, str], now: datetime
) -> tuple[GroundLine, ...]:
    rows = LegalGround.objects.filter(care_recipient_id=person_id).exclude(ends_at__lte=now)
    return tuple(
        GroundLine(
            row.id, row.topic, row.ground, names.get(row.to_person_id, ""), row.why, row.ends_at
        )
        for row in rows.order_by("-id")
    )


def _capacity(person_id: uuid.UUID) -> tuple[CapacityLine, ...]:
    """The latest statement in each matter, in the order of the matters."""
    rows = CapacityStatement.objects.filter(care_recipient_id=person_id)
    latest: dict[str, CapacityStatement] = {}
    for row in rows.order_by("decided_on", "stated_at", "id"):
        latest[row.matter] = row
    return tuple(
        CapacityLine(
            row.matter,
            row.ability,
            row.decided_on,
            row.decided_by,
            row.why,
            row.is_told_recipient,
            row.is_told_nearest,
        )
        for row in (latest[matter] for matter in Matter if matter in latest)
    )


def _representation(row: Representation, names: Mapping[uuid.UUID, str]) -> RepresentationLine:
    return RepresentationLine(
        row.id,
        row.person_id,
        names.get(row.person_id, ""),
        row.ground,
        tuple(row.scopes),
        row.document_ref,
        row.starts_at,
        row.ends_at,
    )
