"""Kinds of work: whose it is, how soon it is due, where it is done, and whether a fact clears it. Pure.

The words of each kind stand in content/work.toml under the same code; a municipality may set its own days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lagspill.access.rules import Role
from lagspill.kernel.calendar import add_working_days


class Kind(StrEnum):
    """What there is to do."""

    CONTACT_NEW = "contact_new"
    ASSIGN_UNIT = "assign_unit"
    CHECK_DUPLICATE = "check_duplicate"
    CALL = "call"
    POST_LETTER = "post_letter"
    CALL_INVITATION = "call_invitation"
    ANSWER_OVERDUE = "answer_overdue"
    INVITE_AGAIN = "invite_again"
    AGREE_TIME = "agree_time"
    TALK_CANCELLED = "talk_cancelled"
    PREPARE_TALK = "prepare_talk"
    HOLD_TALK = "hold_talk"
    ORDER_INTERPRETER = "order_interpreter"
    FIND_STAND_IN = "find_stand_in"
    ARRANGE_TRANSPORT = "arrange_transport"
    LARGE_PRINT = "large_print"
    DRAFT_DIES = "draft_dies"
    WRITE_AGREEMENT = "write_agreement"
    CHANGE_AGREEMENT = "change_agreement"
    CONFIRM_AGREEMENT = "confirm_agreement"
    REMIND_AGREEMENT = "remind_agreement"
    OWN_CONFIRMATION = "own_confirmation"
    PROMISE = "promise"
    PROMISE_REPORT = "promise_report"
    REVIEW = "review"
    MESSAGE_FAILED = "message_failed"
    AGREE_ITEM = "agree_item"
    READ_ANSWER = "read_answer"
    SEND_COPY = "send_copy"
    SECOND_CALL = "second_call"
    TELL_RECORDED = "tell_recorded"
    TELL_DISCLOSED = "tell_disclosed"
    TELL_REGISTERED = "tell_registered"
    CONTACT_SUSPECTED = "contact_suspected"
    ASK_CONSENT = "ask_consent"
    CHILD_NEW = "child_new"
    CHILD_STEP = "child_step"
    MINOR_HELPS = "minor_helps"
    BEREAVED = "bereaved"
    GAP = "gap"
    BREAK_GLASS = "break_glass"
    LOG_QUESTION = "log_question"


class Page(StrEnum):
    """The page where the work is done, by its address's name."""

    FILE = "file"
    REACH = "file-reach"
    CALL = "call-request"
    INVITE = "invite"
    TALK = "talk"
    DRAFT = "agreement-draft"
    AGREEMENT = "agreement"
    PROMISE = "promise"
    PARTIES = "parties"
    ITEM = "item"
    RELATION = "relation"
    SUSPECTED = "suspected"
    CHILD = "child"
    CARD = "card"
    BREAK_GLASS = "break-glass-review"
    LOG_QUESTION = "log-question"


@dataclass(frozen=True)
class KindRule:
    """Whose work it is, working days until it is due, where it is done, and whether no fact says that it is."""

    role: Role
    days: int
    page: Page
    by_hand: bool = False


_COORDINATOR = Role.COORDINATOR
RULES: Mapping[Kind, KindRule] = {
    Kind.CONTACT_NEW: KindRule(_COORDINATOR, 5, Page.FILE),
    Kind.ASSIGN_UNIT: KindRule(_COORDINATOR, 2, Page.FILE, by_hand=True),
    Kind.CHECK_DUPLICATE: KindRule(_COORDINATOR, 5, Page.FILE, by_hand=True),
    Kind.CALL: KindRule(_COORDINATOR, 2, Page.CALL),
    Kind.POST_LETTER: KindRule(_COORDINATOR, 1, Page.INVITE),
    Kind.CALL_INVITATION: KindRule(_COORDINATOR, 2, Page.INVITE),
    Kind.ANSWER_OVERDUE: KindRule(_COORDINATOR, 3, Page.INVITE),
    Kind.INVITE_AGAIN: KindRule(_COORDINATOR, 40, Page.INVITE),
    Kind.AGREE_TIME: KindRule(_COORDINATOR, 2, Page.TALK),
    Kind.TALK_CANCELLED: KindRule(_COORDINATOR, 3, Page.INVITE, by_hand=True),
    Kind.PREPARE_TALK: KindRule(_COORDINATOR, 1, Page.TALK, by_hand=True),
    Kind.HOLD_TALK: KindRule(_COORDINATOR, 0, Page.TALK),
    Kind.ORDER_INTERPRETER: KindRule(_COORDINATOR, 3, Page.TALK, by_hand=True),
    Kind.FIND_STAND_IN: KindRule(_COORDINATOR, 3, Page.TALK, by_hand=True),
    Kind.ARRANGE_TRANSPORT: KindRule(_COORDINATOR, 3, Page.TALK, by_hand=True),
    Kind.LARGE_PRINT: KindRule(_COORDINATOR, 3, Page.TALK, by_hand=True),
    Kind.DRAFT_DIES: KindRule(_COORDINATOR, 0, Page.TALK, by_hand=True),
    Kind.WRITE_AGREEMENT: KindRule(_COORDINATOR, 5, Page.DRAFT),
    Kind.CHANGE_AGREEMENT: KindRule(_COORDINATOR, 3, Page.DRAFT),
    Kind.CONFIRM_AGREEMENT: KindRule(_COORDINATOR, 5, Page.AGREEMENT),
    Kind.REMIND_AGREEMENT: KindRule(_COORDINATOR, 10, Page.AGREEMENT),
    Kind.OWN_CONFIRMATION: KindRule(_COORDINATOR, 2, Page.AGREEMENT),
    Kind.PROMISE: KindRule(Role.NURSE, 0, Page.PROMISE),
    Kind.PROMISE_REPORT: KindRule(Role.UNIT_LEADER, 5, Page.PROMISE),
    Kind.REVIEW: KindRule(_COORDINATOR, 0, Page.DRAFT),
    Kind.MESSAGE_FAILED: KindRule(_COORDINATOR, 1, Page.REACH, by_hand=True),
    Kind.AGREE_ITEM: KindRule(_COORDINATOR, 5, Page.ITEM),
    Kind.READ_ANSWER: KindRule(_COORDINATOR, 2, Page.ITEM, by_hand=True),
    Kind.SEND_COPY: KindRule(_COORDINATOR, 0, Page.ITEM),
    Kind.SECOND_CALL: KindRule(_COORDINATOR, 1, Page.ITEM),
    Kind.TELL_RECORDED: KindRule(_COORDINATOR, 1, Page.ITEM, by_hand=True),
    Kind.TELL_DISCLOSED: KindRule(_COORDINATOR, 1, Page.ITEM),
    Kind.TELL_REGISTERED: KindRule(_COORDINATOR, 10, Page.RELATION),
    Kind.CONTACT_SUSPECTED: KindRule(_COORDINATOR, 5, Page.SUSPECTED),
    Kind.ASK_CONSENT: KindRule(_COORDINATOR, 20, Page.PARTIES),
    Kind.CHILD_NEW: KindRule(Role.CHILD_RESPONSIBLE, 3, Page.CHILD),
    Kind.CHILD_STEP: KindRule(Role.CHILD_RESPONSIBLE, 0, Page.CHILD),
    Kind.MINOR_HELPS: KindRule(Role.CHILD_RESPONSIBLE, 3, Page.FILE, by_hand=True),
    Kind.BEREAVED: KindRule(_COORDINATOR, 10, Page.FILE, by_hand=True),
    Kind.GAP: KindRule(_COORDINATOR, 1, Page.CARD, by_hand=True),
    Kind.BREAK_GLASS: KindRule(Role.UNIT_LEADER, 5, Page.BREAK_GLASS),
    Kind.LOG_QUESTION: KindRule(Role.PRIVACY_OFFICER, 5, Page.LOG_QUESTION),
}

#: Whose work a role may see in its units, and whose it may take. Whoever holds work sees it in any unit.
SEES: Mapping[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset({_COORDINATOR, Role.NURSE}),
    Role.UNIT_LEADER: frozenset({_COORDINATOR, Role.NURSE, Role.UNIT_LEADER}),
    Role.RESPONSIBLE_NURSE: frozenset({Role.NURSE}),
    Role.DEMENTIA_COORDINATOR: frozenset({Role.NURSE}),
    Role.NURSE: frozenset({Role.NURSE}),
    Role.CHILD_RESPONSIBLE: frozenset({Role.CHILD_RESPONSIBLE}),
    Role.PRIVACY_OFFICER: frozenset({Role.PRIVACY_OFFICER}),
}
TAKES: Mapping[Role, frozenset[Role]] = {**SEES, Role.UNIT_LEADER: frozenset({Role.UNIT_LEADER})}

#: Work in the child track: without a file, seen by whoever may read the track.
IN_CHILD_TRACK = (Kind.CHILD_NEW, Kind.CHILD_STEP)

#: What a caregiver may need at a talk, and the work it makes.
NEEDS: Mapping[str, Kind] = {
    "interpreter": Kind.ORDER_INTERPRETER,
    "stand_in": Kind.FIND_STAND_IN,
    "transport": Kind.ARRANGE_TRANSPORT,
    "large_print": Kind.LARGE_PRINT,
}
#: Work that has no meaning once the talk has been held.
BEFORE_TALK = (Kind.AGREE_TIME, Kind.PREPARE_TALK, Kind.HOLD_TALK, *NEEDS.values())
#: Work about an invitation that an answer, a new invitation or its end clears.
ABOUT_INVITATION = (Kind.POST_LETTER, Kind.CALL_INVITATION, Kind.ANSWER_OVERDUE, Kind.INVITE_AGAIN)
#: Work about a proposed version that its confirmation or end clears.
ABOUT_PROPOSAL = (
    Kind.CHANGE_AGREEMENT,
    Kind.CONFIRM_AGREEMENT,
    Kind.REMIND_AGREEMENT,
    Kind.OWN_CONFIRMATION,
)
#: Relation states that say that somebody has been in touch, or that there is nobody to be in touch with.
CONTACT_MADE = frozenset(
    {
        "contacted",
        "mapped",
        "followed_up",
        "paused",
        "declined",
        "not_a_caregiver",
        "bereaved",
        "ended",
    }
)
#: Relation states in which nobody is to be told anything about the care recipient any more.
NOTHING_TO_ASK = frozenset({"not_a_caregiver", "bereaved", "ended"})


def days_for(kind: Kind, settings: Mapping[str, object]) -> int:
    """Working days until work of this kind is due: the municipality's own (`work_days`), else the usual ones."""
    own = settings.get("work_days")
    days = own.get(kind.value) if isinstance(own, Mapping) else None
    return days if isinstance(days, int) and 0 <= days <= 365 else RULES[kind].days


def due_after(kind: Kind, today: date, settings: Mapping[str, object]) -> date:
    """When work that begins today is due."""
    return add_working_days(today, days_for(kind, settings))


def due_before(kind: Kind, day: date, today: date, settings: Mapping[str, object]) -> date:
    """When work that must be ready before `day` is due: some working days before it, never before today."""
    return max(today, add_working_days(day, -days_for(kind, settings)))


class Span(StrEnum):
    """Filters by due date, as they stand in the address."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


def week_ends(today: date) -> date:
    """The Sunday of the week of `today`."""
    return today + timedelta(days=6 - today.weekday())


class Who(StrEnum):
    """Filters by who the work is with, as they stand in the address."""

    ME = "me"
    UNIT = "unit"
    ALL = "all"
    NOBODY = "nobody"
