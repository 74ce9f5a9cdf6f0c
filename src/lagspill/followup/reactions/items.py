"""Work from items: ask the caregiver about words written without them, send copies, tell what was recorded or disclosed."""

from __future__ import annotations

from datetime import datetime

from lagspill.followup.reactions.desk import About, clear_subject, open_work
from lagspill.followup.rules import Kind
from lagspill.kernel.facts import on
from lagspill.people.events import (
    Disclosed,
    DisclosureTold,
    ItemAnswered,
    ItemNotAgreed,
    RecordedByDuty,
    WideningEnded,
    WideningTaken,
)


@on(ItemNotAgreed)
def not_agreed(fact: ItemNotAgreed, now: datetime) -> None:
    """Whoever wrote it asks the caregiver, unless the caregiver answers first."""
    about = About(fact.file_id, fact.unit_id, fact.item_id, fact.item_id, fact.author_staff_id)
    open_work(fact, now, Kind.AGREE_ITEM, about)


@on(ItemAnswered)
def answered(fact: ItemAnswered, now: datetime) -> None:
    """The caregiver has answered; a no or a correction is read by whoever wrote it."""
    clear_subject(fact, now, fact.item_id, Kind.AGREE_ITEM)
    if fact.answer != "yes":
        about = About(fact.file_id, fact.unit_id, fact.item_id, fact.item_id, fact.author_staff_id)
        open_work(fact, now, Kind.READ_ANSWER, about)


@on(WideningTaken)
def copy_waits(fact: WideningTaken, now: datetime) -> None:
    """A letter is posted by whoever took the yes; a second call is made by anybody else. A notice goes by itself."""
    if fact.way == "letter":
        about = About(fact.file_id, fact.unit_id, fact.file_id, fact.item_id, fact.taken_by)
        open_work(fact, now, Kind.SEND_COPY, about)
    elif fact.way == "second_call":
        clear_subject(fact, now, fact.file_id, Kind.SEND_COPY)
        about = About(fact.file_id, fact.unit_id, fact.file_id, fact.item_id)
        open_work(fact, now, Kind.SECOND_CALL, about)


@on(WideningEnded)
def copy_gone(fact: WideningEnded, now: datetime) -> None:
    """The yes holds, or was taken back. One letter, or one call, is about all that wait in a file."""
    gone = {"letter": Kind.SEND_COPY, "second_call": Kind.SECOND_CALL}
    kinds = [kind for way, kind in gone.items() if way not in fact.still]
    clear_subject(fact, now, fact.file_id, *kinds)


@on(RecordedByDuty)
def recorded(fact: RecordedByDuty, now: datetime) -> None:
    """Where nothing could be sent safely, whoever wrote it tells the caregiver."""
    if fact.needs_call:
        about = About(fact.file_id, fact.unit_id, fact.item_id, fact.item_id, fact.staff_id)
        open_work(fact, now, Kind.TELL_RECORDED, about)


@on(Disclosed)
def disclosed(fact: Disclosed, now: datetime) -> None:
    """What left on a legal ground stays work until the caregiver is told."""
    if not fact.is_told:
        about = About(fact.file_id, fact.unit_id, fact.disclosure_id, fact.item_id, fact.staff_id)
        open_work(fact, now, Kind.TELL_DISCLOSED, about)


@on(DisclosureTold)
def told(fact: DisclosureTold, now: datetime) -> None:
    """The caregiver knows."""
    clear_subject(fact, now, fact.disclosure_id, Kind.TELL_DISCLOSED)
