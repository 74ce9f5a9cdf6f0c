"""Reads of the log: who has read something, by role and unit, never by what stood there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lagspill.audit.models import Entry
from lagspill.kernel.actor import Actor

#: Acts that showed the words to somebody.
SHOWING = ("read", "print", "export")


@dataclass(frozen=True)
class ReadBy:
    """One reader of a thing: the kind of actor with role and unit at the time, and when it was read last."""

    actor_id: uuid.UUID | None
    actor_kind: str
    role: str
    unit_id: uuid.UUID | None
    act: str
    at: datetime


def list_reads(
    actor: Actor,
    ids: Sequence[uuid.UUID],
    *,
    file_id: uuid.UUID,
    person_ids: Sequence[uuid.UUID] = (),
    limit: int = 200,
) -> list[ReadBy]:
    """Who has read any of the things with these ids, in a file or on the cards of `person_ids`; latest first, each once.

    System only: whoever asks has asked the policy of what was read. Machines are left out.
    """
    if not actor.is_system:
        return []
    shown = Q(object_id__in=list(ids)) | Q(object_ids__overlap=list(ids))
    where = Q(file_id=file_id) | Q(person_id__in=list(person_ids))
    rows = Entry.objects.filter(
        where, shown, municipality_id=actor.municipality, act__in=SHOWING
    ).exclude(actor_kind="system")
    found: dict[tuple[uuid.UUID | None, str, uuid.UUID | None], ReadBy] = {}
    for row in rows.order_by("-at", "-id")[:limit]:
        key = (row.actor_id, row.actor_role, row.actor_unit_id)
        found.setdefault(
            key,
            ReadBy(
                row.actor_id, row.actor_kind, row.actor_role, row.actor_unit_id, row.act, row.at
            ),
        )
    return list(found.values())


# --- the log itself ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """Things that the owner of a log may know of: rows about them count from `since` on, in one file or wherever."""

    ids: tuple[uuid.UUID, ...]
    since: datetime | None = None
    file_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Slice:
    """A part of the log that somebody may see: rows of a file, of persons, or of things shown; `side` comes back with them.

    `verbs` are the only ones, `but_not` never; without `citizens` no citizen's acts but those of `own_id`.
    """

    side: str
    file_id: uuid.UUID | None = None
    person_ids: tuple[uuid.UUID, ...] = ()
    shown: tuple[Shown, ...] = ()
    verbs: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    citizens: bool = True
    own_id: uuid.UUID | None = None


@dataclass(frozen=True)
class LogRow:
    """One act of the log: ids and codes."""

    id: uuid.UUID
    side: str
    at: datetime
    act: str
    verb: str
    actor_kind: str
    actor_id: uuid.UUID | None
    role: str
    unit_id: uuid.UUID | None
    reason: str


#: What a log may be narrowed to.
ONLY: dict[str, Q] = {
    "": Q(),
    "read": Q(act="read"),
    "write": Q(act="write"),
    "out": Q(act__in=("print", "send", "export")),
    "emergency": Q(act="break_glass") | Q(reason="break_glass"),
}


def list_log(
    actor: Actor,
    slices: Sequence[Slice],
    *,
    only: str = "",
    after: str = "",
    entry_id: uuid.UUID | None = None,
    limit: int = 50,
) -> list[LogRow]:
    """Rows of these parts of the log, latest first, one query for each part. Refused knocks and reads by machines are left out.

    System only: whoever asks has made the parts from what the policy lets somebody see.
    """
    if not actor.is_system:
        return []
    found: dict[uuid.UUID, LogRow] = {}
    base = Entry.objects.filter(
        ONLY.get(only, Q()), ~Q(act="refuse"), municipality_id=actor.municipality
    ).exclude(act="read", actor_kind="system")
    base = base.filter(_before(after))
    if entry_id is not None:
        base = base.filter(id=entry_id)
    for part in slices:
        for row in base.filter(_within(part)).order_by("-at", "-id")[:limit]:
            found.setdefault(row.id, _log_row(row, part.side))
    return sorted(found.values(), key=lambda row: (row.at, row.id), reverse=True)[:limit]


def key_of(row: LogRow) -> str:
    """The key after which the next page begins."""
    return f"{row.at.isoformat()}_{row.id}"


def _before(after: str) -> Q:
    """Rows after a key, which are earlier ones; a key that is none begins at the beginning."""
    at, _, row_id = after.partition("_")
    try:
        moment, last = datetime.fromisoformat(at), uuid.UUID(row_id)
    except ValueError:
        return Q()
    if moment.tzinfo is None:
        return Q()
    return Q(at__lte=moment) & (Q(at__lt=moment) | Q(id__lt=last))


def _within(part: Slice) -> Q:
    where = Q()
    if part.file_id is not None:
        where &= Q(file_id=part.file_id)
    if part.person_ids:
        where &= Q(person_id__in=part.person_ids)
    if part.shown:
        things = Q()
        for one in part.shown:
            of_one = Q(object_id__in=one.ids) | Q(object_ids__overlap=list(one.ids))
            if one.since is not None:
                of_one &= Q(at__gte=one.since)
            if one.file_id is not None:
                of_one &= Q(file_id=one.file_id)
            things |= of_one
        where &= things
    if part.verbs:
        where &= Q(verb__in=part.verbs)
    if part.but_not:
        where &= ~Q(verb__in=part.but_not)
    if not part.citizens:
        where &= ~Q(actor_kind="citizen") | Q(actor_id=part.own_id)
    if part.own_id is not None:
        where &= ~Q(actor_id=part.own_id, act="read")
    return where


def _log_row(row: Entry, side: str) -> LogRow:
    return LogRow(
        row.id,
        side,
        row.at,
        row.act,
        row.verb,
        row.actor_kind,
        row.actor_id,
        row.actor_role,
        row.actor_unit_id,
        row.reason,
    )


@dataclass(frozen=True)
class Sought:
    """What the privacy officer looks for in the log."""

    person_ids: tuple[uuid.UUID, ...] = ()
    file_ids: tuple[uuid.UUID, ...] = ()
    staff_id: uuid.UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def search_log(
    actor: Actor,
    sought: Sought,
    *,
    hidden_files: Sequence[uuid.UUID] = (),
    after: str = "",
    limit: int = 50,
) -> list[LogRow]:
    """Rows about a person, by an employee, in a period; latest first, refused knocks too. Own kin is never among them.

    For staff whose policy was asked by `people`, and never for citizens.
    """
    if not actor.is_staff:
        return []
    rows = Entry.objects.filter(municipality_id=actor.municipality)
    about = Q(person_id__in=sought.person_ids) | Q(file_id__in=sought.file_ids)
    if sought.person_ids or sought.file_ids:
        rows = rows.filter(about)
    if sought.staff_id is not None:
        rows = rows.filter(actor_id=sought.staff_id)
    if sought.starts_at is not None:
        rows = rows.filter(at__gte=sought.starts_at)
    if sought.ends_at is not None:
        rows = rows.filter(at__lt=sought.ends_at)
    rows = rows.filter(_before(after))
    if actor.kin_ids:
        rows = rows.exclude(person_id__in=actor.kin_ids)
    if hidden_files:
        rows = rows.exclude(file_id__in=list(hidden_files))
    return [_log_row(row, "") for row in rows.order_by("-at", "-id")[:limit]]
