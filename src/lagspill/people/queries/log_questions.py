"""Questions about logs: one's own, and those that wait for the privacy officer; and the privacy officer's search in the log."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import identity
from lagspill.access import queries as access
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.audit import queries as log
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import end_of_oslo_day, start_of_oslo_day
from lagspill.kernel.content import Text
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import File, LogQuestion, Person
from lagspill.people.queries.log import PAGE_SIZE, by_whom, said_of
from lagspill.people.rules import name_key
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class FoundLine:
    """One row of the log for the privacy officer: what, by whom with name, role and unit, when. Never on whom, never a text."""

    id: uuid.UUID
    at: datetime
    act: str
    icon: str
    words: Text
    who: str
    is_refused: bool


@dataclass(frozen=True)
class LogQuestionView:
    """A question about a line of a log, with the line, and the answer when there is one."""

    id: uuid.UUID
    words: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    line: FoundLine | None = None


@dataclass(frozen=True, repr=False)
class LogSearch:
    """What the privacy officer typed: a person by national id or by name and birth date, an employee, days. Never printed."""

    digits: str = ""
    name: str = ""
    birth_on: date | None = None
    staff_id: uuid.UUID | None = None
    first: date | None = None
    last: date | None = None

    @property
    def names_person(self) -> bool:
        """True when a person is looked for."""
        return bool(self.digits or self.name)


def is_privacy_officer(actor: Actor, now: datetime) -> bool:
    """True for whoever looks after the logs of the municipality."""
    return actor.is_staff and actor.has_role(now, Role.PRIVACY_OFFICER)


def _view(row: LogQuestion, line: FoundLine | None = None) -> LogQuestionView:
    return LogQuestionView(row.id, row.words, row.asked_at, row.answer, row.answered_at, line)


def find_own_question(actor: Actor, entry_id: uuid.UUID, now: datetime) -> LogQuestionView | None:
    """What the citizen has asked about a line of the own log; the page of the line is audited."""
    row = policy.visible_log_questions(actor, now).filter(entry_id=entry_id).first()
    return _view(row) if row and actor.is_citizen else None


def get_log_question(actor: Actor, question_id: uuid.UUID, now: datetime) -> LogQuestionView:
    """A question for the privacy officer, with the line it is about; audited. Raises NotFound."""
    row = policy.visible_log_questions(actor, now).filter(id=question_id).first()
    if row is None or not actor.is_staff:
        raise NotFound("log_question", question_id)
    system = system_actor("people.log_questions", actor.municipality)
    with use_actor(system):
        found = log.list_log(system, [log.Slice("", citizens=True)], entry_id=row.entry_id, limit=1)
    audit.record_read(
        actor,
        "get_log_question",
        "log_question",
        now=now,
        object_id=row.id,
        person_id=row.person_id,
    )
    return _view(row, next(iter(_found(found)), None))


def list_open_log_questions(actor: Actor, now: datetime, limit: int = 50) -> list[LogQuestionView]:
    """Questions that wait for an answer, oldest first; audited."""
    rows = policy.visible_log_questions(actor, now).filter(answered_at__isnull=True)
    held = list(rows.order_by("id")[:limit])
    audit.record_read(
        actor, "list_open_log_questions", "log_question", now=now, object_ids=[r.id for r in held]
    )
    return [_view(row) for row in held]


def search_log(
    actor: Actor, sought: LogSearch, now: datetime, *, after: str = ""
) -> tuple[list[FoundLine], str]:
    """Rows of the log about a person, by an employee, in a period, latest first, and the key of the next page; audited.

    For the privacy officer alone. Raises NotFound. Somebody unknown, code 6 and own kin have no rows.
    """
    if not is_privacy_officer(actor, now):
        raise NotFound("page")
    person = _person(actor, sought)
    found: list[log.LogRow] = []
    if person is not None or (sought.staff_id and not sought.names_person):
        about = log.Sought(
            person_ids=(person.id,) if person else (),
            file_ids=tuple(File.objects.filter(caregiver_id=person.id).values_list("id", flat=True))
            if person
            else (),
            staff_id=sought.staff_id,
            starts_at=start_of_oslo_day(sought.first) if sought.first else None,
            ends_at=end_of_oslo_day(sought.last) if sought.last else None,
        )
        hidden = list(policy.kin_files(actor).values_list("id", flat=True))
        found = log.search_log(actor, about, hidden_files=hidden, after=after, limit=PAGE_SIZE + 1)
    audit.record_read(actor, "search_log", "log", now=now, person_id=person.id if person else None)
    shown = found[:PAGE_SIZE]
    return _found(shown), log.key_of(shown[-1]) if len(found) > PAGE_SIZE else ""


def _person(actor: Actor, sought: LogSearch) -> Person | None:
    if not sought.names_person:
        return None
    rows = Person.objects.exclude(protected="6").exclude(id__in=actor.kin_ids)
    if sought.digits:
        holder = identity.find_person(identity.key_hash(sought.digits))
        return rows.filter(id=holder or uuid.UUID(int=0)).first()
    same = rows.filter(name_key=name_key(sought.name), birth_on=sought.birth_on)
    held = list(same.order_by("id")[:2])
    return held[0] if len(held) == 1 else None


def _found(rows: Sequence[log.LogRow]) -> list[FoundLine]:
    units = tenancy.names_of_units(sorted({row.unit_id for row in rows if row.unit_id}))
    ids = sorted({row.actor_id for row in rows if row.actor_id and row.actor_kind == "staff"})
    names = {key: card.name for key, card in access.list_staff(ids).items()}
    lines = []
    for row in rows:
        words, icon = said_of(row)
        lines.append(
            FoundLine(
                row.id,
                row.at,
                row.act,
                icon,
                words,
                by_whom(row, units, names),
                row.act == "refuse",
            )
        )
    return lines
