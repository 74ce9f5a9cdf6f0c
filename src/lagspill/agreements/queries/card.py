"""The agreed-now card of a care recipient: what holds today, readable in seconds, filtered for whoever looks."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from lagspill.access import queries as access
from lagspill.access.queries import StaffCard
from lagspill.agreements import policy
from lagspill.agreements.models import Line
from lagspill.agreements.queries.gaps import count_gaps
from lagspill.agreements.queries.versions import in_order, who_label
from lagspill.agreements.rules import LineKind, Who
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people_policy
from lagspill.people import queries as people
from lagspill.people.queries import FileView, PersonLine, RelationView
from lagspill.people.rules import Channel
from lagspill.promises import queries as promises


@dataclass(frozen=True)
class CardLine:
    """One agreed line, with the caregiver it was agreed with; a measure with its promise: owner, date and state."""

    kind: str
    text: str
    when: str
    name: str
    phone: str
    substitute_name: str
    substitute_phone: str
    caregiver: str
    promise: promises.PromiseView | None = None


@dataclass(frozen=True)
class CardGroup:
    """Who does what: one caregiver by name, or a general word such as the service."""

    who: str
    name: str
    role: str
    is_reader: bool
    lines: tuple[CardLine, ...]


@dataclass(frozen=True)
class CardPerson:
    """Somebody around the care recipient. `phone` is there only for those who may use it; `note` is about safe contact."""

    name: str
    role: str
    phone: str = ""
    note: str = ""
    is_reader: bool = False


@dataclass(frozen=True)
class CardView:
    """What is agreed now around one care recipient, for one reader. `strip` is for staff, and for whose words they are."""

    person: PersonLine
    is_staff: bool
    is_own: bool
    is_pinned: bool
    contingency: tuple[CardLine, ...]
    contacts: tuple[CardLine, ...]
    groups: tuple[CardGroup, ...]
    matters: tuple[CardLine, ...]
    asks: tuple[CardLine, ...]
    measures: tuple[CardLine, ...]
    not_done: tuple[CardLine, ...]
    strip: tuple[CardLine, ...]
    caregivers: tuple[CardPerson, ...]
    staff: tuple[CardPerson, ...]
    review_on: date | None
    agreed_at: datetime | None
    entries: tuple[people.CardEntryView, ...] = ()
    gaps: int = 0  # tasks that nobody does now, as a caregiver has died

    @property
    def is_empty(self) -> bool:
        """True when nothing is agreed, or written for care, that the reader may see."""
        return self.agreed_at is None and not self.entries and not self.gaps

    @property
    def will_not(self) -> tuple[CardLine, ...]:
        """What a caregiver does not do: the first thing on the strip."""
        return tuple(line for line in self.strip if line.kind == LineKind.WILL_NOT)

    @property
    def strip_rest(self) -> tuple[CardLine, ...]:
        """The rest of the strip."""
        return tuple(line for line in self.strip if line.kind != LineKind.WILL_NOT)


def get_card(actor: Actor, person_id: uuid.UUID, now: datetime) -> CardView:
    """The card of a care recipient; audited once. Raises NotFound. Eleven queries at most, however many lines."""
    person = people.get_care_recipient(actor, person_id, now)
    # Asked by themselves: as a subquery, PostgreSQL goes through every line of the municipality instead.
    found = people_policy.items_concerning(person_id).values_list(
        "item_id", "item__kind", "item__must_record"
    )
    items = list(found)
    concerning = [item_id for item_id, _, _ in items]
    recorded = [item_id for item_id, kind, must in items if must or kind == "card_entry"]
    rows = in_order(
        list(
            policy.visible_card_lines(actor, now)
            .filter(item_id__in=concerning)
            .select_related("item", "version", "file__caregiver")
            .order_by("version__confirmed_at", "position")
        )
    )
    entries = people.list_card_entries(actor, recorded, now)
    circle = people.list_circle(actor, person_id, now)
    roles = {file.id: relation_words(relation) for relation, file in circle}
    staff = access.list_staff(sorted({row.version.lead_staff_id for row in rows}))
    made = promises.list_by_id(actor, [row.promise_id for row in rows if row.promise_id], now)
    shared = [row for row in rows if row.item.audience == "shared"]
    audit.record_read(
        actor,
        "get_card",
        "card",
        now=now,
        object_ids=[*(row.item_id for row in rows), *(entry.item_id for entry in entries)],
        person_id=person_id,
        reason="break_glass" if person_id in actor.opened_ids(now) else "",
    )
    return CardView(
        person=person,
        is_staff=actor.is_staff,
        is_own=actor.person_id == person_id,
        is_pinned=people.is_pinned(actor, person_id),
        contingency=_lines(shared, LineKind.CONTINGENCY),
        contacts=_lines(shared, LineKind.CONTACT),
        groups=_groups(actor, shared, roles),
        matters=_lines(shared, LineKind.MATTERS),
        asks=_lines(shared, LineKind.SERVICE_ASKS),
        measures=tuple(_line(row, made) for row in shared if row.kind == LineKind.MEASURE),
        not_done=_lines(shared, LineKind.WILL_NOT),
        strip=tuple(_line(row, made) for row in rows if row.item.audience != "shared"),
        caregivers=tuple(_kin(actor, relation, file) for relation, file in circle),
        staff=tuple(_colleague(member) for member in staff.values()),
        review_on=min(
            (row.version.review_on for row in rows if row.version.review_on), default=None
        ),
        agreed_at=max(
            (row.version.confirmed_at for row in rows if row.version.confirmed_at), default=None
        ),
        entries=tuple(entries),
        gaps=count_gaps(actor, person_id),
    )


def relation_words(relation: RelationView) -> str:
    """What a caregiver is to the care recipient, in the reader's language."""
    words = content.relations().get(relation.code)
    return relation.label or (str(words.label) if words else "")


def _line(
    row: Line, made: Mapping[uuid.UUID, promises.PromiseView] = MappingProxyType({})
) -> CardLine:
    return CardLine(
        row.kind,
        row.text,
        row.when_text,
        row.name,
        row.phone,
        row.substitute_name,
        row.substitute_phone,
        row.file.caregiver.name,
        made.get(row.promise_id) if row.promise_id else None,
    )


def _lines(rows: Sequence[Line], kind: LineKind) -> tuple[CardLine, ...]:
    return tuple(_line(row) for row in rows if row.kind == kind)


def _groups(
    actor: Actor, rows: Sequence[Line], roles: dict[uuid.UUID, str]
) -> tuple[CardGroup, ...]:
    """Tasks by who does them: each caregiver by name, then the service and the others, gaps last."""
    tasks = [row for row in rows if row.kind == LineKind.TASK]
    groups = []
    for file_id in dict.fromkeys(row.file_id for row in tasks if row.who == Who.CAREGIVER):
        own = [row for row in tasks if row.file_id == file_id and row.who == Who.CAREGIVER]
        caregiver = own[0].file.caregiver
        groups.append(
            CardGroup(
                Who.CAREGIVER.value,
                caregiver.name,
                roles.get(file_id, ""),
                caregiver.id == actor.person_id,
                tuple(map(_line, own)),
            )
        )
    for who in (Who.SERVICE, Who.SHARED, Who.VOLUNTEER, Who.NOBODY_YET, Who.NOT_WANTED):
        lines = tuple(_line(row) for row in tasks if row.who == who)
        if lines:
            groups.append(CardGroup(who.value, who_label(who.value), "", False, lines))
    return tuple(groups)


def _kin(actor: Actor, relation: RelationView, file: FileView) -> CardPerson:
    is_reader = file.caregiver.id == actor.person_id
    may_call = (actor.is_staff or is_reader) and file.reach.allows(Channel.PHONE)
    return CardPerson(
        file.caregiver.name,
        relation_words(relation),
        file.reach.phone if may_call else "",
        file.reach.note if actor.is_staff else "",
        is_reader,
    )


def _colleague(member: StaffCard) -> CardPerson:
    return CardPerson(member.name, member.title, member.phone)
