"""The log in plain words for whom it concerns: a caregiver's own file and items, a care recipient's card and what is shared.

Each sees only the own side. A care recipient's log is made of what they know: neither a hidden relation nor a file shows
in it. A caregiver's log tells nothing of the care recipient's own card and consents.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.audit import queries as log
from lagspill.audit.queries import LogRow, Shown, Slice
from lagspill.kernel import content
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.content import Text
from lagspill.people import policy
from lagspill.people.models import AudienceChange, LogQuestion, Relation
from lagspill.people.rules import Audience
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor

PAGE_SIZE = 40
CAREGIVER, ON_CARD, RECIPIENT, SHARED = "caregiver", "on_card", "recipient", "shared"
_ACTS = {"read": "read", "write": "write"}


@dataclass(frozen=True)
class LogLine:
    """One act in plain words: what, by whom, when; and the question asked about it, if any."""

    id: uuid.UUID
    at: datetime
    icon: str
    words: Text
    who: str
    why: str
    in_emergency: bool
    question_id: uuid.UUID | None = None


@dataclass(frozen=True)
class LogDay:
    """The lines of one day."""

    day: date
    lines: tuple[LogLine, ...]


@dataclass(frozen=True)
class OwnLog:
    """One page of somebody's own log, and the key of the next one when there is more."""

    days: tuple[LogDay, ...]
    next: str = ""


@lru_cache(maxsize=1)
def log_words() -> dict[tuple[str, str], Any]:
    """The line of content/log.toml for a verb on one side of the log."""
    return {
        (side, verb): line
        for line in content.load("log")["line"]
        for side in line["to"]
        for verb in line["verbs"]
    }


@lru_cache(maxsize=1)
def silent_verbs() -> tuple[str, ...]:
    """Verbs that stand in no log of an owner; the reasons stand beside them in content/log.toml."""
    return tuple(verb for group in content.load("log")["silent"] for verb in group["verbs"])


def _verbs(side: str) -> tuple[str, ...]:
    return tuple(verb for at, verb in log_words() if at == side)


def get_own_log(actor: Actor, now: datetime, *, only: str = "", after: str = "") -> OwnLog:
    """Who has read, changed, printed and sent what is the citizen's own, latest first; audited. As many queries whatever it holds."""
    rows = _rows(actor, now, only=only, after=after, limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    days: dict[date, list[LogLine]] = defaultdict(list)
    for line in _lines(actor, shown):
        days[oslo_today(line.at)].append(line)
    audit.record_read(actor, "get_own_log", "log", now=now, person_id=actor.person_id)
    return OwnLog(
        tuple(LogDay(day, tuple(lines)) for day, lines in days.items()),
        log.key_of(shown[-1]) if len(rows) > PAGE_SIZE else "",
    )


def find_own_line(actor: Actor, entry_id: uuid.UUID, now: datetime) -> LogLine | None:
    """One line of the citizen's own log; none when it is not theirs. No audit: the log itself was read."""
    rows = _rows(actor, now, entry_id=entry_id, limit=1)
    lines = _lines(actor, rows)
    return lines[0] if lines else None


def _rows(
    actor: Actor,
    now: datetime,
    *,
    limit: int,
    only: str = "",
    after: str = "",
    entry_id: uuid.UUID | None = None,
) -> list[LogRow]:
    if not (actor.is_citizen and actor.person_id):
        return []
    slices = [*_as_caregiver(actor, now), *_as_recipient(actor, now)]
    system = system_actor("people.own_log", actor.municipality)
    with use_actor(system):
        return log.list_log(system, slices, only=only, after=after, entry_id=entry_id, limit=limit)


def _as_caregiver(actor: Actor, now: datetime) -> list[Slice]:
    """Everything in the own file, and where own items were read on a card by staff."""
    file = policy.visible_files(actor, now).filter(caregiver_id=actor.person_id).first()
    if file is None:
        return []
    items = policy.visible_items(actor, now).filter(file_id=file.id)
    relations = Relation.objects.filter(file_id=file.id)
    recipients = tuple(
        relations.order_by("care_recipient_id").values_list("care_recipient_id", flat=True)
    )
    ids = tuple(
        items.filter(audience__in=(Audience.SERVICE.value, Audience.SHARED.value))
        .order_by("-id")
        .values_list("id", flat=True)[:500]
    )
    # What is told to the care recipient alone may name the file too: a no to sharing, say.
    others = tuple(set(_verbs(RECIPIENT)) - set(_verbs(CAREGIVER)))
    found = [Slice(CAREGIVER, file_id=file.id, but_not=(*silent_verbs(), *others), own_id=actor.id)]
    if recipients and ids:
        on_card = Slice(
            ON_CARD,
            person_ids=recipients,
            shown=(Shown(ids),),
            verbs=_verbs(ON_CARD),
            citizens=False,
        )
        found.append(on_card)
    return found


def _as_recipient(actor: Actor, now: datetime) -> list[Slice]:
    """The own card and consents, and what is shared with the care recipient, from when it was shared."""
    if actor.person_id is None:
        return []
    found = [
        Slice(
            RECIPIENT,
            person_ids=(actor.person_id,),
            verbs=_verbs(RECIPIENT),
            citizens=False,
            own_id=actor.id,
        )
    ]
    shared = (
        policy.visible_items(actor, now)
        .filter(audience=Audience.SHARED.value)
        .exclude(file__caregiver_id=actor.person_id)
    )
    rows = list(
        shared.order_by("-id").values_list("id", "file_id", "placed_at", "written_at")[:500]
    )
    since = {item_id: placed or written for item_id, _file, placed, written in rows}
    widened = AudienceChange.objects.filter(item_id__in=list(since), new=Audience.SHARED.value)
    for item_id, at in widened.order_by("id").values_list("item_id", "changed_at"):
        since[item_id] = max(since[item_id], at)
    groups: dict[tuple[uuid.UUID, datetime], list[uuid.UUID]] = defaultdict(list)
    for item_id, file_id, _placed, _written in rows:
        groups[(file_id, since[item_id])].append(item_id)
    if groups:
        shown = tuple(Shown(tuple(ids), at, file_id) for (file_id, at), ids in groups.items())
        found.append(
            Slice(SHARED, shown=shown, verbs=_verbs(SHARED), citizens=False, own_id=actor.id)
        )
    return found


def _lines(actor: Actor, rows: Sequence[LogRow]) -> list[LogLine]:
    """Rows in plain words: role and unit at the time; the name only where the municipality says so."""
    units = tenancy.names_of_units(sorted({row.unit_id for row in rows if row.unit_id}))
    named = shows_names(actor)
    ids = sorted({row.actor_id for row in rows if row.actor_id and row.actor_kind == "staff"})
    names = {key: card.name for key, card in access.list_staff(ids).items()} if named else {}
    asked = dict(
        LogQuestion.objects.filter(
            person_id=actor.person_id, entry_id__in=[row.id for row in rows]
        ).values_list("entry_id", "id")
    )
    return [_line(actor, row, units, names, asked.get(row.id)) for row in rows]


def shows_names(actor: Actor) -> bool:
    """Whether the municipality names employees in the log (`log_names` in its settings); role and unit always stand there."""
    return tenancy.get_municipality(actor.municipality or "").settings.get("log_names") is True


def _line(
    actor: Actor,
    row: LogRow,
    units: dict[uuid.UUID, str],
    names: dict[uuid.UUID, str],
    question_id: uuid.UUID | None,
) -> LogLine:
    words, icon = said_of(row)
    why = ""
    if row.act == audit.BREAK_GLASS and row.reason:
        why = str(content.load("break-glass")["why"][row.reason])
    return LogLine(
        row.id,
        row.at,
        icon,
        words,
        by_whom(row, units, names, own_id=actor.id),
        why,
        row.act == audit.BREAK_GLASS or row.reason == audit.BREAK_GLASS,
        question_id,
    )


def said_of(row: LogRow) -> tuple[Text, str]:
    """What a row says in plain words, and its icon; in general words when the act is newer than the list."""
    sides = (row.side,) if row.side else (CAREGIVER, RECIPIENT, SHARED, ON_CARD)
    for side in sides:
        line = log_words().get((side, row.verb))
        if line is not None:
            return line["words"], line["icon"]
    act = _ACTS.get(row.act, "other")
    return content.load("log")["otherwise"][act if row.side else f"any_{act}"], "Circle"


def by_whom(
    row: LogRow,
    units: dict[uuid.UUID, str],
    names: dict[uuid.UUID, str],
    *,
    own_id: uuid.UUID | None = None,
) -> str:
    """Who did it, in the reader's language: role and unit when it was done, oneself, somebody shared with, or the system."""
    by, lang = content.load("log")["by"], content.active_language()
    if own_id is not None and row.actor_id == own_id:
        return str(by["own"])
    if row.actor_kind != "staff":
        return str(by["system" if row.actor_kind == "system" else "citizen"])
    role, unit = (
        content.load("log")["role"].get(row.role),
        units.get(row.unit_id or uuid.UUID(int=0)),
    )
    if role is None or unit is None:
        return str(by["nowhere"])
    name = names.get(row.actor_id or uuid.UUID(int=0))
    held = {"role": str(role), "unit": unit}
    text: Text = by["staff_named"] if name else by["staff"]
    return text.fill(lang, **held, **({"name": name} if name else {}))
