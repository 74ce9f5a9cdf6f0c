"""Writes from proposal to end: proposed, confirmed by both sides, sent back, declined, ended."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from lagspill.access import operations as access
from lagspill.agreements import events, policy
from lagspill.agreements.models import Agreement, Confirmation, Line, Reply, Version
from lagspill.agreements.queries import versions as queries
from lagspill.agreements.rules import (
    OPEN,
    AgreementState,
    Answer,
    How,
    LineKind,
    Side,
    VersionState,
    answer_fault,
    canonical,
    hash_of,
    is_agreed,
    may_move,
    measure_fault,
    task_fault,
)
from lagspill.audit import operations as audit
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch.rules import Outcome
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import About, Audience, Channel, is_wider
from lagspill.promises import operations as promises
from lagspill.tenancy.scope import use_actor


def _system(actor: Actor) -> Actor:
    return system_actor("agreements.answers", actor.municipality)


@contextmanager
def _answering(actor: Actor, version_id: uuid.UUID, now: datetime) -> Iterator[Version]:
    """The version, locked, with what its answer needs in reach: what follows a citizen's yes is the system's to write.

    Raises NotFound unless the actor may see the version.
    """
    if not policy.visible_versions(actor, now).filter(id=version_id).exists():
        raise NotFound("agreement", version_id)
    with use_actor(_system(actor) if actor.is_citizen else actor):
        yield (
            Version.objects.select_for_update(of=("self",))
            .select_related("file")
            .get(id=version_id)
        )


def _move(version: Version, new: VersionState, now: datetime, *fields: str) -> None:
    if not may_move(VersionState(version.state), new):
        raise NotPossible("illegal_move")
    version.state = new.value
    if new in (VersionState.SUPERSEDED, VersionState.WITHDRAWN, VersionState.ENDED):
        version.closed_at = now
    version.save(update_fields=["state", "closed_at", *fields])


def _lines(version: Version) -> list[Line]:
    rows = Line.objects.filter(version=version).select_related("item")
    return queries.in_order(list(rows))


@operation
def propose(*, actor: Actor, now: datetime, version_id: uuid.UUID, review_on: date) -> Version:
    """Put a draft before the caregiver: in the portal with a notice, or by phone or paper as they can be reached.

    Proposing what is proposed already changes nothing. Raises NotFound, NotPossible("agreement_is_empty",
    "measure_needs_owner_and_date", "measure_too_long", "measure_date_passed", "review_in_the_past", "minor_no_tasks",
    "age_unknown", "illegal_move").
    """
    with _answering(actor, version_id, now) as version:
        if not policy.can_edit(actor, version, now):
            raise NotFound("agreement", version_id)
        if version.state == VersionState.PROPOSED:
            return version
        today = oslo_today(now)
        if review_on <= today:
            raise NotPossible("review_in_the_past")
        file = people_queries.get_file(actor, version.file_id, now)
        _check_lines(_lines(version), file.age_group, today)
        version.review_on, version.proposed_at = review_on, now
        version.revision += 1
        _move(version, VersionState.PROPOSED, now, "review_on", "proposed_at", "revision")
        audit.record(
            actor,
            "propose_agreement",
            "agreement",
            now=now,
            object_id=version.id,
            file_id=version.file_id,
            fields=("state", "review_on"),
        )
        facts.announce(
            events.AgreementProposed(
                version.municipality_id,
                version.file_id,
                version.agreement_id,
                version.id,
                version.file.unit_id,
                version.lead_staff_id,
                _tell_caregiver(actor, version, file, now),
            ),
            now=now,
        )
    return version


def _check_lines(lines: list[Line], age_group: str, today: date) -> None:
    if not lines:
        raise NotPossible("agreement_is_empty")
    for line in lines:
        words = queries.words_of(line)
        has_owner = line.unit_id is not None
        fault = task_fault(words, age_group) or measure_fault(words, has_owner, line.due_on, today)
        if fault:
            raise NotPossible(fault)


def _tell_caregiver(
    actor: Actor, version: Version, file: people_queries.FileView, now: datetime
) -> str:
    """How the proposal reaches the caregiver: who can sign in gets a notice; others a call or a paper."""
    if file.is_bound:
        told = dispatch.notify(
            actor=actor,
            now=now,
            file_id=version.file_id,
            notice="agreement",
            language=file.language,
            place=f"avtale/{version.id}",
        )
        return How.PORTAL.value if told is Outcome.SENT else How.PHONE.value
    by_letter = file.reach.channel is Channel.LETTER and file.reach.allows(Channel.LETTER)
    return How.PAPER.value if by_letter else How.PHONE.value


@operation
def confirm(
    *,
    actor: Actor,
    now: datetime,
    version_id: uuid.UUID,
    side: Side,
    how: How,
    revision: int | None = None,
) -> Version:
    """Say one side's yes. The caregiver's comes from their own sign-in, or by phone or paper as staff record it; the
    municipality's from the version's lead. The same yes twice counts once.

    With both, in this transaction: measures become promises, the version gets its hash and holds, the one before it is
    superseded. The caregiver's yes also widens each line to the audience that was shown with it.
    A date that passed while the proposal waited stops nobody's yes; the promise is then overdue at once.
    Raises NotFound, NotAllowed("not_the_lead", "wrong_side"), NotPossible("illegal_move"), Stale when `revision` is not what is proposed now.
    """
    with _answering(actor, version_id, now) as version:
        _check_side(actor, version, side, how, now)
        said = set(Confirmation.objects.filter(version=version).values_list("side", flat=True))
        if side.value in said:
            return version
        if version.state != VersionState.PROPOSED:
            raise NotPossible("illegal_move")
        if revision is not None and revision != version.revision:
            raise Stale(theirs=version.id)
        lines = _lines(version)
        Confirmation.objects.create(
            file_id=version.file_id,
            version=version,
            side=side.value,
            how=how.value,
            by_staff_id=actor.id if actor.is_staff else None,
            by_person_id=actor.person_id if actor.is_citizen else None,
            confirmed_at=now,
        )
        if side is Side.CAREGIVER:
            _widen(actor, now, lines, how)
        audit.record(
            actor,
            "confirm_agreement",
            "agreement",
            now=now,
            object_id=version.id,
            file_id=version.file_id,
            fields=(side.value,),
            reason=how.value,
        )
        if is_agreed({Side(held) for held in said} | {side}):
            _conclude(actor, now, version, lines)
        elif side is Side.CAREGIVER:
            facts.announce(events.CaregiverConfirmed(*_who(version)), now=now)
    return version


def _who(version: Version) -> tuple[str, uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID]:
    return (
        version.municipality_id,
        version.file_id,
        version.agreement_id,
        version.id,
        version.file.unit_id,
        version.lead_staff_id,
    )


def _check_side(actor: Actor, version: Version, side: Side, how: How, now: datetime) -> None:
    """Nobody says yes for both: the portal's yes is each one's own, and staff only record a caregiver's."""
    if side is Side.MUNICIPALITY:
        decision = policy.can_confirm_as_municipality(actor, version, now)
        is_fit = how is How.PORTAL
    elif actor.is_citizen:
        decision = policy.can_confirm_as_caregiver(actor, version, now)
        is_fit = how is How.PORTAL
    else:
        decision = policy.can_edit(actor, version, now)
        is_fit = how is not How.PORTAL
    if not decision:
        raise NotAllowed(decision.reason, known=True, noun="agreement", object_id=version.id)
    if not is_fit:
        raise NotAllowed("wrong_side", known=True, noun="agreement", object_id=version.id)


def _widen(actor: Actor, now: datetime, lines: list[Line], how: How) -> None:
    """The caregiver's yes is also the yes to the readers shown with each line (privacy model, "Widening").

    In the portal at once; by telephone or paper when the copy of it has left.
    """
    for line in lines:
        wanted = Audience(line.audience)
        wider = is_wider(wanted, Audience(line.item.audience))
        if line.item.agreed and not wider:
            continue
        relations = people_queries.list_item_relations(actor, line.item_id, now)
        sentences = people_queries.reader_sentences(actor, line.file_id, relations, now)
        ask = people.ask_widening if wider and actor.is_staff else people.change_audience
        ask(
            actor=actor,
            now=now,
            item_id=line.item_id,
            audience=wanted,
            how=how.value,
            sentence=sentences[wanted.value],
        )


def _conclude(actor: Actor, now: datetime, version: Version, lines: list[Line]) -> None:
    """Both have said yes."""
    if version.review_on is None:  # a proposal always has one; the type does not know
        raise NotPossible("illegal_move")
    system = _system(actor)
    with use_actor(system):
        agreed = [queries.agreed_line(line) for line in lines]
        for line in lines:
            if line.kind == LineKind.MEASURE:
                _make_promise(system, now, line)
        earlier = Version.objects.select_for_update(of=("self",)).filter(
            agreement_id=version.agreement_id, state=VersionState.CONFIRMED.value
        )
        for old in earlier:
            _move(old, VersionState.SUPERSEDED, now)
        version.digest = hash_of(canonical(version.number, version.review_on, agreed))
        version.confirmed_at = now
        _move(version, VersionState.CONFIRMED, now, "digest", "confirmed_at")
        Agreement.objects.filter(id=version.agreement_id).update(state=AgreementState.AGREED.value)
        audit.record(
            system,
            "conclude_agreement",
            "agreement",
            now=now,
            object_id=version.id,
            file_id=version.file_id,
            fields=("state", "digest"),
        )
        facts.announce(events.AgreementConfirmed(*_who(version), version.review_on), now=now)


def _make_promise(system: Actor, now: datetime, line: Line) -> None:
    """From here on the promise alone holds owner, date and state."""
    if line.unit_id is None or line.due_on is None:
        raise NotPossible("measure_needs_owner_and_date")
    promise = promises.make_promise(
        actor=system,
        now=now,
        file_id=line.file_id,
        item_id=line.item_id,
        text=line.text,
        unit_id=line.unit_id,
        owner_staff_id=line.owner_staff_id,
        due_on=line.due_on,
    )
    line.promise_id, line.unit_id, line.owner_staff_id, line.due_on = promise.id, None, None, None
    line.save(update_fields=["promise", "unit", "owner_staff", "due_on"])


@operation
def give_answer(
    *,
    actor: Actor,
    now: datetime,
    version_id: uuid.UUID,
    answer: Answer,
    how: How,
    text: str = "",
    key: uuid.UUID | None = None,
) -> Version:
    """The caregiver asks for a change, says no, or ends the agreement; no reason is needed. Twice counts once.

    A wish for change makes the proposal a draft again, and earlier yeses fall. Staff record what was said by phone or on
    paper. Raises NotFound, NotAllowed("wrong_side"), NotPossible("illegal_move").
    """
    with _answering(actor, version_id, now) as version:
        _check_side(actor, version, Side.CAREGIVER, how, now)
        if not access.claim_once(actor=actor, key=key, now=now):
            return version
        fault = answer_fault(answer, VersionState(version.state))
        if fault:
            raise NotPossible(fault)
        _write_reply(actor, now, version, answer, how, text)
        audit.record(
            actor,
            f"answer_{answer.value}",
            "agreement",
            now=now,
            object_id=version.id,
            file_id=version.file_id,
            fields=("state",),
            reason=how.value,
        )
        if answer is Answer.CHANGE:
            _reopen(version, now)
            facts.announce(events.AgreementChangeAsked(*_who(version)), now=now)
        elif answer is Answer.NO:
            drop_version(version, now, "declined")
        else:
            end_version(version, now, "ended_by_caregiver")
    return version


def _write_reply(
    actor: Actor, now: datetime, version: Version, answer: Answer, how: How, text: str
) -> None:
    file = people_queries.get_file_row(actor, version.file_id, now)
    item = people.write_item(
        actor=actor, now=now, file=file, kind="agreement_reply", about=About.CAREGIVER
    )
    sentences = people_queries.reader_sentences(actor, file.id, [], now)
    people.place_item(
        actor=actor,
        now=now,
        item_id=item.id,
        audience=Audience.TALK,
        sentence=sentences[Audience.TALK.value],
    )
    Reply.objects.create(
        file_id=version.file_id,
        version=version,
        item_id=item.id,
        answer=answer.value,
        how=how.value,
        text=text,
        given_at=now,
    )


def _reopen(version: Version, now: datetime) -> None:
    version.revision += 1
    _move(version, VersionState.DRAFT, now, "revision")
    Confirmation.objects.filter(version=version).delete()


def drop_version(version: Version, now: datetime, how: str) -> None:
    """A draft or proposal comes to nothing; what is in force goes on."""
    _move(version, VersionState.WITHDRAWN, now)
    in_force = Version.objects.filter(
        agreement_id=version.agreement_id, state=VersionState.CONFIRMED.value
    )
    if not in_force.exists():
        _end_agreement(version, now, how)
    _announce_end(version, now, how)


def end_version(version: Version, now: datetime, how: str) -> None:
    _move(version, VersionState.ENDED, now)
    still_open = Version.objects.filter(
        agreement_id=version.agreement_id, state__in=[state.value for state in OPEN]
    )
    for other in still_open:
        _move(other, VersionState.WITHDRAWN, now)
    _end_agreement(version, now, how)
    _announce_end(version, now, how)


def _end_agreement(version: Version, now: datetime, how: str) -> None:
    Agreement.objects.filter(id=version.agreement_id).update(
        state=AgreementState.ENDED.value, ended_at=now, ended_how=how
    )


def _announce_end(version: Version, now: datetime, how: str) -> None:
    facts.announce(
        events.AgreementEnded(
            version.municipality_id, version.file_id, version.agreement_id, version.id, how
        ),
        now=now,
    )


@contextmanager
def _edited(
    actor: Actor, version_id: uuid.UUID, now: datetime, verb: str, field: str
) -> Iterator[Version]:
    """The version, locked, for an act of the file's staff; the act is logged at the end."""
    with _answering(actor, version_id, now) as version:
        if not policy.can_edit(actor, version, now):
            raise NotFound("agreement", version_id)
        yield version
        audit.record(
            actor,
            verb,
            "agreement",
            now=now,
            object_id=version.id,
            file_id=version.file_id,
            fields=(field,),
        )


@operation
def reopen(*, actor: Actor, now: datetime, version_id: uuid.UUID) -> Version:
    """Staff take a proposal back to change it. Raises NotFound, NotPossible("illegal_move")."""
    with _edited(actor, version_id, now, "reopen_agreement", "state") as version:
        _reopen(version, now)
    return version


@operation
def withdraw(*, actor: Actor, now: datetime, version_id: uuid.UUID) -> Version:
    """Staff drop a draft or proposal, or end the agreement for the municipality. Twice changes nothing.

    Raises NotFound, NotPossible("illegal_move").
    """
    with _edited(actor, version_id, now, "withdraw_agreement", "state") as version:
        if version.closed_at is None:
            if version.state == VersionState.CONFIRMED:
                end_version(version, now, "ended_by_staff")
            else:
                drop_version(version, now, "dropped")
    return version


@operation
def take_lead(*, actor: Actor, now: datetime, version_id: uuid.UUID) -> Version:
    """Another of the file's staff leads the version from now on. Raises NotFound, NotPossible("illegal_move")."""
    with _edited(actor, version_id, now, "take_lead", "lead_staff") as version:
        if version.state not in OPEN or actor.id is None:
            raise NotPossible("illegal_move")
        version.lead_staff_id = actor.id
        version.save(update_fields=["lead_staff"])
    return version
