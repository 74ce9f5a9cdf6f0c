"""Values and states of invitations and talks: what may be proposed, answered and done when. Pure: no Django, no clock.

Sources: domain §3.2 and §4, needs N35–N60. Nothing here pushes: no answer needs a reason, and a no can be followed by a
yes as long as the caregiver likes.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from lagspill.kernel.calendar import OSLO, add_working_days, oslo_today
from lagspill.people.rules import About, AgeGroup, Audience, is_wider


class State(StrEnum):
    """Life of an invitation."""

    SENT = "sent"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What a caregiver may say to an invitation. None of them needs a reason."""

    YES = "yes"
    NO = "no"
    LATER = "later"


class Channel(StrEnum):
    """How an invitation reaches the caregiver. `PHONE` means that somebody rings and reads it aloud."""

    PORTAL = "portal"
    LETTER = "letter"
    PHONE = "phone"


class Form(StrEnum):
    """Where and how a talk is held. `CHOOSE` leaves it to the caregiver."""

    CHOOSE = "choose"
    HOME = "home"
    OFFICE = "office"
    PHONE = "phone"
    VIDEO = "video"


class Others(StrEnum):
    """Who takes part besides the caregiver and the one who leads."""

    NOBODY = "nobody"
    TOGETHER = "together"
    NAMES = "names"


class Need(StrEnum):
    """What must be arranged for a talk to be possible (N48, N49); each becomes somebody's work."""

    INTERPRETER = "interpreter"
    STAND_IN = "stand_in"
    TRANSPORT = "transport"
    LARGE_PRINT = "large_print"
    COMPANION = "companion"


class How(StrEnum):
    """By what way an answer or a yes came. `PAPER` is the reply slip."""

    PORTAL = "portal"
    PHONE = "phone"
    PAPER = "paper"
    IN_PERSON = "in_person"


class TalkState(StrEnum):
    """Life of a talk."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """Whether the caregiver is there while staff write. Without the caregiver nothing is agreed."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    ABSENT = "absent"


#: After the date to answer by, this many working days pass before the silence becomes a call.
GRACE_WORKING_DAYS = 3
#: The proposal that needs no typing: a working week ahead at ten, with a few days to answer.
PROPOSED_WORKING_DAYS = 6
REPLY_WORKING_DAYS = 4
MOST_TIMES = 3
LONGEST_TEXT = 4000

#: The topic of what the caregiver does, will do and will not do.
WHAT_ONE_DOES = "T04"
#: Topics that a first invitation names; the rest may be added by either side (N38, N57).
FIRST_TOPICS = ("T01", "T03", "T04", "T05", "T06", "T07", "T09", "T10", "T18")
#: Topics of feelings, health and family. Their default reader is never wider than `talk` (privacy model, "Birth" 2).
TENDER_TOPICS = frozenset({"T01", "T03", "T12", "T13", "T14", "T15", "T17"})


@dataclass(frozen=True)
class Plan:
    """An invitation as it is about to be sent: everything the text needs and the caregiver must know."""

    lead_id: uuid.UUID
    relation_ids: tuple[uuid.UUID, ...]
    times: tuple[datetime, ...]
    reply_by: date
    topics: tuple[str, ...]
    form: Form = Form.CHOOSE
    place: str = ""
    others: Others = Others.NOBODY
    others_names: str = ""
    language: str = "nb"
    is_large: bool = False


@dataclass(frozen=True)
class Reply:
    """What the caregiver answered. With a yes either `time` (one of the proposed) or `wish` (another, in own words)."""

    answer: Answer
    time: datetime | None = None
    wish: str = ""
    form: Form = Form.CHOOSE
    needs: tuple[Need, ...] = ()
    interpreter_language: str = ""


def proposed_time(now: datetime) -> datetime:
    """A working day a week ahead, at ten in Oslo."""
    day = add_working_days(oslo_today(now), PROPOSED_WORKING_DAYS)
    return datetime.combine(day, time(10), tzinfo=OSLO).astimezone(UTC)


def proposed_reply_by(now: datetime) -> date:
    """A date to answer by that leaves time before the proposed talk."""
    return add_working_days(oslo_today(now), REPLY_WORKING_DAYS)


def gone_out_before(today: date) -> date:
    """Invitations to be answered before this date have had their days of grace as well."""
    return add_working_days(today, -GRACE_WORKING_DAYS)


def inviting_fault(age: AgeGroup, *, is_alive: bool) -> str | None:
    """Why this caregiver cannot be invited: a reason code, or none (privacy model, "Young people")."""
    if not is_alive:
        return "file_closed"
    if age is AgeGroup.UNKNOWN:
        return "age_unknown"
    return "child_track_only" if age is AgeGroup.UNDER_SIXTEEN else None


def plan_fault(plan: Plan, now: datetime, known_topics: Sequence[str]) -> str | None:
    """Why an invitation cannot be sent like this: a reason code, or none."""
    if not plan.times or len(plan.times) > MOST_TIMES or min(plan.times) <= now:
        return "time_has_passed"
    if plan.reply_by < oslo_today(now) or plan.reply_by > oslo_today(max(plan.times)):
        return "reply_by_out_of_order"
    if not plan.relation_ids:
        return "unknown_relation"
    if not set(plan.topics) <= set(known_topics):
        return "unknown_topic"
    return None


def best_channel(*, is_bound: bool, age: AgeGroup, may_write: bool) -> Channel:
    """The way that asks least of the caregiver: the portal if they can sign in, else a letter, else a call."""
    if is_bound and age in (AgeGroup.ADULT, AgeGroup.SIXTEEN_SEVENTEEN):
        return Channel.PORTAL
    return Channel.LETTER if may_write else Channel.PHONE


def may_answer(state: State, answer: Answer | None) -> bool:
    """True while an answer counts: it waits, it was forgotten, or the last answer was no or later."""
    if state is State.ANSWERED:
        return answer is not Answer.YES
    return state in (State.SENT, State.EXPIRED)


def may_cancel(state: State) -> bool:
    """True while staff may take an invitation back: only one that waits."""
    return state is State.SENT


def reply_fault(reply: Reply, times: Sequence[datetime], now: datetime) -> str | None:
    """Why an answer cannot be taken like this: a reason code, or none. A yes says when, in one way or the other."""
    if reply.answer is not Answer.YES:
        return None
    if reply.time is None:
        return None if reply.wish.strip() else "time_or_wish"
    if reply.time not in times:
        return "unknown_time"
    return "time_has_passed" if reply.time <= now else None


def form_of(reply_form: Form, proposed: Form) -> Form:
    """The caregiver's choice of place and form goes before the proposal."""
    return proposed if reply_form is Form.CHOOSE else reply_form


def talk_fault(state: TalkState) -> str | None:
    """Why nothing more may be written in a talk: a reason code, or none. A held talk may still be written up."""
    return "talk_cancelled" if state is TalkState.CANCELLED else None


def default_audience(topic: str, audience: Audience, presence: Presence) -> Audience:
    """Where the choice of reader starts for a topic: never wider than `talk` for what is tender or not agreed."""
    narrow = topic in TENDER_TOPICS or presence is Presence.ABSENT
    return Audience.TALK if narrow and is_wider(audience, Audience.TALK) else audience


def choosable(about: About, presence: Presence) -> tuple[Audience, ...]:
    """Audiences staff may choose for a statement (privacy model, "Words", "Birth" 2–3). Staff never write `mine`."""
    if presence is Presence.ABSENT or about is About.BOTH:
        return (Audience.TALK,)
    if about is About.CARE_RECIPIENT:
        return (Audience.TALK, Audience.SHARED)
    return (Audience.TALK, Audience.SERVICE, Audience.SHARED)


@dataclass(frozen=True)
class Saved:
    """Which version of some words stands, and which page wrote it."""

    version: int
    writer: str


def is_overtaken(held: Saved | None, *, version: int, writer: str) -> bool:
    """True when somebody else saved in between: neither did this page write last, nor has it seen what stands.

    A page carries the version it was opened with and a name of its own, so that its own saves never overtake it.
    """
    if held is None:
        return version != 0
    return held.writer != writer and held.version != version
