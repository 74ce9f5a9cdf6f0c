"""A yes by telephone or paper: taken with the sentence, in force when its copy is sent, undone at any time."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch.rules import Outcome
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, queries
from lagspill.people.models import Item, PendingWidening
from lagspill.people.operations.items import (
    agree,
    announce_widening_end,
    changeable_item,
    check_placing,
    end_waiting,
    note_copies,
    set_audience,
)
from lagspill.people.rules import Audience, CopyWay, WideningState, copy_way, is_wider
from lagspill.ui import documents

WIDENING_NOTICE = "widening"
WAITING = WideningState.WAITING.value


@operation
def ask_widening(
    *,
    actor: Actor,
    now: datetime,
    item_id: uuid.UUID,
    audience: Audience,
    how: str,
    sentence: str,
) -> PendingWidening:
    """Take the caregiver's yes by telephone or on paper. `sentence` was read aloud, or stood on the paper.

    Nobody new reads anything yet: the copy is sent by a notice to who can sign in, else by a letter that staff post,
    else a colleague calls a second time. A later yes to the same item replaces one that waits. Raises NotFound unless
    the actor is the file's staff, NotPossible with the placing fault, ("not_wider"), ("wide_needs_yes").
    """
    item = changeable_item(actor, item_id, now)
    if not actor.is_staff or actor.id is None:
        raise NotFound("item", item_id)
    if how not in ("phone", "paper"):
        raise NotPossible("wide_needs_yes")
    if not is_wider(audience, Audience(item.audience)):
        raise NotPossible("not_wider")
    relations = queries.list_item_relations(actor, item_id, now)
    check_placing(item, audience, has_relation=bool(relations))
    end_waiting(now, item)
    row = PendingWidening.objects.create(
        file_id=item.file_id,
        item=item,
        old=item.audience,
        new=audience.value,
        how=how,
        way=_send(actor, now, item).value,
        sentence=sentence[:400],
        taken_by_id=actor.id,
        taken_at=now,
    )
    _record(actor, "ask_widening", row, now)
    facts.announce(_taken(row, item), now=now)
    return row


def _taken(row: PendingWidening, item: Item) -> events.WideningTaken:
    return events.WideningTaken(
        row.municipality_id,
        row.file_id,
        item.id,
        row.id,
        item.file.unit_id,
        row.taken_by_id,
        row.way,
    )


def _send(actor: Actor, now: datetime, item: Item) -> CopyWay:
    """Queue the notice where there is a safe one; the way the copy goes."""
    file = item.file
    reach = queries.reach_of(file)
    way = copy_way(reach, is_bound=file.caregiver.is_bound)
    if way is CopyWay.NOTICE:
        told = dispatch.notify(
            actor=actor,
            now=now,
            file_id=file.id,
            notice=WIDENING_NOTICE,
            language="",
            place="tekst/",
        )
        if told is not Outcome.SENT:
            way = copy_way(reach, is_bound=False)
    return way


def _record(actor: Actor, verb: str, row: PendingWidening, now: datetime) -> None:
    audit.record(
        actor,
        verb,
        "widening",
        now=now,
        object_id=row.item_id,
        file_id=row.file_id,
        fields=("audience",),
        reason=row.way,
    )


def _batch(
    actor: Actor, widening_id: uuid.UUID, now: datetime, way: CopyWay
) -> list[PendingWidening]:
    """The yeses of one file that one letter or one call is about: this one and those taken before it, locked.

    Raises NotFound, NotPossible("widening_ended", "copy_goes_another_way").
    """
    last = PendingWidening.objects.filter(id=widening_id).first()
    if last is None or not actor.is_staff:
        raise NotFound("widening", widening_id)
    changeable_item(actor, last.item_id, now)
    if last.state != WAITING:
        raise NotPossible("widening_ended")
    if last.way != way.value:
        raise NotPossible("copy_goes_another_way")
    return list(
        PendingWidening.objects.select_for_update(of=("self",))
        .filter(file_id=last.file_id, state=WAITING, way=way.value, id__lte=last.id)
        .order_by("id")
    )


def _take_effect(actor: Actor, now: datetime, row: PendingWidening, channel: str) -> None:
    """The copy is on its way: from here on the new readers read."""
    row.state, row.sent_at, row.ended_at = WideningState.DONE.value, now, now
    row.save(update_fields=["state", "sent_at", "ended_at", "confirmed_by"])
    item = Item.objects.select_for_update(of=("self",)).get(id=row.item_id)
    agree(item, now)
    set_audience(actor, now, item, Audience(row.new), how=row.how, sentence=row.sentence)
    if channel:
        note_copies(items=[item], channel=channel, receiver="caregiver", now=now)
    _record(actor, "widen_on_copy", row, now)
    announce_widening_end(row, now)


@operation
def make_copy_letter(*, actor: Actor, now: datetime, widening_id: uuid.UUID) -> bytes:
    """The copy as one letter: the words, who will read them, and how to undo. Raises as `mark_copy_posted`."""
    rows = _batch(actor, widening_id, now, CopyWay.LETTER)
    file = queries.get_file(actor, rows[-1].file_id, now)
    title, data = queries.copy_letter(actor, file, rows, now)
    for row in rows:
        _record(actor, "make_copy_letter", row, now)
    return documents.render("letter", data, lang=file.language or "nb", title=title)


@operation
def mark_copy_posted(
    *, actor: Actor, now: datetime, widening_id: uuid.UUID
) -> list[PendingWidening]:
    """Say that the letter was posted; this yes and those of the file that were taken before it hold from now on.

    Raises NotFound, NotPossible("widening_ended", "copy_goes_another_way").
    """
    rows = _batch(actor, widening_id, now, CopyWay.LETTER)
    for row in rows:
        _take_effect(actor, now, row, "letter")
    return rows


@operation
def confirm_by_second_call(
    *, actor: Actor, now: datetime, widening_id: uuid.UUID
) -> list[PendingWidening]:
    """A colleague of whoever took the yes has called as well, and heard it; it and those before it hold from now on.

    Raises NotFound, NotPossible("widening_ended", "copy_goes_another_way", "second_call_by_other").
    """
    rows = _batch(actor, widening_id, now, CopyWay.SECOND_CALL)
    if rows[-1].taken_by_id == actor.id:
        raise NotPossible("second_call_by_other")
    heard = [row for row in rows if row.taken_by_id != actor.id]
    for row in heard:
        row.confirmed_by_id = actor.id
        _take_effect(actor, now, row, "")
    return heard


@operation
def undo_widening(*, actor: Actor, now: datetime, item_id: uuid.UUID) -> Item:
    """The caregiver takes a yes by telephone or paper back, whether it waits or holds; staff do it on their word.

    What waits never takes effect; what holds is narrowed at once to what it was. Raises NotFound,
    NotPossible("nothing_to_undo", "must_be_recorded").
    """
    item = changeable_item(actor, item_id, now)
    row = (
        PendingWidening.objects.select_for_update(of=("self",))
        .filter(item_id=item_id)
        .exclude(state=WideningState.UNDONE.value)
        .order_by("-id")
        .first()
    )
    if row is None:
        raise NotPossible("nothing_to_undo")
    was_waiting = row.state == WAITING
    if not was_waiting and item.must_record:
        raise NotPossible("must_be_recorded")
    row.state, row.ended_at = WideningState.UNDONE.value, now
    row.save(update_fields=["state", "ended_at"])
    _record(actor, "undo_widening", row, now)
    if was_waiting:
        announce_widening_end(row, now)
    elif is_wider(Audience(item.audience), Audience(row.old)):
        how = "portal" if actor.is_citizen else "phone"
        relations = queries.list_item_relations(actor, item_id, now)
        sentences = queries.reader_sentences(actor, item.file_id, relations, now)
        set_audience(actor, now, item, Audience(row.old), how=how, sentence=sentences[row.old])
    return item


@operation
def widen_on_notice(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> int:
    """The notice to the caregiver has left: what waited for it takes effect. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    rows = _waiting(file_id, CopyWay.NOTICE)
    for row in rows:
        _take_effect(actor, now, row, "message")
    return len(rows)


@operation
def notice_not_sent(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> int:
    """The notice will not arrive: the copy goes by letter, or a colleague calls. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    rows = _waiting(file_id, CopyWay.NOTICE)
    for row in rows:
        item = Item.objects.select_related("file").get(id=row.item_id)
        row.way = copy_way(queries.reach_of(item.file), is_bound=False).value
        row.save(update_fields=["way"])
        _record(actor, "notice_not_sent", row, now)
        facts.announce(_taken(row, item), now=now)
    return len(rows)


@operation
def letters_stopped(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> int:
    """No letter may be sent any more: a colleague calls about what waited for one. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    rows = _waiting(file_id, CopyWay.LETTER)
    for row in rows:
        row.way = CopyWay.SECOND_CALL.value
        row.save(update_fields=["way"])
        _record(actor, "letters_stopped", row, now)
        facts.announce(
            _taken(row, Item.objects.select_related("file").get(id=row.item_id)), now=now
        )
    return len(rows)


def _waiting(file_id: uuid.UUID, way: CopyWay) -> list[PendingWidening]:
    return list(
        PendingWidening.objects.select_for_update(of=("self",))
        .filter(file_id=file_id, state=WAITING, way=way.value)
        .order_by("id")
    )
