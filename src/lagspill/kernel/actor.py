"""Who acts. Built by `access` from a session or by a job; asked by every policy. Holds ids and roles, never names."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """The four kinds of actor; the database's second lock knows the same words (`app.kind`)."""

    VISITOR = "visitor"
    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Grant:
    """One membership of a staff member: a role, the unit it holds in with all units below it, and its period."""

    role: str
    unit_id: uuid.UUID
    unit_ids: frozenset[uuid.UUID]
    starts_at: datetime
    ends_at: datetime | None = None

    def is_active(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True)
class Opening:
    """One person's card opened to one staff member in an emergency (break-glass), for a short while."""

    person_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime

    def is_active(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True)
class Actor:
    """The acting party of one request, job or command, in at most one municipality at a time.

    `id` is the staff member's, the citizen identity's or the system actor's id. `person_id` is the citizen's person
    in `municipality`; staff never carry one. What they carry of their private life is `kin_ids`: themselves and those
    they care for, whose matters they never meet in the staff role (privacy model, "Staff who are kin").
    """

    kind: Kind
    id: uuid.UUID | None = None
    municipality: str | None = None
    person_id: uuid.UUID | None = None
    grants: tuple[Grant, ...] = field(default=())
    system_name: str = ""
    kin_ids: frozenset[uuid.UUID] = frozenset()
    openings: tuple[Opening, ...] = ()

    @property
    def is_staff(self) -> bool:
        return self.kind is Kind.STAFF

    @property
    def is_citizen(self) -> bool:
        return self.kind is Kind.CITIZEN

    @property
    def is_system(self) -> bool:
        return self.kind is Kind.SYSTEM

    def active_grants(self, now: datetime) -> tuple[Grant, ...]:
        """Grants in force at `now`; an ended grant gives nothing."""
        return tuple(g for g in self.grants if g.is_active(now))

    def has_role(self, now: datetime, *roles: str) -> bool:
        """True when a grant in force has one of `roles`, in whatever unit."""
        return any(g.role in roles for g in self.active_grants(now))

    def units(self, now: datetime, *roles: str) -> frozenset[uuid.UUID]:
        """Units covered by grants in force, units below included; only those of `roles` when any are given."""
        units: set[uuid.UUID] = set()
        for grant in self.active_grants(now):
            if not roles or grant.role in roles:
                units |= grant.unit_ids
        return frozenset(units)

    def opened_ids(self, now: datetime) -> frozenset[uuid.UUID]:
        """Persons whose card is open to the actor by break-glass at `now`; nobody's to one whose grants have ended."""
        if not self.active_grants(now):
            return frozenset()
        return frozenset(o.person_id for o in self.openings if o.is_active(now))


VISITOR = Actor(kind=Kind.VISITOR)

_SYSTEM_NAMESPACE = uuid.UUID("5f0c3b52-6a3e-4d57-9a0e-1f6f6c616773")


def system_actor(name: str, municipality: str | None = None) -> Actor:
    """A named system actor ("worker.sweep", "command.import-bundle"); the same name has the same id for ever."""
    return Actor(Kind.SYSTEM, uuid.uuid5(_SYSTEM_NAMESPACE, name), municipality, system_name=name)
