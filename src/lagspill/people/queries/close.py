"""The relation as an item on its own page, who of the family is visible, and names only suspected."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import (
    Item,
    ItemFamily,
    ItemRelation,
    PendingWidening,
    Relation,
    RelationAnswer,
    Suspected,
    ToldRegistered,
)
from lagspill.people.queries.files import FileView, reach_of
from lagspill.people.queries.persons import PersonLine, find_serving_unit, person_line
from lagspill.people.queries.readers import reader_sentences
from lagspill.people.rules import (
    SUSPECTED_DIES_AFTER,
    AgeGroup,
    Audience,
    Channel,
    WideningState,
)
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor
from lagspill.ui import dates
from lagspill.ui.names import phone_display


@dataclass(frozen=True)
class Relative:
    """Another caregiver around the same person; `is_reader` of the item at hand."""

    person_id: uuid.UUID
    name: str
    label: str
    is_reader: bool = False


@dataclass(frozen=True)
class ToldView:
    """By when somebody is to be told that they are registered, and when and how they were."""

    tell_by: date
    told_at: datetime | None
    told_how: str
    is_overdue: bool


@dataclass(frozen=True)
class RelationPage:
    """One relation, for its caregiver and the file's staff: who knows of it, what they said, and who told them."""

    id: uuid.UUID
    item_id: uuid.UUID
    file_id: uuid.UUID
    caregiver: str
    care_recipient: PersonLine
    label: str
    is_known: bool
    answer: bool | None
    answered_at: datetime | None
    registered_by: str
    registered_words: str
    sentence: str
    shared_sentence: str
    waits: bool
    may_hide: bool
    is_adult: bool
    in_family: bool | None
    family: tuple[Relative, ...]
    told: ToldView | None
    may_letter: bool


@dataclass(frozen=True)
class SuspectedView:
    """A name that is perhaps a caregiver's. `dies_on` is when it is deleted by itself."""

    id: uuid.UUID
    name: str
    label: str
    code: str
    source_words: str
    care_recipient: PersonLine
    noted_at: datetime
    noted_by: str
    dies_on: date


def words_for(table: str, code: str) -> str:
    """A word of content/close.toml in the reader's language."""
    row = content.load("close")[table].get(code)
    return str(row) if row else ""


def _shown(relation: Relation) -> PersonLine:
    """The care recipient, with a word where there is no name."""
    person = person_line(relation.care_recipient)
    instead = str(content.load("audiences")["instead"]["care_recipient"])
    return person if person.name else replace(person, name=instead)


def _relation_label(relation: Relation) -> str:
    words = content.relations().get(relation.code)
    return relation.label or (str(words.label) if words else relation.code)


def get_relation_page(actor: Actor, relation_id: uuid.UUID, now: datetime) -> RelationPage:
    """One relation of a file the actor may open; audited. Raises NotFound, whether it is hidden or absent."""
    relation = (
        Relation.objects.filter(id=relation_id, ends_at__isnull=True)
        .filter(file__in=policy.visible_files(actor, now))
        .select_related("file__caregiver", "care_recipient", "item")
        .first()
    )
    if relation is None:
        raise NotFound("relation", relation_id)
    file = relation.file
    answers = {row.matter: row for row in RelationAnswer.objects.filter(relation=relation)}
    known, family = answers.get("known"), answers.get("family")
    sentences = reader_sentences(actor, file.id, [relation.id], now)
    waiting = PendingWidening.objects.filter(
        item_id=relation.item_id, state=WideningState.WAITING.value
    )
    told = ToldRegistered.objects.filter(relation=relation).first()
    audit.record_read(
        actor, "get_relation", "relation", now=now, object_id=relation.id, file_id=file.id
    )
    return RelationPage(
        id=relation.id,
        item_id=relation.item_id,
        file_id=file.id,
        caregiver=file.caregiver.name,
        care_recipient=_shown(relation),
        label=_relation_label(relation),
        is_known=relation.known_to_recipient_at is not None,
        answer=known.is_yes if known else None,
        answered_at=known.answered_at if known else None,
        registered_by=relation.registered_by,
        registered_words=words_for("from", relation.registered_by),
        sentence=sentences[relation.item.audience],
        shared_sentence=sentences[Audience.SHARED.value],
        waits=waiting.exists(),
        may_hide=relation.registered_by != "care_recipient",
        is_adult=policy.age_group(file.caregiver, now) is AgeGroup.ADULT,
        in_family=family.is_yes if family else None,
        family=_relatives_of(relation, now, actor) if family and family.is_yes else (),
        told=_told_view(told, now),
        may_letter=reach_of(file).allows(Channel.LETTER),
    )


def _told_view(row: ToldRegistered | None, now: datetime) -> ToldView | None:
    if row is None:
        return None
    late = row.told_at is None and row.tell_by < oslo_today(now)
    return ToldView(row.tell_by, row.told_at, words_for("told", row.told_how), late)


def _relatives_of(relation: Relation, now: datetime, actor: Actor) -> tuple[Relative, ...]:
    """The other caregivers around this care recipient who are visible to the caregiver of this relation."""
    with use_actor(system_actor("people.family", actor.municipality)):
        yeses = policy.family_yeses(now).filter(care_recipient_id=relation.care_recipient_id)
        if not yeses.filter(relation_id=relation.id).exists():
            return ()
        rows = (
            yeses.exclude(relation_id=relation.id)
            .select_related("relation", "file__caregiver")
            .order_by("id")
        )
        return tuple(_relative(row) for row in rows)


def _relative(row: RelationAnswer, *, is_reader: bool = False) -> Relative:
    caregiver = row.file.caregiver
    return Relative(caregiver.id, caregiver.name, _relation_label(row.relation), is_reader)


def list_relatives(
    actor: Actor, care_recipient_id: uuid.UUID, now: datetime
) -> list[tuple[uuid.UUID, Relative]]:
    """The other caregivers around a care recipient whom the caregiver sees in the family, with their file; audited by the
    page that shows them. Both have said yes; else the list is empty.
    """
    with use_actor(system_actor("people.family", actor.municipality)):
        rows = (
            policy.visible_relatives(actor, now)
            .filter(care_recipient_id=care_recipient_id)
            .select_related("relation", "file__caregiver")
            .order_by("id")
        )
        return [(row.file_id, _relative(row)) for row in rows]


def list_in_family(
    actor: Actor, care_recipient_id: uuid.UUID, now: datetime
) -> list[tuple[uuid.UUID, Relative]]:
    """For staff: those around a care recipient who said yes to being visible, among relations the actor may know of."""
    if not actor.is_staff:
        return []
    rows = (
        policy.family_yeses(now)
        .filter(care_recipient_id=care_recipient_id)
        .filter(relation__item__in=policy.visible_items(actor, now))
        .select_related("relation", "file__caregiver")
        .order_by("id")
    )
    return [(row.file_id, _relative(row)) for row in rows]


def get_own_as_helped(actor: Actor, now: datetime) -> PersonLine:
    """The signed-in citizen as somebody who gets help here, and so may say who is close. Raises NotFound; no audit."""
    if not (actor.is_citizen and actor.person_id):
        raise NotFound("person")
    person = policy.visible_parties(actor, now).filter(id=actor.person_id).first()
    if person is None or find_serving_unit(person.id, now) is None:
        raise NotFound("person")
    return person_line(person)


def find_own_relation(
    actor: Actor, care_recipient_id: uuid.UUID, now: datetime
) -> uuid.UUID | None:
    """The citizen's own relation to a care recipient, in an open file; an id for a link or an act."""
    if not actor.is_citizen:
        return None
    found: uuid.UUID | None = (
        Relation.objects.filter(care_recipient_id=care_recipient_id, ends_at__isnull=True)
        .filter(file__in=policy.visible_files(actor, now))
        .values_list("id", flat=True)
        .first()
    )
    return found


def has_said_family_yes(actor: Actor, care_recipient_id: uuid.UUID, now: datetime) -> bool:
    """True when the caregiver may be seen in the family around this person, by those who have said the same."""
    yeses = policy.family_yeses(now).filter(care_recipient_id=care_recipient_id)
    return bool(actor.is_citizen and yeses.filter(file__caregiver_id=actor.person_id).exists())


def family_choices(actor: Actor, item_id: uuid.UUID, now: datetime) -> tuple[Relative, ...]:
    """Whom the caregiver may name as readers of an item of the file, and who is named; for the caregiver and the file's
    staff. Five queries at most; the page that shows them audits.
    """
    item = (
        policy.visible_items(actor, now)
        .filter(id=item_id, file__in=policy.visible_files(actor, now))
        .exclude(audience__in=(Audience.DRAFT.value, Audience.MINE.value))
        .first()
    )
    if item is None:
        return ()
    with use_actor(system_actor("people.family", actor.municipality)):
        named = set(ItemFamily.objects.filter(item=item).values_list("person_id", flat=True))
        around = policy.family_yeses(now).filter(
            file_id=item.file_id, care_recipient_id__in=_recipients(item)
        )
        rows = (
            policy.family_yeses(now)
            .filter(care_recipient_id__in=around.values("care_recipient_id"))
            .exclude(file_id=item.file_id)
            .select_related("relation", "file__caregiver")
            .order_by("id")
        )
        found = {
            row.file_id: _relative(row, is_reader=row.file.caregiver_id in named) for row in rows
        }
        return tuple(found.values())


def _recipients(item: Item) -> Sequence[uuid.UUID]:
    relations = Relation.objects.filter(file_id=item.file_id, ends_at__isnull=True)
    own = relations.filter(
        id__in=ItemRelation.objects.filter(item_id=item.id).values("relation_id")
    ).values_list("care_recipient_id", flat=True)
    return list(own) or list(relations.values_list("care_recipient_id", flat=True))


def may_note_suspected(actor: Actor, now: datetime) -> bool:
    """May the actor write down somebody who is perhaps a caregiver? For a link."""
    return actor.is_staff and bool(policy.can_register_caregiver(actor, now))


def get_suspected(actor: Actor, suspected_id: uuid.UUID, now: datetime) -> SuspectedView:
    """A name that is only suspected; audited. Raises NotFound."""
    row = (
        policy.visible_suspected(actor, now)
        .select_related("care_recipient", "noted_by")
        .filter(id=suspected_id)
        .first()
    )
    if row is None:
        raise NotFound("suspected", suspected_id)
    audit.record_read(
        actor,
        "get_suspected",
        "suspected",
        now=now,
        object_id=row.id,
        person_id=row.care_recipient_id,
    )
    return _suspected(row)


def _suspected(row: Suspected) -> SuspectedView:
    words = content.relations().get(row.code)
    return SuspectedView(
        row.id,
        row.name,
        str(words.label) if words else row.code,
        row.code,
        words_for("suspected_from", row.source),
        person_line(row.care_recipient),
        row.noted_at,
        row.noted_by.name,
        oslo_today(row.noted_at + SUSPECTED_DIES_AFTER),
    )


def registered_letter(
    actor: Actor, file: FileView, relation_id: uuid.UUID, now: datetime
) -> tuple[str, dict[str, Any]]:
    """Title and data of the letter that tells somebody that they are registered, in their language, as `ui.documents`
    wants them. Names nobody but the receiver and the sender: what they are to whom is told when they call.
    """
    language = file.language or "nb"
    text = content.load("close")
    relation = next(row for row in file.relations if row.id == relation_id)
    registered_by = Relation.objects.values_list("registered_by", flat=True).get(id=relation_id)
    sender = access.get_staff(actor.id) if actor.id else None
    phone = phone_display((sender.phone if sender else "") or tenancy.root_phone())
    with override(language):
        name = tenancy.municipality_name(file.municipality)
        municipality = _("%(name)s kommune") % {"name": name}
        page_label = _("Side {page} av {pages}")
        unprintable = _("Noen tegn kan ikke skrives ut og er vist som en rute.")

    def say(key: str, **values: str) -> str:
        return text.text_at(f"letter.{key}").fill(language, **values)

    known = say("known" if relation.is_known_to_recipient else "hidden")
    data: dict[str, Any] = {
        "sender": {"name": municipality, "address": tenancy.get_unit(file.unit_id).name},
        "recipient": [
            file.caregiver.name,
            *[part.strip() for part in file.reach.address.split(",") if part.strip()],
        ],
        "date": dates.date_full(oslo_today(now), language),
        "title": say("title"),
        "blocks": [
            {
                "text": say(
                    "lead",
                    municipality=municipality,
                    source=text.text_at(f"from.{registered_by}").in_(language),
                )
            },
            {"heading": say("what"), "text": say("what_text")},
            {"heading": say("who"), "text": say("who_text", care_recipient=known)},
            {"heading": say("rights"), "text": say("rights_text", phone=phone)},
        ],
        "contact": {
            "label": say("call"),
            "name": sender.name if sender else municipality,
            "phone": phone,
        },
        "signature": {
            "greeting": say("greeting"),
            "name": sender.name if sender else municipality,
            "role": sender.title if sender else "",
        },
        "page_label": page_label,
        "unprintable_note": unprintable,
        "large": False,
    }
    if settings.MODE != "production":
        note = content.load("invitation").text_at("letter.demo")
        data["demo_note"] = note.fill(language, municipality=name)
    return say("title"), data
