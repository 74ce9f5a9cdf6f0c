"""Kinds of lines, who does a task, states of an agreement and of a version, and what holds before and after a yes. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class LineKind(StrEnum):
    """The parts of an agreement (domain §4), in the order they are read."""

    MATTERS = "matters"
    TASK = "task"
    WILL_NOT = "will_not"
    SERVICE_ASKS = "service_asks"
    MEASURE = "measure"
    CONTACT = "contact"
    CONTINGENCY = "contingency"


KINDS = tuple(LineKind)


class Who(StrEnum):
    """Who does a task. Without a choice it is NOBODY_YET: nothing ever falls to the caregiver by itself."""

    CAREGIVER = "caregiver"
    SERVICE = "service"
    SHARED = "shared"
    VOLUNTEER = "volunteer"
    NOBODY_YET = "nobody_yet"
    NOT_WANTED = "not_wanted"


#: What a minor is never given.
ON_CAREGIVER = frozenset({Who.CAREGIVER, Who.SHARED})


class AgreementState(StrEnum):
    """Life of an agreement after the talk (domain §3.2, as far as it is used)."""

    DRAFT = "draft"
    AGREED = "agreed"
    ENDED = "ended"


class VersionState(StrEnum):
    """Life of one version. A confirmed one never changes; a new one replaces it."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


_V = VersionState
_MOVES: dict[VersionState, frozenset[VersionState]] = {
    _V.DRAFT: frozenset({_V.PROPOSED, _V.WITHDRAWN}),
    _V.PROPOSED: frozenset({_V.DRAFT, _V.CONFIRMED, _V.WITHDRAWN}),
    _V.CONFIRMED: frozenset({_V.SUPERSEDED, _V.ENDED}),
    _V.SUPERSEDED: frozenset(),
    _V.WITHDRAWN: frozenset(),
    _V.ENDED: frozenset(),
}
#: A version that somebody still works on, and one that has been agreed and so never changes again.
OPEN = frozenset({_V.DRAFT, _V.PROPOSED})
FIXED = frozenset({_V.CONFIRMED, _V.SUPERSEDED, _V.ENDED})


def may_move(old: VersionState, new: VersionState) -> bool:
    """True when a version may go from `old` to `new`."""
    return new in _MOVES[old]


class Side(StrEnum):
    """The two who must say yes."""

    CAREGIVER = "caregiver"
    MUNICIPALITY = "municipality"


class How(StrEnum):
    """How a yes was given. By phone and on paper it is staff who record the caregiver's."""

    PORTAL = "portal"
    PHONE = "phone"
    PAPER = "paper"


class Answer(StrEnum):
    """What a caregiver may say about a proposal or an agreement. None of them needs a reason."""

    YES = "yes"
    CHANGE = "change"
    NO = "no"
    END = "end"


def answer_fault(answer: Answer, state: VersionState) -> str | None:
    """Why this answer does not fit a version in `state`: a reason code, or none when it fits."""
    wanted = VersionState.CONFIRMED if answer is Answer.END else VersionState.PROPOSED
    return None if state is wanted else "illegal_move"


#: Which kinds a statement most likely becomes, by its topic in the talk; the first is offered first.
_BY_TOPIC: dict[str, tuple[LineKind, ...]] = {
    "T01": (LineKind.MATTERS,),
    "T02": (LineKind.MATTERS,),
    "T04": (LineKind.TASK, LineKind.WILL_NOT),
    "T05": (LineKind.SERVICE_ASKS, LineKind.TASK),
    "T06": (LineKind.CONTACT,),
    "T07": (LineKind.CONTACT,),
    "T08": (LineKind.MEASURE,),
    "T09": (LineKind.MEASURE,),
    "T10": (LineKind.CONTINGENCY,),
    "T11": (LineKind.MEASURE,),
    "T18": (LineKind.MEASURE,),
}


#: How long until an agreement is looked at again, unless somebody chooses another day.
REVIEW_AFTER = timedelta(days=182)


def review_suggested(today: date) -> date:
    """The day the page begins with: half a year ahead (domain §3.2: each municipality sets its own interval)."""
    return today + REVIEW_AFTER


def kinds_for_topic(topic: str) -> tuple[LineKind, ...]:
    """The kinds to offer first for a statement under `topic`."""
    return _BY_TOPIC.get(topic, (LineKind.MATTERS,))


#: Audience and subject that a line typed anew starts with, before staff and caregiver choose (never wider than its kind needs).
DEFAULTS: dict[LineKind, tuple[str, str]] = {
    LineKind.MATTERS: ("talk", "caregiver"),
    LineKind.TASK: ("shared", "care_recipient"),
    LineKind.WILL_NOT: ("service", "caregiver"),
    LineKind.SERVICE_ASKS: ("shared", "care_recipient"),
    LineKind.MEASURE: ("shared", "care_recipient"),
    LineKind.CONTACT: ("service", "caregiver"),
    LineKind.CONTINGENCY: ("shared", "care_recipient"),
}


@dataclass(frozen=True)
class LineWords:
    """What a line says: everything in it that the yes is about. Owner and date of a measure go to its promise."""

    kind: LineKind
    text: str
    who: Who | None = None
    when: str = ""
    name: str = ""
    phone: str = ""
    substitute_name: str = ""
    substitute_phone: str = ""


def task_fault(words: LineWords, age_group: str) -> str | None:
    """Why a line cannot be given: no task on anyone under 18, nor before we know the age."""
    if words.kind is not LineKind.TASK or words.who not in ON_CAREGIVER:
        return None
    if age_group == "unknown":
        return "age_unknown"
    return None if age_group == "adult" else "minor_no_tasks"


#: A promise is one sentence.
LONGEST_MEASURE = 400


def measure_fault(
    words: LineWords, has_owner: bool, due_on: date | None, today: date
) -> str | None:
    """Why a measure cannot be proposed: without owner and date it is no promise (N80); a reason code, or none."""
    if words.kind is not LineKind.MEASURE:
        return None
    if not has_owner or due_on is None:
        return "measure_needs_owner_and_date"
    if len(words.text) > LONGEST_MEASURE:
        return "measure_too_long"
    return "measure_date_passed" if due_on < today else None


@dataclass(frozen=True)
class AgreedLine:
    """All of a line that a yes is about: its words, the readers shown with it, and a measure's owner and date."""

    words: LineWords
    audience: str
    unit_id: str = ""
    owner_id: str = ""
    due_on: date | None = None


def canonical(number: int, review_on: date, lines: Sequence[AgreedLine]) -> str:
    """A version in one form, whatever language or layout it is read in; what the hash is over.

    The first words name the form. A version keeps the hash of the form it was confirmed in (`is_intact`).
    """
    rows = [
        (
            *_said(line.words),
            line.audience,
            line.unit_id,
            line.owner_id,
            line.due_on.isoformat() if line.due_on else "",
        )
        for line in lines
    ]
    return _joined("agreement/2", number, review_on, rows)


def canonical_1(number: int, review_on: date, lines: Sequence[AgreedLine]) -> str:
    """The first form: the words alone, without readers, owner and date."""
    return _joined("agreement/1", number, review_on, [_said(line.words) for line in lines])


def _said(words: LineWords) -> tuple[str, ...]:
    return (
        words.kind.value,
        words.who.value if words.who else "",
        words.text,
        words.when,
        words.name,
        words.phone,
        words.substitute_name,
        words.substitute_phone,
    )


def _joined(form: str, number: int, review_on: date, rows: Sequence[tuple[str, ...]]) -> str:
    head = (form, str(number), review_on.isoformat())
    return "\x1e".join("\x1f".join(row) for row in (head, *rows))


def hash_of(text: str) -> str:
    """SHA-256 of the canonical text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(digest: str, number: int, review_on: date, lines: Sequence[AgreedLine]) -> bool:
    """True when a version still says what its hash was made over, in whichever form that was."""
    return digest in {hash_of(form(number, review_on, lines)) for form in (canonical, canonical_1)}


def is_agreed(sides: Iterable[Side]) -> bool:
    """True when both sides have said yes."""
    return set(sides) == set(Side)
