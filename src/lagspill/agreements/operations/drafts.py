"""Writes of a draft: started from a talk, built from its statements, edited until it is proposed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from lagspill.access import operations as access
from lagspill.agreements import policy
from lagspill.agreements.models import Agreement, AgreementRelation, Line, Version
from lagspill.agreements.queries import versions as queries
from lagspill.agreements.rules import (
    FIXED,
    OPEN,
    AgreementState,
    LineKind,
    LineWords,
    VersionState,
    Who,
    task_fault,
)
from lagspill.audit import operations as audit
from lagspill.conversations import queries as conversations
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people import policy as people_policy
from lagspill.people import queries as people_queries
from lagspill.people.rules import About, Audience, is_wider, placing_fault
from lagspill.tenancy import queries as tenancy

LONGEST = 4000


@dataclass(frozen=True)
class NewLine:
    """What a form says about a line. `is_together`: the caregiver took part in choosing who may read it."""

    words: LineWords
    audience: Audience
    about: About
    is_together: bool = False
    relation_ids: tuple[uuid.UUID, ...] = ()
    unit_id: uuid.UUID | None = None
    owner_staff_id: uuid.UUID | None = None
    due_on: date | None = None


@operation
def start_draft(
    *, actor: Actor, now: datetime, file_id: uuid.UUID, talk_id: uuid.UUID | None
) -> Version:
    """Start a version, or give the one that is open already. The actor leads it.

    A first version begins empty; a later one begins with the lines in force, measures aside: their promises live on.
    Raises NotFound unless the actor is the file's staff.
    """
    if not actor.is_staff:
        raise NotFound("file", file_id)
    file = people_queries.get_file(actor, file_id, now)
    agreement, is_new = Agreement.objects.get_or_create(
        file_id=file.id,
        ended_at=None,
        defaults={"state": AgreementState.DRAFT.value, "started_at": now},
    )
    Agreement.objects.select_for_update(of=("self",)).get(id=agreement.id)
    held = Version.objects.filter(
        agreement=agreement, state__in=[state.value for state in OPEN]
    ).first()
    if held is not None:
        return held
    if is_new:
        AgreementRelation.objects.bulk_create(
            AgreementRelation(file_id=file.id, agreement=agreement, relation_id=relation.id)
            for relation in file.relations
        )
    last = Version.objects.filter(agreement=agreement).aggregate(last=Max("number"))["last"] or 0
    version = Version.objects.create(
        file_id=file.id,
        agreement=agreement,
        number=last + 1,
        state=VersionState.DRAFT.value,
        talk_id=talk_id,
        lead_staff_id=actor.id,
        started_at=now,
    )
    audit.record(actor, "start_draft", "agreement", now=now, object_id=version.id, file_id=file.id)
    _carry_over(actor, now, version)
    return version


def _carry_over(actor: Actor, now: datetime, version: Version) -> None:
    """The lines in force, as they are read today, so that nothing is typed again."""
    rows = (
        policy.visible_lines(actor, now)
        .filter(
            version__agreement_id=version.agreement_id, version__state=VersionState.CONFIRMED.value
        )
        .exclude(kind=LineKind.MEASURE.value)
        .select_related("item")
    )
    for row in queries.in_order(list(rows)):
        relations = people_queries.list_item_relations(actor, row.item_id, now)
        new = NewLine(
            queries.words_of(row),
            Audience(row.item.audience),
            About(row.item.about),
            is_together=True,
            relation_ids=tuple(relations),
        )
        _write_line(actor, now, version, new, source_item_id=row.source_item_id)


def locked_draft(actor: Actor, now: datetime, version_id: uuid.UUID) -> Version:
    """The version, locked, if the actor may write in it now.

    Raises NotFound, NotPossible("confirmed_never_changes") and NotPossible("illegal_move") when it is proposed or closed.
    """
    version = (
        Version.objects.select_for_update(of=("self",))
        .filter(id__in=policy.visible_versions(actor, now).values("id"), id=version_id)
        .first()
    )
    if version is None or not policy.can_edit(actor, version, now):
        raise NotFound("agreement", version_id)
    if version.state in FIXED:
        raise NotPossible("confirmed_never_changes")
    if version.state != VersionState.DRAFT:
        raise NotPossible("illegal_move")
    return version


@operation
def take_statement(
    *, actor: Actor, now: datetime, version_id: uuid.UUID, item_id: uuid.UUID, kind: LineKind
) -> Line:
    """Take a placed statement in as a line of `kind`, with its words, audience and relations. Twice makes one.

    A task so made is done by nobody yet. Raises NotFound, NotPossible("line_too_long") and as `locked_draft`.
    """
    version = locked_draft(actor, now, version_id)
    held = Line.objects.filter(version=version, source_item_id=item_id, kind=kind.value).first()
    if held is not None:
        return held
    statements = conversations.list_statements(actor, version.file_id, now, version.talk_id)
    statement = next((found for found in statements if found.item_id == item_id), None)
    if statement is None:
        raise NotFound("statement", item_id)
    if len(statement.text) > LONGEST:
        raise NotPossible("line_too_long")
    new = NewLine(
        LineWords(kind, statement.text, who=Who.NOBODY_YET if kind is LineKind.TASK else None),
        Audience(statement.audience),
        About(statement.about),
        is_together=statement.is_agreed,  # its audience was chosen when the statement was placed
        relation_ids=tuple(people_queries.list_item_relations(actor, item_id, now)),
        unit_id=_home_unit(version) if kind is LineKind.MEASURE else None,
    )
    return _write_line(actor, now, version, new, source_item_id=item_id)


def _home_unit(version: Version) -> uuid.UUID:
    unit_id: uuid.UUID = version.file.unit_id
    return unit_id


@operation
def add_line(
    *,
    actor: Actor,
    now: datetime,
    version_id: uuid.UUID,
    new: NewLine,
    key: uuid.UUID | None = None,
) -> Line | None:
    """Add a line typed anew; none when this form was done before.

    Words that go wider than the talk start there unless the caregiver took part, and widen with the caregiver's yes.
    Raises NotFound, NotPossible with a placing fault, "minor_no_tasks", "age_unknown" and as `locked_draft`.
    """
    version = locked_draft(actor, now, version_id)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    return _write_line(actor, now, version, new)


def _write_line(
    actor: Actor,
    now: datetime,
    version: Version,
    new: NewLine,
    *,
    source_item_id: uuid.UUID | None = None,
) -> Line:
    file = people_queries.get_file_row(actor, version.file_id, now)
    relations = new.relation_ids or _relations_of(version)
    _check(new, file.id, relations, people_policy.age_group(file.caregiver, now))
    item = people.write_item(
        actor=actor,
        now=now,
        file=file,
        kind="agreement_line",
        about=new.about,
        relation_ids=relations,
        caregiver_present=new.is_together,
    )
    rung = new.audience if new.is_together else Audience.TALK
    sentences = people_queries.reader_sentences(actor, file.id, relations, now)
    people.place_item(
        actor=actor,
        now=now,
        item_id=item.id,
        audience=rung,
        sentence=sentences[rung.value],
        caregiver_present=new.is_together,
    )
    last = Line.objects.filter(version=version).aggregate(last=Max("position"))["last"] or 0
    line = Line(
        file_id=version.file_id,
        version=version,
        item_id=item.id,
        source_item_id=source_item_id,
        kind=new.words.kind.value,
        position=last + 1,
    )
    _fill(line, new)
    line.save(force_insert=True)
    _touch(version)
    audit.record(
        actor,
        "add_line",
        "agreement_line",
        now=now,
        object_id=line.id,
        file_id=version.file_id,
        fields=("kind", "text", "audience"),
    )
    return line


def _relations_of(version: Version) -> tuple[uuid.UUID, ...]:
    return tuple(
        AgreementRelation.objects.filter(agreement_id=version.agreement_id)
        .order_by("id")
        .values_list("relation_id", flat=True)
    )


def _check(
    new: NewLine, file_id: uuid.UUID, relations: Sequence[uuid.UUID], age_group: str
) -> None:
    fault = task_fault(new.words, age_group) or placing_fault(
        audience=new.audience,
        about=new.about,
        has_relation=bool(relations),
        by_staff=True,
        written_by_caregiver_alone=False,
    )
    if fault:
        raise NotPossible(fault)
    if new.unit_id is not None:
        tenancy.get_unit(new.unit_id)
    if new.owner_staff_id and people_policy.kin_among(file_id, [new.owner_staff_id]):
        raise NotPossible("not_for_kin")


_FIELDS = (
    "text",
    "who",
    "when_text",
    "name",
    "phone",
    "substitute_name",
    "substitute_phone",
    "audience",
    "unit_id",
    "owner_staff_id",
    "due_on",
)


def _fill(line: Line, new: NewLine) -> None:
    words = new.words
    is_measure = words.kind is LineKind.MEASURE
    line.text, line.when_text = words.text, words.when
    line.who = (words.who or Who.NOBODY_YET).value if words.kind is LineKind.TASK else ""
    line.name, line.phone = words.name, words.phone
    line.substitute_name, line.substitute_phone = words.substitute_name, words.substitute_phone
    line.audience = new.audience.value
    line.unit_id = new.unit_id if is_measure else None
    line.owner_staff_id = new.owner_staff_id if is_measure else None
    line.due_on = new.due_on if is_measure else None


def _touch(version: Version) -> None:
    version.revision += 1
    version.save(update_fields=["revision"])


@operation
def change_line(
    *,
    actor: Actor,
    now: datetime,
    line_id: uuid.UUID,
    new: NewLine,
    revision: int,
    form_id: uuid.UUID | None = None,
) -> Line:
    """Change a line of a draft. `revision` is what the page showed; `form_id` names the page, whose own saves follow on.

    Narrower holds at once; wider at once when the caregiver took part, else with the yes. Saving the same twice changes
    nothing. Raises Stale with both, NotFound, NotPossible as `add_line`.
    """
    line, version = _locked_line(actor, now, line_id)
    before = {name: getattr(line, name) for name in _FIELDS}
    if line.revision != revision and (form_id is None or line.form_id != form_id):
        raise Stale(mine=new, theirs=line.id)
    item = people_policy.visible_items(actor, now).get(id=line.item_id)
    relations = people_queries.list_item_relations(actor, line.item_id, now)
    about = About(item.about)
    caregiver = people_queries.get_file_row(actor, line.file_id, now).caregiver
    _check(_about(new, about), line.file_id, relations, people_policy.age_group(caregiver, now))
    _fill(line, new)
    if {name: getattr(line, name) for name in _FIELDS} == before:
        return line
    is_narrower = is_wider(Audience(item.audience), new.audience)
    if is_narrower or (new.is_together and item.audience != new.audience):
        sentences = people_queries.reader_sentences(actor, line.file_id, relations, now)
        people.change_audience(
            actor=actor,
            now=now,
            item_id=item.id,
            audience=new.audience,
            how="in_person",
            sentence=sentences[new.audience.value],
        )
    line.revision += 1
    line.form_id = form_id
    line.save(update_fields=[*_FIELDS, "revision", "form_id"])
    _touch(version)
    audit.record(
        actor,
        "change_line",
        "agreement_line",
        now=now,
        object_id=line.id,
        file_id=line.file_id,
        fields=[name for name in _FIELDS if getattr(line, name) != before[name]],
    )
    return line


def _about(new: NewLine, about: About) -> NewLine:
    """The same line about whom its item already is."""
    return NewLine(new.words, new.audience, about, new.is_together, new.relation_ids, new.unit_id)


def _locked_line(actor: Actor, now: datetime, line_id: uuid.UUID) -> tuple[Line, Version]:
    found = policy.visible_lines(actor, now).filter(id=line_id).values_list("version_id").first()
    if found is None:
        raise NotFound("agreement_line", line_id)
    version = locked_draft(actor, now, found[0])
    line = Line.objects.select_for_update(of=("self",)).filter(id=line_id).first()
    if line is None:  # removed while we waited for the lock
        raise NotFound("agreement_line", line_id)
    return line, version


@operation
def remove_line(*, actor: Actor, now: datetime, line_id: uuid.UUID) -> uuid.UUID:
    """Take a line out of a draft; the statement it came from stays. Gives the version's id. Raises as `change_line`."""
    line, version = _locked_line(actor, now, line_id)
    line.delete()
    _touch(version)
    audit.record(
        actor,
        "remove_line",
        "agreement_line",
        now=now,
        object_id=line_id,
        file_id=version.file_id,
    )
    return version.id


@operation
def move_line(*, actor: Actor, now: datetime, line_id: uuid.UUID, is_up: bool) -> Version:
    """Move a line one step up or down within its part; at the end it stays. Raises as `change_line`."""
    line, version = _locked_line(actor, now, line_id)
    others = Line.objects.filter(version=version, kind=line.kind)
    neighbour = (
        others.filter(position__lt=line.position).order_by("-position").first()
        if is_up
        else others.filter(position__gt=line.position).order_by("position").first()
    )
    if neighbour is not None:
        line.position, neighbour.position = neighbour.position, line.position
        line.save(update_fields=["position"])
        neighbour.save(update_fields=["position"])
        _touch(version)
        audit.record(
            actor,
            "move_line",
            "agreement_line",
            now=now,
            object_id=line.id,
            file_id=line.file_id,
            fields=("position",),
        )
    return version
