"""Writes about items: the envelope of whatever can be read by itself. Capabilities place their words through these."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy
from lagspill.people.models import (
    AudienceChange,
    File,
    Item,
    ItemCopy,
    ItemRelation,
    PendingWidening,
    Relation,
)
from lagspill.people.operations.known import keep_known
from lagspill.people.rules import (
    ASKED_ELSEWHERE,
    About,
    Audience,
    WideningState,
    is_wider,
    placing_fault,
)


def new_envelope(
    actor: Actor,
    now: datetime,
    file: File,
    *,
    kind: str,
    about: About,
    audience: Audience,
    caregiver_present: bool = False,
) -> Item:
    """An item as it is born; not saved yet."""
    return Item(
        file=file,
        kind=kind,
        about=about.value,
        audience=audience.value,
        author_staff_id=actor.id if actor.is_staff else None,
        author_person_id=actor.person_id if actor.is_citizen else None,
        author_capacity=actor.kind.value,
        caregiver_present=caregiver_present,
        written_at=now,
        edited_at=now,
    )


@operation
def write_item(
    *,
    actor: Actor,
    now: datetime,
    file: File,
    kind: str,
    about: About,
    relation_ids: Sequence[uuid.UUID] = (),
    caregiver_present: bool = False,
) -> Item:
    """A new item before it is placed: `mine` for a caregiver's own words, a draft for staff (privacy model, "Birth").

    Raises NotFound unless the actor may open the file, NotPossible("unknown_relation").
    """
    if not policy.can_open_file(actor, file, now):
        raise NotFound("file", file.id)
    item = new_envelope(
        actor,
        now,
        file,
        kind=kind,
        about=about,
        audience=_unplaced(actor),
        caregiver_present=caregiver_present,
    )
    item.save(force_insert=True)
    add_relations(item, relation_ids)
    audit.record(actor, "write_item", kind, now=now, object_id=item.id, file_id=file.id)
    return item


@operation
def write_placed_item(
    *,
    actor: Actor,
    now: datetime,
    file: File,
    kind: str,
    about: About,
    audience: Audience,
    sentence: str,
    relation_ids: Sequence[uuid.UUID] = (),
    caregiver_present: bool = False,
) -> Item:
    """A new item that is placed at once, where there was no draft. Raises what `write_item` and `place_item` raise."""
    if not policy.can_open_file(actor, file, now):
        raise NotFound("file", file.id)
    item = new_envelope(actor, now, file, kind=kind, about=about, audience=audience)
    _give_place(item, audience, now, caregiver_present, has_relation=bool(relation_ids))
    item.save(force_insert=True)
    add_relations(item, relation_ids)
    audit.record(actor, "write_item", kind, now=now, object_id=item.id, file_id=file.id)
    how = _how_placed(item, caregiver_present)
    _note_audience(actor, now, item, _unplaced(actor), how=how, sentence=sentence)
    return item


def _unplaced(actor: Actor) -> Audience:
    return Audience.MINE if actor.is_citizen else Audience.DRAFT


def add_relations(item: Item, relation_ids: Sequence[uuid.UUID]) -> None:
    """Say which relations a new item concerns. Raises NotPossible("unknown_relation") for those of other files."""
    wanted = sorted(set(relation_ids))
    if not wanted:
        return
    if Relation.objects.filter(id__in=wanted, file_id=item.file_id).count() != len(wanted):
        raise NotPossible("unknown_relation")
    ItemRelation.objects.bulk_create(
        [
            ItemRelation(file_id=item.file_id, item=item, relation_id=relation_id)
            for relation_id in wanted
        ]
    )


def touch_item(item: Item, now: datetime) -> None:
    """Note that the words of a draft were edited: its 72 hours begin anew."""
    item.edited_at = now
    item.save(update_fields=["edited_at"])


@operation
def place_item(
    *,
    actor: Actor,
    now: datetime,
    item_id: uuid.UUID,
    audience: Audience,
    sentence: str,
    caregiver_present: bool = False,
) -> Item:
    """Give an item its audience for the first time; `sentence` is the plain one that was shown.

    With the caregiver present the choice is theirs and agreed at once; without, staff text starts at `talk` and is
    marked "not yet agreed". Raises NotFound unless the item is the actor's own, NotPossible with the placing fault.
    """
    item = locked_item(item_id)
    is_author = (actor.is_staff and item.author_staff_id == actor.id) or (
        actor.is_citizen and item.author_person_id == actor.person_id
    )
    if not (is_author or actor.is_system):
        raise NotFound("item", item_id)
    _give_place(item, audience, now, caregiver_present, has_relation=_has_relation(item))
    how = _how_placed(item, caregiver_present)
    set_audience(actor, now, item, audience, how=how, sentence=sentence)
    return item


def _how_placed(item: Item, caregiver_present: bool) -> str:
    """How the first readers were chosen: together, by staff alone, or by the citizen in the portal."""
    if item.author_staff_id is None:
        return "portal"
    return "in_person" if caregiver_present else "absent"


def _give_place(
    item: Item, audience: Audience, now: datetime, caregiver_present: bool, *, has_relation: bool
) -> None:
    by_staff = item.author_staff_id is not None
    if by_staff and not caregiver_present and is_wider(audience, Audience.TALK):
        raise NotPossible("wide_needs_yes")
    check_placing(item, audience, has_relation=has_relation)
    item.caregiver_present = caregiver_present
    item.agreed = caregiver_present or not by_staff
    item.placed_at = now


@operation
def change_audience(
    *, actor: Actor, now: datetime, item_id: uuid.UUID, audience: Audience, how: str, sentence: str
) -> Item:
    """Widen or narrow. The caregiver does it in the portal; staff widen on a yes said face to face (`how` in_person).

    A yes by telephone or paper first needs its copy: `ask_widening`. Narrowing works at once, for earlier readers too,
    and ends a yes that waits. Raises NotFound unless the actor may open the file, NotPossible with the placing fault or
    "floor_is_talk" (only what the caregiver wrote alone may become `mine`), "must_be_recorded", "wide_needs_yes",
    "copy_first".
    """
    item = changeable_item(actor, item_id, now)
    if audience is Audience.MINE and (item.author_person_id is None or item.caregiver_present):
        raise NotPossible("floor_is_talk")
    if item.must_record and is_wider(Audience.SHARED, audience):
        raise NotPossible("must_be_recorded")
    if actor.is_staff and is_wider(audience, Audience(item.audience)):
        # The yes to the relation itself is asked for, and its letter sent, where relations are.
        if how in ("phone", "paper") and item.kind != "relation":
            raise NotPossible("copy_first")
        if how not in ("in_person", "phone", "paper"):
            raise NotPossible("wide_needs_yes")
    check_placing(item, audience, has_relation=_has_relation(item))
    end_waiting(now, item)
    agree(item, now)
    set_audience(actor, now, item, audience, how=how, sentence=sentence)
    return item


def agree(item: Item, now: datetime) -> None:
    """The caregiver has said yes to the item by choosing its readers; nobody need ask about it. Saved with the audience."""
    was_open = not item.agreed and item.author_staff_id is not None
    item.agreed = True
    item.placed_at = item.placed_at or now
    if was_open and item.kind not in ASKED_ELSEWHERE:
        facts.announce(
            events.ItemAnswered(
                item.municipality_id,
                item.file_id,
                item.id,
                item.file.unit_id,
                item.author_staff_id,
                "yes",
            ),
            now=now,
        )


def changeable_item(actor: Actor, item_id: uuid.UUID, now: datetime) -> Item:
    """The item, locked, if the actor may open its file and read it. Raises NotFound."""
    item = locked_item(item_id)
    if not policy.can_open_file(actor, item.file, now) or not policy.can_read_item(
        actor, item, now
    ):
        raise NotFound("item", item_id)
    return item


@operation
def set_about(*, actor: Actor, now: datetime, item_id: uuid.UUID, about: About) -> Item:
    """Say whom a draft of the actor's speaks of, before it is placed. Raises NotFound."""
    item = locked_item(item_id)
    if item.author_staff_id != actor.id or item.audience != Audience.DRAFT:
        raise NotFound("item", item_id)
    if item.about != about:
        item.about = about.value
        item.save(update_fields=["about"])
        audit.record(
            actor,
            "set_about",
            item.kind,
            now=now,
            object_id=item.id,
            file_id=item.file_id,
            fields=("about",),
        )
    return item


@operation
def delete_drafts(*, actor: Actor, now: datetime, item_ids: Sequence[uuid.UUID]) -> None:
    """Delete the envelopes of drafts whose words are gone. System only; what was placed since is left alone."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    drafts = Item.objects.filter(id__in=item_ids, audience=Audience.DRAFT.value)
    ItemRelation.objects.filter(item__in=drafts).delete()
    drafts.delete()
    audit.record(actor, "delete_drafts", "item", now=now, object_ids=item_ids)


def locked_item(item_id: uuid.UUID) -> Item:
    item = Item.objects.select_for_update(of=("self",)).filter(id=item_id).first()
    if item is None:
        raise NotFound("item", item_id)
    return item


def _has_relation(item: Item) -> bool:
    return ItemRelation.objects.filter(item=item).exists()


def check_placing(item: Item, audience: Audience, *, has_relation: bool) -> None:
    fault = placing_fault(
        audience=audience,
        about=About(item.about),
        has_relation=has_relation,
        by_staff=item.author_staff_id is not None,
        written_by_caregiver_alone=item.author_person_id is not None and not item.caregiver_present,
    )
    if fault:
        raise NotPossible(fault)


def set_audience(
    actor: Actor, now: datetime, item: Item, audience: Audience, *, how: str, sentence: str
) -> None:
    old, item.audience = Audience(item.audience), audience.value
    item.save(update_fields=["audience", "caregiver_present", "agreed", "placed_at"])
    if item.kind == "relation":
        keep_known(actor, item, now, how=how)
    _note_audience(actor, now, item, old, how=how, sentence=sentence)


def _note_audience(
    actor: Actor, now: datetime, item: Item, old: Audience, *, how: str, sentence: str
) -> None:
    AudienceChange.objects.create(
        file_id=item.file_id,
        item=item,
        old=old.value,
        new=item.audience,
        how=how,
        by_kind=actor.kind.value,
        by_id=actor.id,
        sentence=sentence[:400],
        changed_at=now,
    )
    audit.record(
        actor,
        "set_audience",
        item.kind,
        now=now,
        object_id=item.id,
        file_id=item.file_id,
        fields=("audience",),
    )
    facts.announce(
        events.ItemPlaced(item.municipality_id, item.file_id, item.id, item.audience), now=now
    )
    if (
        old is Audience.DRAFT
        and item.author_staff_id is not None
        and not item.agreed
        and item.kind not in ASKED_ELSEWHERE
    ):
        facts.announce(
            events.ItemNotAgreed(
                item.municipality_id,
                item.file_id,
                item.id,
                item.file.unit_id,
                item.author_staff_id,
            ),
            now=now,
        )


def end_waiting(now: datetime, item: Item) -> None:
    """A yes that waits for its copy was to another audience than what was now chosen."""
    waiting = PendingWidening.objects.select_for_update(of=("self",)).filter(
        item=item, state=WideningState.WAITING.value
    )
    for row in waiting:
        row.state, row.ended_at = WideningState.UNDONE.value, now
        row.save(update_fields=["state", "ended_at"])
        announce_widening_end(row, now)


def announce_widening_end(row: PendingWidening, now: datetime) -> None:
    """Say that a yes no longer waits, and by which ways others of its file still do."""
    still = PendingWidening.objects.filter(
        file_id=row.file_id, state=WideningState.WAITING.value
    ).values_list("way", flat=True)
    facts.announce(
        events.WideningEnded(row.municipality_id, row.file_id, row.id, tuple(sorted(set(still)))),
        now=now,
    )


def note_copies(*, items: Sequence[Item], channel: str, receiver: str, now: datetime) -> None:
    """Remember that copies of these items have left (pdf, letter, epj, message). In the sending's own transaction."""
    ItemCopy.objects.bulk_create(
        [
            ItemCopy(file_id=i.file_id, item=i, channel=channel, receiver=receiver, left_at=now)
            for i in items
        ]
    )
