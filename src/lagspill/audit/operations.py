"""Writes to the log. Called inside the act's own transaction: an act that is not logged did not happen.

The rows of one operation are written together as it ends, in the same savepoint.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Manager

from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel import acts
from lagspill.kernel.actor import Actor
from lagspill.kernel.facts import Fact
from lagspill.tenancy.scope import Scope, current, use

READ, WRITE, REFUSE, EXPORT, PRINT, SEND, SIGN_IN = (
    "read",
    "write",
    "refuse",
    "export",
    "print",
    "send",
    "sign_in",
)
BREAK_GLASS = "break_glass"


def record(
    actor: Actor,
    verb: str,
    noun: str,
    *,
    now: datetime,
    object_id: uuid.UUID | None = None,
    object_ids: Iterable[uuid.UUID] = (),
    file_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    fields: Iterable[str] = (),
    act: str = WRITE,
    reason: str = "",
) -> None:
    """Write one row. `person_id` is whom the act concerns, `fields` names of fields, never their words."""
    grants = actor.active_grants(now)
    row = Entry(
        municipality_id=actor.municipality,
        at=now,
        act=act,
        verb=verb,
        noun=noun,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_role=grants[0].role if grants else actor.system_name[:40],
        actor_unit_id=grants[0].unit_id if grants else None,
        object_id=object_id,
        object_ids=list(object_ids),
        file_id=file_id,
        person_id=person_id,
        fields=list(fields),
        reason=reason,
    )
    _keep(row)


def record_read(
    actor: Actor,
    verb: str,
    noun: str,
    *,
    now: datetime,
    object_id: uuid.UUID | None = None,
    object_ids: Iterable[uuid.UUID] = (),
    file_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    reason: str = "",
) -> None:
    """Write one row for a read of personal data: one per page, with the ids it showed."""
    record(
        actor,
        verb,
        noun,
        now=now,
        object_id=object_id,
        object_ids=object_ids,
        file_id=file_id,
        person_id=person_id,
        act=READ,
        reason=reason,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID | datetime | date):
        return str(value)
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(v) for v in value]
    return value


def store_fact(fact: Fact, now: datetime) -> None:
    """Keep the fact; the sink that `kernel.facts` calls."""
    payload = {key: _plain(value) for key, value in asdict(fact).items()}
    _keep(
        StoredFact(
            municipality_id=fact.municipality, at=now, type=type(fact).__name__, payload=payload
        )
    )


def _keep(row: Entry | StoredFact) -> None:
    acts.write_at_end(_write, (current(), row))


def _write(kept: list[tuple[Scope, Entry | StoredFact]]) -> None:
    """One statement for each table, in the municipality that was in scope when the rows were made."""
    for (municipality, is_fact), group in groupby(sorted(kept, key=_place_of), key=_place_of):
        scopes, rows = zip(*group, strict=True)
        table: Manager[Any] = StoredFact.objects if is_fact else Entry.objects
        with nullcontext() if current().municipality == municipality else use(scopes[0]):
            table.bulk_create(rows)


def _place_of(pair: tuple[Scope, Entry | StoredFact]) -> tuple[str, bool]:
    return pair[0].municipality, isinstance(pair[1], StoredFact)
