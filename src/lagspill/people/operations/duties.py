"""What a choice cannot switch off: recorded by duty, entered on the card for care, disclosed on a legal ground."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from lagspill.access import operations as access
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch.rules import Outcome
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import events, queries
from lagspill.people.models import (
    CardEntry,
    Disclosure,
    File,
    Item,
    ItemRelation,
    RecordDuty,
    StorageApproval,
)
from lagspill.people.operations.items import (
    add_relations,
    changeable_item,
    end_waiting,
    new_envelope,
    note_copies,
    set_audience,
)
from lagspill.people.rules import About, Audience, Ground, ToldHow

NOTICE = "recorded"
DUTY = "duty"
LONGEST_ENTRY = 1000


def digest_of(text: str) -> str:
    """The hash of words as they were shown."""
    return hashlib.sha256(text.encode()).hexdigest()


def _staff_item(actor: Actor, item_id: uuid.UUID, now: datetime) -> Item:
    """A placed item of a file whose staff the actor is, locked. Raises NotFound."""
    item = changeable_item(actor, item_id, now)
    if not actor.is_staff or actor.id is None or item.audience == Audience.DRAFT:
        raise NotFound("item", item_id)
    return item


@operation
def mark_must_record(
    *, actor: Actor, now: datetime, item_id: uuid.UUID, digest: str, sentence: str
) -> Item:
    """Mark an item about the care recipient "must be recorded" (hpl §§ 39-40): it becomes `shared`, without a veto.

    `digest` is of the exact text that was shown first; `sentence` who will read it. The caregiver sees the mark on the
    item and is told safely. Marking twice changes nothing. Raises NotFound, Stale when the words are others now,
    NotPossible("record_is_about_the_recipient", "wide_needs_relation").
    """
    item = _staff_item(actor, item_id, now)
    if item.must_record:
        return item
    if item.about != About.CARE_RECIPIENT:
        raise NotPossible("record_is_about_the_recipient")
    if not ItemRelation.objects.filter(item=item).exists():
        raise NotPossible("wide_needs_relation")
    words = queries.item_text(actor, item.id, now)
    if digest_of(words) != digest:
        raise Stale(theirs=words)
    item.must_record = True
    item.save(update_fields=["must_record"])
    RecordDuty.objects.create(
        file_id=item.file_id, item=item, digest=digest, marked_by_id=actor.id, marked_at=now
    )
    audit.record(
        actor,
        "mark_must_record",
        item.kind,
        now=now,
        object_id=item.id,
        file_id=item.file_id,
        fields=("must_record",),
    )
    if item.audience != Audience.SHARED:
        end_waiting(now, item)
        set_audience(actor, now, item, Audience.SHARED, how=DUTY, sentence=sentence)
    _tell(actor, now, item, is_present=False)
    return item


def _tell(actor: Actor, now: datetime, item: Item, *, is_present: bool) -> None:
    """Tell an absent caregiver safely: a notice that says nothing, or a call for a named person."""
    if actor.id is None:
        return
    told = Outcome.SENT
    if not is_present:
        told = dispatch.notify(
            actor=actor,
            now=now,
            file_id=item.file_id,
            notice=NOTICE,
            language="",
            place=f"tekst/{item.id}",
        )
    if not item.file.caregiver.is_bound and not is_present:
        told = Outcome.NEEDS_CALL  # who cannot sign in cannot read what the notice leads to
    facts.announce(
        events.RecordedByDuty(
            item.municipality_id,
            item.file_id,
            item.id,
            item.file.unit_id,
            actor.id,
            told is Outcome.NEEDS_CALL,
        ),
        now=now,
    )


@dataclass(frozen=True)
class NewEntry:
    """A fact for the card, as a form says it. `source`: caregiver (told by), staff (seen by)."""

    relation_id: uuid.UUID
    text: str
    source: str
    source_item_id: uuid.UUID | None = None
    caregiver_present: bool = False


@operation
def record_for_care(
    *,
    actor: Actor,
    now: datetime,
    file: File,
    entry: NewEntry,
    sentence: str,
    key: uuid.UUID | None = None,
) -> CardEntry | None:
    """Write a fact that care needs as a card entry of its own: exact words, source, `shared`, in the journal extract.

    The note it came from keeps its audience. None when the same form was sent before. An absent caregiver is told
    safely. Raises NotFound unless the actor is the file's staff, NotPossible("words_missing", "too_long",
    "unknown_relation").
    """
    file = queries.get_file_row(actor, file.id, now)
    if not actor.is_staff or actor.id is None:
        raise NotFound("file", file.id)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    text = entry.text.strip()
    if not text:
        raise NotPossible("words_missing")
    if len(text) > LONGEST_ENTRY:
        raise NotPossible("too_long")
    if entry.source_item_id is not None:
        changeable_item(actor, entry.source_item_id, now)
    item = new_envelope(
        actor,
        now,
        file,
        kind="card_entry",
        about=About.CARE_RECIPIENT,
        audience=Audience.DRAFT,
        caregiver_present=entry.caregiver_present,
    )
    item.placed_at = now
    item.save(force_insert=True)
    add_relations(item, [entry.relation_id])
    set_audience(actor, now, item, Audience.SHARED, how=DUTY, sentence=sentence)
    row = CardEntry.objects.create(
        file=file,
        item=item,
        source_item_id=entry.source_item_id,
        source=entry.source,
        text=text,
        recorded_by_id=actor.id,
        recorded_at=now,
        told_at=now if entry.caregiver_present else None,
    )
    audit.record(
        actor,
        "record_for_care",
        "card_entry",
        now=now,
        object_id=item.id,
        file_id=file.id,
        fields=("text", "source"),
    )
    _tell(actor, now, item, is_present=entry.caregiver_present)
    return row


@dataclass(frozen=True)
class NewDisclosure:
    """What leaves, to whom and on what ground; and when and how the caregiver was told, or why not yet."""

    ground: Ground
    receiver: str
    words: str
    told_how: ToldHow
    why_not_told: str = ""


@operation
def disclose_on_legal_ground(
    *,
    actor: Actor,
    now: datetime,
    item_id: uuid.UUID,
    disclosure: NewDisclosure,
    key: uuid.UUID | None = None,
) -> Disclosure | None:
    """Record that words of an item left on a legal ground (danger, child welfare, …). None when done before.

    Until the caregiver is told it is work, and shown to staff alone. Raises NotFound unless the actor is the file's
    staff, NotPossible("words_missing", "why_not_told_missing").
    """
    item = _staff_item(actor, item_id, now)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    is_told = disclosure.told_how is not ToldHow.NOT_YET
    if not disclosure.words.strip() or not disclosure.receiver.strip():
        raise NotPossible("words_missing")
    if not is_told and not disclosure.why_not_told.strip():
        raise NotPossible("why_not_told_missing")
    row = Disclosure.objects.create(
        file_id=item.file_id,
        item=item,
        ground=disclosure.ground.value,
        receiver=disclosure.receiver.strip(),
        words=disclosure.words.strip(),
        told_how=disclosure.told_how.value,
        why_not_told="" if is_told else disclosure.why_not_told.strip(),
        disclosed_by_id=actor.id,
        disclosed_at=now,
        told_at=now if is_told else None,
    )
    if is_told:
        note_copies(items=[item], channel="disclosure", receiver="legal_ground", now=now)
    audit.record(
        actor,
        "disclose_on_legal_ground",
        item.kind,
        now=now,
        object_id=item.id,
        file_id=item.file_id,
        act=audit.SEND,
        fields=("words", "receiver"),
        reason=disclosure.ground.value,
    )
    facts.announce(
        events.Disclosed(
            item.municipality_id,
            item.file_id,
            item.id,
            row.id,
            item.file.unit_id,
            row.disclosed_by_id,
            is_told,
        ),
        now=now,
    )
    return row


@operation
def note_told(
    *, actor: Actor, now: datetime, disclosure_id: uuid.UUID, told_how: ToldHow
) -> Disclosure:
    """The caregiver was told of a disclosure, and sees it from now on. Twice changes nothing. Raises NotFound."""
    row = Disclosure.objects.select_for_update(of=("self",)).filter(id=disclosure_id).first()
    if row is None or told_how is ToldHow.NOT_YET:
        raise NotFound("disclosure", disclosure_id)
    item = _staff_item(actor, row.item_id, now)
    if row.told_at is not None:
        return row
    row.told_how, row.told_at = told_how.value, now
    row.save(update_fields=["told_how", "told_at"])
    note_copies(items=[item], channel="disclosure", receiver="legal_ground", now=now)
    audit.record(
        actor,
        "note_told",
        "disclosure",
        now=now,
        object_id=row.id,
        file_id=row.file_id,
        fields=("told_how", "told_at"),
    )
    facts.announce(events.DisclosureTold(row.municipality_id, row.file_id, row.id), now=now)
    return row


@operation
def approve_storage(*, actor: Actor, now: datetime, digest: str) -> StorageApproval:
    """Approve the storage policy in the form that was shown. Approving the same again changes nothing.

    Raises NotAllowed for others than administrators, Stale when the policy is another one now.
    """
    if not actor.is_staff or actor.id is None or not actor.has_role(now, Role.ADMIN):
        raise NotAllowed("wrong_role", noun="storage_policy")
    current = queries.storage_digest()
    if digest != current:
        raise Stale(theirs=current)
    latest = StorageApproval.objects.order_by("-id").first()
    if latest is not None and latest.digest == digest:
        return latest
    row = StorageApproval.objects.create(digest=digest, approved_by_id=actor.id, approved_at=now)
    audit.record(actor, "approve_storage", "storage_policy", now=now, object_id=row.id)
    return row
