"""One item, whole: its words, who reads it, who has read it, what has left, and what may be done with it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.audit import queries as log
from lagspill.kernel import content
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import (
    AudienceChange,
    Correction,
    Disclosure,
    Item,
    ItemAnswer,
    ItemCopy,
    ItemRelation,
    PendingWidening,
    RecordDuty,
)
from lagspill.people.queries.item_sentence import doers_of, sentence_of
from lagspill.people.queries.readers import reader_sentences
from lagspill.people.queries.see_as import kind_label
from lagspill.people.queries.storage import StorageRow, find_storage_approval, storage_rows
from lagspill.people.rules import (
    ASKED_ELSEWHERE,
    About,
    AtHand,
    Audience,
    ItemWords,
    Onlooker,
    WideningState,
    choices_of,
    is_wider,
    speaks_of_feelings,
    storage_code,
    words_of,
    would_read,
)
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class ReadView:
    """Somebody who has read it, by role and unit, never by name."""

    role: str
    unit: str
    act: str
    at: datetime
    is_citizen: bool


@dataclass(frozen=True)
class ChangeView:
    """One line of the history of an item's audience."""

    old: str
    new: str
    how: str
    by_kind: str
    sentence: str
    at: datetime


@dataclass(frozen=True)
class CopyView:
    """A copy that cannot be called back."""

    channel: str
    receiver: str
    at: datetime


@dataclass(frozen=True)
class Choice:
    """An audience the item may get, with the sentence that is shown first."""

    audience: str
    label: str
    sentence: str
    is_wider: bool


@dataclass(frozen=True)
class WideningView:
    """A yes by telephone or paper, and how its copy goes."""

    id: uuid.UUID
    new: str
    label: str
    how: str
    way: str
    state: str
    sentence: str
    taken_by_id: uuid.UUID
    taken_by: str
    taken_at: datetime
    last_id: uuid.UUID
    together: int

    @property
    def is_waiting(self) -> bool:
        """True until its copy has left."""
        return self.state == WideningState.WAITING


@dataclass(frozen=True)
class DisclosureView:
    """Words that left on a legal ground."""

    id: uuid.UUID
    ground: str
    receiver: str
    words: str
    told_how: str
    why_not_told: str
    at: datetime
    told_at: datetime | None


@dataclass(frozen=True)
class AnswerView:
    """What the caregiver said to it, with the correction in their own words when there is one."""

    answer: str
    how: str
    at: datetime
    correction_id: uuid.UUID | None
    correction: str


@dataclass(frozen=True)
class Party:
    """What only the caregiver and the file's staff see of an item, and what they may do with it."""

    choices: tuple[Choice, ...] = ()
    reads: tuple[ReadView, ...] = ()
    copies: tuple[CopyView, ...] = ()
    history: tuple[ChangeView, ...] = ()
    answer: AnswerView | None = None
    widening: WideningView | None = None
    disclosures: tuple[DisclosureView, ...] = ()
    marked_at: datetime | None = None
    marked_by: str = ""
    eyes: tuple[tuple[str, bool], ...] = ()

    @property
    def wider(self) -> tuple[Choice, ...]:
        """Choices that let more people read."""
        return tuple(choice for choice in self.choices if choice.is_wider)

    @property
    def narrower(self) -> tuple[Choice, ...]:
        """Choices that let fewer people read."""
        return tuple(choice for choice in self.choices if not choice.is_wider)

    @property
    def untold(self) -> tuple[DisclosureView, ...]:
        """Disclosures that the caregiver has not been told of."""
        return tuple(row for row in self.disclosures if row.told_at is None)


@dataclass(frozen=True)
class ItemPage:
    """One item as one reader sees it. `party` is there for the caregiver and the file's staff alone."""

    id: uuid.UUID
    file_id: uuid.UUID
    kind: str
    label: str
    title: str
    text: str
    digest: str
    audience: str
    audience_label: str
    about: str
    author: str
    author_role: str
    is_by_caregiver: bool
    written_at: datetime
    caregiver: str
    caregiver_present: bool
    is_agreed: bool
    must_record: bool
    sentence: str
    storage: StorageRow
    storage_approved_at: datetime | None
    words: ItemWords
    relation_ids: tuple[uuid.UUID, ...]
    party: Party | None = None

    @property
    def has_feelings(self) -> bool:
        """True when journal-bound text seems to speak of somebody's feelings or health (N105)."""
        return speaks_of_feelings(self.text)

    @property
    def may_answer(self) -> bool:
        """True while the caregiver has not agreed to words written without them."""
        return not self.is_agreed and not self.is_by_caregiver and self.kind not in ASKED_ELSEWHERE

    @property
    def may_mark(self) -> bool:
        """True for what may be marked "must be recorded": placed words about the care recipient, in a relation."""
        return (
            self.about == About.CARE_RECIPIENT
            and not self.must_record
            and bool(self.relation_ids)
            and self.audience not in (Audience.DRAFT, Audience.MINE)
        )


def _found(actor: Actor, item_id: uuid.UUID, now: datetime) -> tuple[Item, tuple[ItemWords, ...]]:
    """The item and what is said of it, if the actor reads it by its audience or by what they must keep."""
    item = (
        policy.visible_items(actor, now)
        .select_related("file__caregiver")
        .filter(id=item_id)
        .first()
    )
    words = words_of(actor, [item_id], now).get(item_id, ())
    if item is None and words:
        item = Item.objects.select_related("file__caregiver").filter(id=item_id).first()
    if item is None:
        raise NotFound("item", item_id)
    return item, words


def item_text(actor: Actor, item_id: uuid.UUID, now: datetime) -> str:
    """The exact words of an item that the actor reads. Raises NotFound; audited by the operation that asks."""
    _, words = _found(actor, item_id, now)
    return words[0].text if words else ""


def get_item_page(actor: Actor, item_id: uuid.UUID, now: datetime) -> ItemPage:
    """One item; audited once. Raises NotFound, by the same queries whether it is hidden or absent."""
    item, words = _found(actor, item_id, now)
    relations = tuple(
        ItemRelation.objects.filter(item=item)
        .order_by("relation_id")
        .values_list("relation_id", flat=True)
    )
    is_party = bool(policy.can_open_file(actor, item.file, now))
    system = system_actor("people.item_page", actor.municipality)
    with use_actor(system):
        readers = policy.readers_of(item, now)
        roles = access.list_current_roles(
            [item.author_staff_id] if item.author_staff_id else [], now
        )
    sentence = sentence_of(actor, Audience(item.audience), readers, doers_of(words))
    approval = find_storage_approval(actor)
    first = words[0] if words else ItemWords("")
    author, author_role = _author(item, roles)
    audit.record_read(
        actor, "get_item", item.kind, now=now, object_id=item.id, file_id=item.file_id
    )
    return ItemPage(
        id=item.id,
        file_id=item.file_id,
        kind=item.kind,
        label=kind_label(item.kind),
        title=first.title,
        text=first.text,
        digest=hashlib.sha256(first.text.encode()).hexdigest(),
        audience=item.audience,
        audience_label=str(content.audiences()[item.audience].label),
        about=item.about,
        author=author,
        author_role=author_role,
        is_by_caregiver=item.author_person_id == item.file.caregiver_id,
        written_at=item.written_at,
        caregiver=item.file.caregiver.name,
        caregiver_present=item.caregiver_present,
        is_agreed=item.agreed,
        must_record=item.must_record,
        sentence=sentence,
        storage=storage_rows()[
            storage_code(kind=item.kind, about=About(item.about), audience=Audience(item.audience))
        ],
        storage_approved_at=approval.approved_at if approval else None,
        words=first,
        relation_ids=relations,
        party=_party(actor, item, words, relations, readers, now) if is_party else None,
    )


def _author(item: Item, roles: dict[uuid.UUID, frozenset[str]]) -> tuple[str, str]:
    """Who wrote it, and in what capacity, in words."""
    if item.author_staff_id:
        card = access.list_staff([item.author_staff_id]).get(item.author_staff_id)
        held = sorted(roles.get(item.author_staff_id, frozenset()))
        known = content.roles()
        role = str(known[held[0]].label) if held and held[0] in known else ""
        return (card.name, card.title or role) if card else ("", role)
    if item.author_person_id:
        return item.file.caregiver.name, str(content.load("audiences")["instead"]["caregiver"])
    return "", ""


def _party(
    actor: Actor,
    item: Item,
    words: Sequence[ItemWords],
    relations: Sequence[uuid.UUID],
    readers: policy.Readers,
    now: datetime,
) -> Party:
    duty = RecordDuty.objects.filter(item=item).select_related("marked_by").first()
    disclosures = Disclosure.objects.filter(item=item).order_by("-id")
    if actor.is_citizen:
        disclosures = disclosures.filter(told_at__isnull=False)
    changes = AudienceChange.objects.filter(item=item).order_by("-id")[:50]
    copies = ItemCopy.objects.filter(item=item).order_by("-left_at", "-id")[:50]
    return Party(
        choices=_choices(actor, item, relations, now),
        reads=_reads(actor, item, words, [p.id for p in (*readers.served, *readers.outside)]),
        copies=tuple(CopyView(c.channel, c.receiver, c.left_at) for c in copies),
        history=tuple(
            ChangeView(_label(c.old), _label(c.new), c.how, c.by_kind, c.sentence, c.changed_at)
            for c in changes
        ),
        answer=_answer(item),
        widening=_widening(item),
        disclosures=tuple(
            DisclosureView(
                row.id,
                str(content.load("storage")["ground"][row.ground]),
                row.receiver,
                row.words,
                row.told_how,
                row.why_not_told,
                row.disclosed_at,
                row.told_at,
            )
            for row in disclosures
        ),
        marked_at=duty.marked_at if duty else None,
        marked_by=duty.marked_by.name if duty else "",
        eyes=_eyes(item, relations, readers),
    )


def _label(audience: str) -> str:
    return str(content.audiences()[audience].label)


def _choices(
    actor: Actor, item: Item, relations: Sequence[uuid.UUID], now: datetime
) -> tuple[Choice, ...]:
    if item.audience == Audience.DRAFT or item.kind == "relation":
        return ()
    now_at = Audience(item.audience)
    sentences = reader_sentences(actor, item.file_id, relations, now)
    by_caregiver = item.author_person_id is not None and not item.caregiver_present
    allowed = choices_of(
        about=About(item.about),
        has_relation=bool(relations),
        by_staff=item.author_staff_id is not None,
        by_caregiver_alone=by_caregiver,
        must_record=item.must_record,
    )
    return tuple(
        Choice(
            audience.value,
            _label(audience.value),
            sentences[audience.value],
            is_wider(audience, now_at),
        )
        for audience in allowed
        if audience is not now_at
    )


def _reads(
    actor: Actor, item: Item, words: Sequence[ItemWords], person_ids: Sequence[uuid.UUID]
) -> tuple[ReadView, ...]:
    """Who has read it, but for the one who asks."""
    ids = [item.id, *[w.logged_as for w in words if w.logged_as]]
    system = system_actor("people.item_page", actor.municipality)
    with use_actor(system):
        rows = log.list_reads(system, ids, file_id=item.file_id, person_ids=person_ids)
    units = tenancy.names_of_units([row.unit_id for row in rows if row.unit_id])
    roles = content.roles()
    return tuple(
        ReadView(
            str(roles[row.role].label) if row.role in roles else "",
            units.get(row.unit_id, "") if row.unit_id else "",
            row.act,
            row.at,
            row.actor_kind == "citizen",
        )
        for row in rows
        if row.actor_id != actor.id
    )


def _answer(item: Item) -> AnswerView | None:
    row = ItemAnswer.objects.filter(item=item).order_by("-id").first()
    if row is None:
        return None
    said = Correction.objects.filter(item_id=row.correction_id).first()
    return AnswerView(
        row.answer, row.how, row.given_at, row.correction_id, said.text if said else ""
    )


def _widening(item: Item) -> WideningView | None:
    row = (
        PendingWidening.objects.filter(item=item)
        .exclude(state=WideningState.UNDONE.value)
        .select_related("taken_by")
        .order_by("-id")
        .first()
    )
    if row is None:
        return None
    others = PendingWidening.objects.filter(
        file_id=row.file_id, state=WideningState.WAITING.value, way=row.way
    )
    waiting = list(others.order_by("id").values_list("id", flat=True))
    return WideningView(
        row.id,
        row.new,
        _label(row.new),
        row.how,
        row.way,
        row.state,
        row.sentence,
        row.taken_by_id,
        row.taken_by.name,
        row.taken_at,
        waiting[-1] if waiting else row.id,
        len(waiting),
    )


def _eyes(
    item: Item, relations: Sequence[uuid.UUID], readers: policy.Readers
) -> tuple[tuple[str, bool], ...]:
    """See as, of this item: computed from what is at hand, not asked of anybody."""
    knows = bool(readers.recipients) or not readers.outside
    at_hand = AtHand(Audience(item.audience), bool(relations), knows, bool(readers.family))
    return tuple((eyes.value, would_read(eyes, at_hand)) for eyes in Onlooker)
