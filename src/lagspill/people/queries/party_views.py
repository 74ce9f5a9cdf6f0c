"""What a page shows of the parties: frozen read models with their words; the reads themselves are in `parties`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from lagspill.kernel import content
from lagspill.people.queries.persons import PersonLine
from lagspill.people.rules import Ability, AgeGroup, Matter
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
    is_also_caregiver: bool

    @property
    def shown_name(self) -> str:
        """The care recipient's name, or a word instead."""
        return self.person.name or str(content.load("consents")["instead"]["care_recipient"])

    @property
    def role_words(self) -> str:
        """As what, in one word: "verge"."""
        return str(party_words("acts_by")[self.ground]["as_role"])


@dataclass(frozen=True)
class PartiesView:
    """All of it about one care recipient, for one reader. `reading` says for whom a representative looks, and as what."""

    person: PersonLine
    age: AgeGroup
    is_own: bool
    reading: ReadFor | None
    close: tuple[CloseOne, ...]
    nearest: tuple[NearestLine, ...]
    consents: tuple[ConsentLine, ...]
    ended: tuple[ConsentLine, ...]
    grounds: tuple[GroundLine, ...]
    capacity: tuple[CapacityLine, ...]
    representations: tuple[RepresentationLine, ...]
    told_otherwise: tuple[ToldLine, ...]  # on a ground, or as nearest

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
    def nearest_relations(self) -> tuple[uuid.UUID, ...]:
        """Relations of those who are nearest."""
        return tuple(line.close.relation_id for line in self.nearest)
