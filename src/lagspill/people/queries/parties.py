"""Reads about the parties: who is nearest, what may be told to whom, who decides what, and who acts for a care recipient."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

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
from lagspill.people.queries.party_views import (
    CapacityLine,
    CloseOne,
    ConsentLine,
    GroundLine,
    NearestLine,
    PartiesView,
    ReadFor,
    RepresentationLine,
    ToldLine,
)
from lagspill.people.queries.persons import person_line
from lagspill.people.rules import Matter, current_age_group, nearest_rank


def list_read_for(actor: Actor, now: datetime) -> list[ReadFor]:
    """Care recipients for whom the citizen lawfully reads now, in the municipality in scope. Audited by what shows them."""
    rows = policy.represented(actor, now).select_related("care_recipient").order_by("id")
    found = {row.care_recipient_id: row for row in rows}
    if not found:
        return []
    also = Relation.objects.filter(
        care_recipient_id__in=list(found), file__caregiver_id=actor.person_id, ends_at__isnull=True
    )
    held = set(also.values_list("care_recipient_id", flat=True))
    return [
        ReadFor(person_line(row.care_recipient), row.ground, row.care_recipient_id in held)
        for row in found.values()
    ]


def find_party(actor: Actor, person_id: uuid.UUID, now: datetime) -> Person:
    """The care recipient whose parties the actor may see, for operations. Raises NotFound; no audit."""
    person = policy.visible_parties(actor, now).filter(id=person_id).first()
    if person is None:
        raise NotFound("card", person_id)
    return person


def has_parties_page(actor: Actor, person_id: uuid.UUID, now: datetime) -> bool:
    """May the actor see the parties of this care recipient? For a link; the page itself is audited."""
    return policy.visible_parties(actor, now).filter(id=person_id).exists()


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
        reading=next(
            (row for row in list_read_for(actor, now) if row.person.id == person_id), None
        ),
        close=tuple(close),
        nearest=_nearest(close),
        consents=tuple(line for line in lines if line.is_active),
        ended=tuple(line for line in lines if not line.is_active),
        grounds=_grounds(person_id, names, now),
        capacity=_capacity(person_id),
        representations=tuple(_representation(row, names) for row in acts),
        told_otherwise=tuple(line for consent_id, line in told_lines if consent_id is None),
    )


def get_consent(actor: Actor, consent_id: uuid.UUID, now: datetime) -> ConsentLine:
    """One consent with what was told under it; audited. Raises NotFound."""
    row = policy.visible_consents(actor, now).filter(id=consent_id).first()
    if row is None:
        raise NotFound("consent", consent_id)
    view = get_parties(actor, row.care_recipient_id, now)
    return next(line for line in (*view.consents, *view.ended) if line.id == consent_id)


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
