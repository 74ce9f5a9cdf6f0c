"""Reads of work: the worklist by key, counts, what is due about one file. Codes, names and dates; never a word of a file."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from lagspill.access import queries as access
from lagspill.access.rules import CAREGIVER_ROLES, Role
from lagspill.audit import operations as audit
from lagspill.followup import policy
from lagspill.followup.models import OPEN, WorkItem
from lagspill.followup.rules import IN_CHILD_TRACK, RULES, Kind, Page, Span, Who, week_ends
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.content import Text
from lagspill.kernel.errors import NotFound
from lagspill.people import policy as people_policy
from lagspill.people.rules import Protection

PAGE_SIZE = 50
#: Work whose page is open to those whose role it is, also without the file.
_OWN_PAGE = (
    Kind.PROMISE,
    Kind.PROMISE_REPORT,
    Kind.GAP,
    Kind.BREAK_GLASS,
    Kind.LOG_QUESTION,
    Kind.CONTACT_SUSPECTED,
    *IN_CHILD_TRACK,
)
_FIELDS = (
    *("id", "kind", "file_id", "target_id", "unit_id", "role", "staff_id", "due_on", "opened_at"),
    *("caregiver", "protected", "unit_name", "staff_name", "may_open"),
)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to, as codes in the address."""

    who: Who = Who.ALL
    kind: Kind | None = None
    unit_id: uuid.UUID | None = None
    span: Span | None = None


@dataclass(frozen=True)
class KindWords:
    """A kind of work in words, with its icon."""

    code: str
    icon: str
    label: Text


@dataclass(frozen=True)
class WorkRow:
    """One line of a worklist."""

    id: uuid.UUID
    kind: str
    icon: str
    label: Text
    file_id: uuid.UUID | None
    name: str
    due_on: date
    opened_at: datetime
    role: Text
    staff_name: str
    unit: str
    page: Page
    target_id: uuid.UUID
    is_mine: bool
    may_take: bool
    opens_directly: bool


@dataclass(frozen=True)
class WorkPage:
    """One page of a worklist, and the key of the next one when there is more."""

    rows: tuple[WorkRow, ...]
    next: str = ""


@dataclass(frozen=True)
class UnitCount:
    """How much open work a unit has, among what the actor sees."""

    id: uuid.UUID
    name: str
    count: int


@dataclass(frozen=True)
class Counts:
    """Quick counts of what the actor sees: late, today, the rest of the week, taken by nobody, and all that match."""

    overdue: int = 0
    today: int = 0
    week: int = 0
    unassigned: int = 0
    matching: int = 0
    oldest_on: date | None = None
    units: tuple[UnitCount, ...] = field(default=())


@dataclass(frozen=True)
class Summary:
    """The worklist in short, for a start page."""

    counts: Counts
    first: tuple[WorkRow, ...]


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be given the work; `coordinates`: is the file's staff already."""

    id: uuid.UUID
    name: str
    title: str
    coordinates: bool


@dataclass(frozen=True)
class WorkView:
    """One piece of work, with what the actor may do with it."""

    row: WorkRow
    may_release: bool
    may_finish: bool
    colleagues: tuple[Colleague, ...]


@lru_cache(maxsize=1)
def kind_words() -> Mapping[Kind, KindWords]:
    """The words of each kind, in the order of `Kind`."""
    rows = {row["code"]: KindWords(**row) for row in content.load("work")["kind"]}
    return {kind: rows[kind.value] for kind in Kind}


# --- the list -----------------------------------------------------------------------------------------------------------


def list_work(
    actor: Actor, now: datetime, filters: Filters, after: str = "", limit: int = PAGE_SIZE
) -> WorkPage:
    """Open work the actor may see, by due date, from the key `after` on; audited. As many queries whatever it holds."""
    found = _find(actor, now, filters, _key(after), limit + 1)
    seen = policy.visible_work(actor, now).filter(id__in=found[:limit])
    shown = _rows(actor, list(_columns(seen, actor, now).order_by("due_on", "id")), now)
    audit.record_read(
        actor,
        "list_work",
        "work",
        now=now,
        object_ids=[row.file_id for row in shown if row.file_id],
    )
    last = shown[-1] if len(found) > limit and shown else None
    return WorkPage(shown, f"{last.due_on.isoformat()}_{last.id}" if last else "")


def _key(after: str) -> tuple[date, uuid.UUID] | None:
    """The key of the row before the page; a key that is none begins at the beginning."""
    day, _, row_id = after.partition("_")
    try:
        return date.fromisoformat(day), uuid.UUID(row_id)
    except ValueError:
        return None


#: Each unit is asked by equality, which walks `work_by_unit` in order and stops at the limit; a list of units in one
#: condition would keep the planner from it. Work held elsewhere is asked the same way of `work_by_staff`. Finds
#: candidates only: what is shown passes the policy again.
_WALK = """
SELECT w.id FROM (
    SELECT one.id, one.due_on
    FROM unnest(%(units)s::uuid[], %(roles)s::text[]) AS mine (unit_id, roles)
    CROSS JOIN LATERAL (
        SELECT id, due_on FROM followup_work_item item
        WHERE item.municipality_id = %(municipality)s AND item.unit_id = mine.unit_id
        AND ((item.role = ANY(string_to_array(mine.roles, ','))
              AND (item.role <> %(leader)s OR item.staff_id IS NULL)) OR item.staff_id = %(actor)s)
        {narrow}
        ORDER BY item.due_on, item.id LIMIT %(limit)s
    ) one
    UNION ALL
    (SELECT item.id, item.due_on FROM followup_work_item item
     WHERE item.municipality_id = %(municipality)s AND item.staff_id = %(actor)s AND %(held)s
     AND item.unit_id <> ALL(%(units)s::uuid[]) {narrow}
     ORDER BY item.due_on, item.id LIMIT %(limit)s)
) w ORDER BY w.due_on, w.id LIMIT %(limit)s
"""


def _find(
    actor: Actor,
    now: datetime,
    filters: Filters,
    after: tuple[date, uuid.UUID] | None,
    limit: int,
) -> list[uuid.UUID]:
    """Ids in order, the first `limit` after the key."""
    roles = policy.seen_roles(actor, now)
    units = [] if filters.who is Who.ME else sorted(u for u in roles if _is_asked(filters, u))
    first, last = _days(filters.span, oslo_today(now))
    values = {
        "municipality": actor.municipality,
        "actor": actor.id,
        "leader": Role.UNIT_LEADER.value,
        "units": units,
        "roles": [",".join(sorted(roles[unit_id])) for unit_id in units],
        "held": filters.who in (Who.ME, Who.ALL),
        "unit": filters.unit_id,
        "kind": filters.kind.value if filters.kind else None,
        "first": first,
        "last": last,
        "after_day": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    narrow = "AND item.closed_at IS NULL"
    for is_on, condition in (
        (filters.who is Who.NOBODY, "item.staff_id IS NULL"),
        (filters.unit_id, "item.unit_id = %(unit)s"),
        (filters.kind, "item.kind = %(kind)s"),
        (first, "item.due_on >= %(first)s"),
        (last, "item.due_on <= %(last)s"),
        (after, "(item.due_on, item.id) > (%(after_day)s, %(after_id)s)"),
    ):
        narrow += f" AND {condition}" if is_on else ""
    with connection.cursor() as cursor:
        cursor.execute(_WALK.format(narrow=narrow), values)
        return [row[0] for row in cursor.fetchall()]


def _is_asked(filters: Filters, unit_id: uuid.UUID) -> bool:
    return filters.unit_id in (None, unit_id)


def _columns(rows: QuerySet[WorkItem], actor: Actor, now: datetime) -> QuerySet[Any]:
    """What a line shows, and whether the actor may open the file it is about: in the same query."""
    files = people_policy.visible_files(actor, now).filter(id=OuterRef("file_id"))
    return rows.annotate(
        caregiver=F("file__caregiver__name"),
        protected=F("file__caregiver__protected"),
        unit_name=F("unit__name"),
        staff_name=F("staff__name"),
        may_open=Exists(files),
    ).values(*_FIELDS)


def _days(span: Span | None, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of a span; none where it is open."""
    if span is Span.OVERDUE:
        return None, today - timedelta(days=1)
    if span is Span.TODAY:
        return today, today
    return (today + timedelta(days=1), week_ends(today)) if span is Span.WEEK else (None, None)


def _by_span(span: Span | None, today: date) -> Q:
    first, last = _days(span, today)
    found = Q(due_on__gte=first) if first else Q()
    return found & Q(due_on__lte=last) if last else found


def _by_who_and_kind(filters: Filters) -> Q:
    found = Q(staff__isnull=True) if filters.who is Who.NOBODY else Q()
    return found & Q(kind=filters.kind.value) if filters.kind else found


def _without_file(kind: Kind) -> str:
    """What stands where a name would: work without a file names nobody."""
    words = {Kind.BREAK_GLASS: gettext("Nødåpning"), Kind.LOG_QUESTION: gettext("Spørsmål om logg")}
    return words.get(kind) or gettext("Barnesporet")


def _name_of(row: dict[str, Any], kind: Kind, names_all: bool) -> str:
    """The caregiver by name; whoever holds work about somebody with the strictest protection sees no name here."""
    if not row["file_id"]:
        return _without_file(kind)
    is_hidden = row["protected"] == Protection.STRICT and not (names_all and row["may_open"])
    return gettext("Skjermet") if is_hidden else str(row["caregiver"])


def _rows(actor: Actor, rows: Sequence[dict[str, Any]], now: datetime) -> tuple[WorkRow, ...]:
    words, roles = kind_words(), content.roles()
    takes = policy.taken_roles(actor, now)
    names_all = actor.has_role(now, *people_policy.NAMED_ROLES)
    made = []
    for row in rows:
        kind, is_mine = Kind(row["kind"]), row["staff_id"] == actor.id
        fits = row["role"] in takes.get(row["unit_id"], frozenset())
        made.append(
            WorkRow(
                row["id"],
                kind.value,
                words[kind].icon,
                words[kind].label,
                row["file_id"],
                _name_of(row, kind, names_all),
                row["due_on"],
                row["opened_at"],
                roles[row["role"]].label,
                row["staff_name"] or "",
                ""
                if row["protected"] and not (names_all and row["may_open"])
                else row["unit_name"],
                RULES[kind].page,
                row["target_id"],
                is_mine,
                fits and row["staff_id"] is None,
                is_mine or row["may_open"] or (fits and not row["staff_id"] and kind in _OWN_PAGE),
            )
        )
    return tuple(made)


# --- counts ---------------------------------------------------------------------------------------------------------------


def count_work(actor: Actor, now: datetime, filters: Filters = Filters()) -> Counts:
    """Quick counts of the actor's work, in one query. The unit and the span narrow only `matching`."""
    today = oslo_today(now)
    seen = policy.visible_work(actor, now).filter(_by_who_and_kind(filters))
    if filters.who is Who.ME:
        seen = seen.filter(policy.is_held(actor))
    if filters.who is Who.UNIT:
        seen = seen.filter(unit_id__in=[*policy.seen_roles(actor, now)])
    rows = list(
        seen.values("unit_id", "unit__name")
        .annotate(
            count=Count("id"),
            overdue=Count("id", filter=_by_span(Span.OVERDUE, today)),
            today=Count("id", filter=_by_span(Span.TODAY, today)),
            week=Count("id", filter=_by_span(Span.WEEK, today)),
            unassigned=Count("id", filter=Q(staff__isnull=True)),
            matching=Count("id", filter=_by_span(filters.span, today)),
            oldest=Min("due_on"),
        )
        .order_by("unit__name", "unit_id")
    )
    chosen = [row for row in rows if filters.unit_id in (None, row["unit_id"])]
    return Counts(
        overdue=sum(row["overdue"] for row in chosen),
        today=sum(row["today"] for row in chosen),
        week=sum(row["week"] for row in chosen),
        unassigned=sum(row["unassigned"] for row in chosen),
        matching=sum(row["matching"] for row in chosen),
        oldest_on=min((row["oldest"] for row in chosen), default=None),
        units=tuple(UnitCount(row["unit_id"], row["unit__name"], row["count"]) for row in rows),
    )


def summary(actor: Actor, now: datetime, most: int = 5) -> Summary:
    """Counts and the first few lines, for the start page; audited."""
    return Summary(count_work(actor, now), list_work(actor, now, Filters(), limit=most).rows)


# --- one ------------------------------------------------------------------------------------------------------------------


def has_open(actor: Actor, file_id: uuid.UUID, kind: Kind, now: datetime) -> bool:
    """True when there is open work of the kind about a file that the actor may see. No names, so no audit."""
    return policy.visible_work(actor, now).filter(file_id=file_id, kind=kind.value).exists()


def list_for_file(actor: Actor, file_id: uuid.UUID, now: datetime) -> tuple[WorkRow, ...]:
    """All open work about a file, by due date; audited. Empty when the actor may not open the file."""
    files = people_policy.visible_files(actor, now)
    seen = WorkItem.objects.filter(OPEN, file_id=file_id, file__in=files)
    rows = _columns(seen, actor, now).order_by("due_on", "id")[:200]
    audit.record_read(actor, "list_for_file", "work", now=now, file_id=file_id)
    return _rows(actor, list(rows), now)


def get_work(actor: Actor, work_id: uuid.UUID, now: datetime) -> WorkView:
    """One piece of open work and what the actor may do with it; audited. Raises NotFound."""
    work = policy.visible_work(actor, now).select_related("unit").filter(id=work_id).first()
    if work is None:
        raise NotFound("work", work_id)
    row = _columns(WorkItem.objects.filter(id=work_id), actor, now).get()
    may_give = policy.can_give_work(actor, work, now)
    audit.record_read(actor, "get_work", "work", now=now, object_id=work.id, file_id=work.file_id)
    return WorkView(
        _rows(actor, [row], now)[0],
        bool(policy.can_release_work(actor, work, now)),
        bool(policy.can_finish_work(actor, work, now)),
        tuple(list_colleagues(actor, work, now)) if may_give else (),
    )


def list_colleagues(actor: Actor, work: WorkItem, now: datetime) -> list[Colleague]:
    """Who may be given this work: those who meet caregivers in its unit or above, by name; not who holds it now, nor
    family of those it is about.
    """
    found = access.list_members_above(roles=[Role.COORDINATOR.value], unit_id=work.unit_id, now=now)
    coordinators = {card.id for card in found}
    roles = [role.value for role in sorted(CAREGIVER_ROLES)]
    cards = access.list_members_above(roles=roles, unit_id=work.unit_id, now=now)
    ids = [card.id for card in cards]
    kin = people_policy.kin_among(work.file_id, ids) if work.file_id else frozenset()
    return [
        Colleague(card.id, card.name, card.title, card.id in coordinators)
        for card in cards
        if card.id != work.staff_id and card.id not in kin
    ]
