"""Writes about items: the envelope of whatever can be read by itself. Capabilities place their words through these."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy
from lagspill.people.models import (
    AudienceChange,
    File,
    Item,
    ItemCopy,
    ItemRelation,
    Relation,
)
from lagspill.people.rules import (
    About,
    Audience,
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
    return Item.objects.create(
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


@transaction.atomic
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
    start = Audience.MINE if actor.is_citizen else Audience.DRAFT
    item = new_envelope(
        actor,
        now,
        file,
        kind=kind,
        about=about,
        audience=start,
        caregiver_present=caregiver_present,
    )
    set_relations(item, relation_ids)
    audit.record(actor, "write_item", kind, now=now, object_id=item.id, file_id=file.id)
    return item


def set_relations(item: Item, relation_ids: Sequence[uuid.UUID]) -> None:
    """Say which relations an item concerns. Raises NotPossible("unknown_relation") for those of other files."""
    known = set(
        Relation.objects.filter(id__in=relation_ids, file_id=item.file_id).values_list(
            "id", flat=True
        )
    )
    if known != set(relation_ids):
        raise NotPossible("unknown_relation")
    held = set(ItemRelation.objects.filter(item=item).values_list("relation_id", flat=True))
    ItemRelation.objects.filter(item=item).exclude(relation_id__in=known).delete()
    ItemRelation.objects.bulk_create(
        [
            ItemRelation(file_id=item.file_id, item=item, relation_id=relation_id)
            for relation_id in sorted(known - held)
        ]
    )


def touch_item(item: Item, now: datetime) -> None:
    """Note that the words of a draft were edited: its 72 hours begin anew."""
    item.edited_at = now
    item.save(update_fields=["edited_at"])


@transaction.atomic
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
    item = _locked_item(item_id)
    is_author = (actor.is_staff and item.author_staff_id == actor.id) or (
        actor.is_citizen and item.author_person_id == actor.person_id
    )
    if not (is_author or actor.is_system):
        raise NotFound("item", item_id)
    by_staff = item.author_staff_id is not None
    if by_staff and not caregiver_present and is_wider(audience, Audience.TALK):
        raise NotPossible("wide_needs_yes")
    _check_placing(item, audience)
    item.caregiver_present = caregiver_present
    item.agreed = caregiver_present or not by_staff
    item.placed_at = now
    _set_audience(
        actor, now, item, audience, how="in_person" if by_staff else "portal", sentence=sentence
    )
    return item


@transaction.atomic
def change_audience(
    *, actor: Actor, now: datetime, item_id: uuid.UUID, audience: Audience, how: str, sentence: str
) -> Item:
    """Widen or narrow. The caregiver does it in the portal; staff widen only on a recorded yes (`how`).

    Narrowing works at once. Raises NotFound unless the actor may open the file, NotPossible with the placing fault or
    "floor_is_talk" (only what the caregiver wrote alone may become `mine`), "wide_needs_yes".
    """
    item = _locked_item(item_id)
    if not policy.can_open_file(actor, item.file, now) or not policy.can_read_item(
        actor, item, now
    ):
        raise NotFound("item", item_id)
    if audience is Audience.MINE and (item.author_person_id is None or item.caregiver_present):
        raise NotPossible("floor_is_talk")
    if (
        actor.is_staff
        and is_wider(audience, Audience(item.audience))
        and how not in ("in_person", "phone", "paper")
    ):
        raise NotPossible("wide_needs_yes")
    _check_placing(item, audience)
    item.agreed = True
    item.placed_at = item.placed_at or now
    _set_audience(actor, now, item, audience, how=how, sentence=sentence)
    return item


@transaction.atomic
def set_about(*, actor: Actor, now: datetime, item_id: uuid.UUID, about: About) -> Item:
    """Say whom a draft of the actor's speaks of, before it is placed. Raises NotFound."""
    item = _locked_item(item_id)
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


@transaction.atomic
def delete_drafts(*, actor: Actor, now: datetime, item_ids: Sequence[uuid.UUID]) -> None:
    """Delete the envelopes of drafts whose words are gone. System only; what was placed since is left alone."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    drafts = Item.objects.filter(id__in=item_ids, audience=Audience.DRAFT.value)
    ItemRelation.objects.filter(item__in=drafts).delete()
    drafts.delete()
    audit.record(actor, "delete_drafts", "item", now=now, object_ids=item_ids)


def _locked_item(item_id: uuid.UUID) -> Item:
    item = Item.objects.select_for_update(of=("self",)).filter(id=item_id).first()
    if item is None:
        raise NotFound("item", item_id)
    return item


def _check_placing(item: Item, audience: Audience) -> None:
    fault = placing_fault(
        audience=audience,
        about=About(item.about),
        has_relation=ItemRelation.objects.filter(item=item).exists(),
        by_staff=item.author_staff_id is not None,
        written_by_caregiver_alone=item.author_person_id is not None and not item.caregiver_present,
    )
    if fault:
        raise NotPossible(fault)


def _set_audience(
    actor: Actor, now: datetime, item: Item, audience: Audience, *, how: str, sentence: str
) -> None:
    old, item.audience = item.audience, audience.value
    item.save(update_fields=["audience", "caregiver_present", "agreed", "placed_at"])
    AudienceChange.objects.create(
        file_id=item.file_id,
        item=item,
        old=old,
        new=audience.value,
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
        events.ItemPlaced(item.municipality_id, item.file_id, item.id, audience.value), now=now
    )


def note_copies(*, items: Sequence[Item], channel: str, receiver: str, now: datetime) -> None:
    """Remember that copies of these items have left (pdf, letter, epj, message). In the sending's own transaction."""
    ItemCopy.objects.bulk_create(
        [
            ItemCopy(file_id=i.file_id, item=i, channel=channel, receiver=receiver, left_at=now)
            for i in items
        ]
    )
