"""Versions and their lines as screens need them; what is shown of one is filtered by today's audience of each item."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import queries as access
from lagspill.access.queries import StaffCard
from lagspill.access.rules import CAREGIVER_ROLES, Role
from lagspill.agreements import policy
from lagspill.agreements.models import AgreementRelation, Confirmation, Line, Reply, Version
from lagspill.agreements.rules import (
    FIXED,
    KINDS,
    OPEN,
    AgreedLine,
    LineKind,
    LineWords,
    VersionState,
    Who,
)
from lagspill.audit import operations as audit
from lagspill.conversations import queries as conversations
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people import policy as people_policy
from lagspill.people import queries as people
from lagspill.people.rules import Audience
from lagspill.promises import queries as promises
from lagspill.tenancy import queries as tenancy


@dataclass(frozen=True)
class LineView:
    """One line as a screen shows it. `readers` says in one plain sentence who reads it once it is agreed."""

    id: uuid.UUID
    item_id: uuid.UUID
    kind: str
    text: str
    who: str
    who_label: str
    when: str
    name: str
    phone: str
    substitute_name: str
    substitute_phone: str
    audience: str
    audience_label: str
    about: str
    readers: str
    position: int
    revision: int
    source_item_id: uuid.UUID | None
    unit_id: uuid.UUID | None
    unit: str
    owner_staff_id: uuid.UUID | None
    owner: str
    due_on: date | None
    promise_id: uuid.UUID | None = None
    promise: promises.PromiseView | None = None

    @property
    def is_whole(self) -> bool:
        """False for a measure that still misses its owner or its date."""
        return self.kind != LineKind.MEASURE or bool(
            self.promise_id or (self.unit_id and self.due_on)
        )


@dataclass(frozen=True)
class ConfirmationView:
    """One side's yes."""

    side: str
    how: str
    by: str
    confirmed_at: datetime


@dataclass(frozen=True)
class ReplyView:
    """What the caregiver said instead of yes."""

    answer: str
    how: str
    text: str
    given_at: datetime


@dataclass(frozen=True)
class TaskGroup:
    """The tasks that one does."""

    who: str
    label: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True)
class VersionView:
    """One version: whom it is about, its lines in reading order, who has said yes, and what each reader may do."""

    id: uuid.UUID
    agreement_id: uuid.UUID
    file_id: uuid.UUID
    municipality: str
    number: int
    state: str
    talk_id: uuid.UUID | None
    caregiver: str
    caregiver_is_bound: bool
    care_recipients: tuple[tuple[uuid.UUID, str], ...]
    lead: StaffCard
    unit_id: uuid.UUID
    unit: str
    unit_phone: str
    review_on: date | None
    revision: int
    digest: str
    proposed_at: datetime | None
    confirmed_at: datetime | None
    closed_at: datetime | None
    lines: tuple[LineView, ...] = ()
    confirmations: tuple[ConfirmationView, ...] = ()
    replies: tuple[ReplyView, ...] = ()
    is_lead: bool = False

    def of(self, kind: str) -> list[LineView]:
        """Lines of one kind."""
        return [line for line in self.lines if line.kind == kind]

    @property
    def matters(self) -> list[LineView]:
        """What matters."""
        return self.of(LineKind.MATTERS)

    @property
    def task_groups(self) -> list[TaskGroup]:
        """Tasks by who does them, in one fixed order."""
        tasks = self.of(LineKind.TASK)
        found = [(who, [line for line in tasks if line.who == who]) for who in Who]
        return [
            TaskGroup(who.value, lines[0].who_label, tuple(lines)) for who, lines in found if lines
        ]

    @property
    def first_shared_task(self) -> list[LineView]:
        """A task that all may read, if there is one: what is said of its readers holds for all such."""
        return [line for line in self.of(LineKind.TASK) if line.audience == Audience.SHARED][:1]

    @property
    def will_not(self) -> list[LineView]:
        """What the caregiver does not do."""
        return self.of(LineKind.WILL_NOT)

    @property
    def service_asks(self) -> list[LineView]:
        """What the service asks for."""
        return self.of(LineKind.SERVICE_ASKS)

    @property
    def measures(self) -> list[LineView]:
        """What the municipality promises."""
        return self.of(LineKind.MEASURE)

    @property
    def contacts(self) -> list[LineView]:
        """Whom to call."""
        return self.of(LineKind.CONTACT)

    @property
    def contingency(self) -> list[LineView]:
        """What happens when something unexpected does."""
        return self.of(LineKind.CONTINGENCY)

    @property
    def is_open(self) -> bool:
        """True while somebody still works on it."""
        return self.state in OPEN

    @property
    def is_fixed(self) -> bool:
        """True when it has been agreed and never changes again."""
        return self.state in FIXED

    @property
    def sides(self) -> frozenset[str]:
        """The sides that have said yes."""
        return frozenset(c.side for c in self.confirmations)

    @property
    def recipient_names(self) -> str:
        """Names of those it is about, in one line; the general word when none is known."""
        names = [name for _, name in self.care_recipients if name]
        return " / ".join(names) or str(content.load("audiences")["instead"]["care_recipient"])


@dataclass(frozen=True)
class AgreementView:
    """A version in a list: number, state and dates."""

    id: uuid.UUID
    number: int
    state: str
    started_at: datetime
    confirmed_at: datetime | None
    review_on: date | None


def words_of(row: Line) -> LineWords:
    """What a line says, for the rules."""
    return LineWords(
        LineKind(row.kind),
        row.text,
        Who(row.who) if row.who else None,
        row.when_text,
        row.name,
        row.phone,
        row.substitute_name,
        row.substitute_phone,
    )


def agreed_line(row: Line, made: promises.AsMade | None = None) -> AgreedLine:
    """All that the yes to a line is about. `made` is how its promise was made, once it has one."""
    unit_id, owner_id, due_on = row.unit_id, row.owner_staff_id, row.due_on
    if made is not None:
        unit_id, owner_id, due_on = made.unit_id, made.owner_id, made.due_on
    return AgreedLine(
        words_of(row),
        row.audience,
        str(unit_id) if unit_id else "",
        str(owner_id) if owner_id else "",
        due_on,
    )


def in_order(rows: Sequence[Line]) -> list[Line]:
    """Lines in the order they are read: by part, then as staff have placed them."""
    return sorted(rows, key=lambda row: (KINDS.index(LineKind(row.kind)), row.position))


def who_label(who: str) -> str:
    """Who does a task, in the reader's language; the caregiver is spoken of, not "I"."""
    if not who:
        return ""
    words = (
        content.load("agreement")["who"]
        if who == Who.CAREGIVER
        else content.load("agreement")["actor"]
    )
    return str(words[who])


def line_view(
    row: Line,
    *,
    sentences: Mapping[str, str],
    staff: Mapping[uuid.UUID, StaffCard],
    units: Mapping[uuid.UUID, str],
    made: Mapping[uuid.UUID, promises.PromiseView],
) -> LineView:
    """A row as a read model; `item` must be loaded."""
    # Before the yes the sentence is about what it will be; afterwards about what it is today.
    rung = row.item.audience if row.version.state in FIXED else row.audience
    owner = staff.get(row.owner_staff_id) if row.owner_staff_id else None
    return LineView(
        row.id,
        row.item_id,
        row.kind,
        row.text,
        row.who,
        who_label(row.who),
        row.when_text,
        row.name,
        row.phone,
        row.substitute_name,
        row.substitute_phone,
        rung,
        str(content.audiences()[rung].label),
        row.item.about,
        sentences.get(rung, ""),
        row.position,
        row.revision,
        row.source_item_id,
        row.unit_id,
        units.get(row.unit_id, "") if row.unit_id else "",
        row.owner_staff_id,
        owner.name if owner else "",
        row.due_on,
        row.promise_id,
        made.get(row.promise_id) if row.promise_id else None,
    )


def get_version(actor: Actor, version_id: uuid.UUID, now: datetime) -> VersionView:
    """A version with what the actor may read of it; audited once. Raises NotFound."""
    version = _version_row(actor, version_id, now)
    rows = list(
        policy.visible_lines(actor, now)
        .filter(version_id=version.id)
        .select_related("item", "version")
    )
    view = _version_view(actor, version, rows, now)
    audit.record_read(
        actor,
        "get_version",
        "agreement",
        now=now,
        object_id=version.id,
        object_ids=[row.item_id for row in rows],
        file_id=version.file_id,
    )
    return view


def _version_row(actor: Actor, version_id: uuid.UUID, now: datetime) -> Version:
    version = (
        policy.visible_versions(actor, now)
        .select_related("file__caregiver")
        .filter(id=version_id)
        .first()
    )
    if version is None:
        raise NotFound("agreement", version_id)
    return version


def _version_view(
    actor: Actor, version: Version, rows: Sequence[Line], now: datetime
) -> VersionView:
    confirmations = list(
        Confirmation.objects.filter(version=version).order_by("confirmed_at", "id")
    )
    replies = Reply.objects.filter(
        version=version, item__in=people_policy.visible_items(actor, now)
    ).order_by("id")
    staff_ids = [version.lead_staff_id, *[c.by_staff_id for c in confirmations if c.by_staff_id]]
    staff_ids += [row.owner_staff_id for row in rows if row.owner_staff_id]
    staff = access.list_staff(staff_ids)
    units = {unit.id: unit for unit in tenancy.list_units()}
    home = units[version.file.unit_id]
    sentences = people.reader_sentences(actor, version.file_id, [], now)
    made = (
        {p.id: p for p in promises.list_promises(actor, version.file_id, now)}
        if any(row.promise_id for row in rows)
        else {}
    )
    names = {unit_id: unit.name for unit_id, unit in units.items()}
    return VersionView(
        version.id,
        version.agreement_id,
        version.file_id,
        version.municipality_id,
        version.number,
        version.state,
        version.talk_id,
        version.file.caregiver.name,
        version.file.caregiver.is_bound,
        _recipients(version),
        staff[version.lead_staff_id],
        home.id,
        home.name,
        home.phone or tenancy.root_phone(),
        version.review_on,
        version.revision,
        version.digest,
        version.proposed_at,
        version.confirmed_at,
        version.closed_at,
        tuple(
            line_view(row, sentences=sentences, staff=staff, units=names, made=made)
            for row in in_order(rows)
        ),
        tuple(
            ConfirmationView(
                c.side,
                c.how,
                staff[c.by_staff_id].name if c.by_staff_id else version.file.caregiver.name,
                c.confirmed_at,
            )
            for c in confirmations
        ),
        tuple(ReplyView(r.answer, r.how, r.text, r.given_at) for r in replies),
        actor.is_staff and version.lead_staff_id == actor.id,
    )


def _recipients(version: Version) -> tuple[tuple[uuid.UUID, str], ...]:
    rows = (
        AgreementRelation.objects.filter(agreement_id=version.agreement_id)
        .order_by("id")
        .values_list("relation__care_recipient_id", "relation__care_recipient__name")
    )
    return tuple(rows)


def get_line(actor: Actor, line_id: uuid.UUID, now: datetime) -> tuple[VersionView, LineView]:
    """One line and the version it stands in; audited with the version. Raises NotFound."""
    row = policy.visible_lines(actor, now).filter(id=line_id).first()
    if row is None:
        raise NotFound("agreement_line", line_id)
    version = get_version(actor, row.version_id, now)
    return version, next(line for line in version.lines if line.id == line_id)


def find_open(actor: Actor, file_id: uuid.UUID, now: datetime) -> uuid.UUID | None:
    """The version of a file that somebody still works on (draft or proposed), if the actor may see it."""
    return (
        policy.visible_versions(actor, now)
        .filter(file_id=file_id, state__in=[state.value for state in OPEN])
        .values_list("id", flat=True)
        .first()
    )


def find_current(actor: Actor, file_id: uuid.UUID, now: datetime) -> VersionView | None:
    """The version in force in a file, or none; audited once when there is one."""
    found = (
        policy.visible_versions(actor, now)
        .filter(file_id=file_id, state=VersionState.CONFIRMED.value)
        .values_list("id", flat=True)
        .first()
    )
    return get_version(actor, found, now) if found else None


def list_versions(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[AgreementView]:
    """All versions of a file that the actor may see, newest first; dates and states, no words."""
    rows = policy.visible_versions(actor, now).filter(file_id=file_id).order_by("-id")[:50]
    return [
        AgreementView(
            row.id, row.number, row.state, row.started_at, row.confirmed_at, row.review_on
        )
        for row in rows
    ]


def list_statements(
    actor: Actor, version: VersionView, now: datetime
) -> list[conversations.StatementView]:
    """The placed statements a draft is built from: the talk's, or the whole file's when it came from no talk."""
    return conversations.list_statements(actor, version.file_id, now, version.talk_id)


def list_owners(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[tuple[uuid.UUID, str]]:
    """Employees who may own a measure of this file, by name, but for own family; names of staff are open."""
    roles = [*CAREGIVER_ROLES, Role.ALLOCATION, Role.UNIT_LEADER]
    members = access.list_members(
        roles=sorted(role.value for role in roles), unit_ids=None, now=now
    )
    kin = people_policy.kin_among(file_id, [member.id for member in members])
    return [(member.id, member.name) for member in members if member.id not in kin]
