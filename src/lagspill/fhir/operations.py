"""Bringing in what a FHIR file says: persons, files and relations, through the doors of `people`. Nothing is overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import connection, transaction

from lagspill.audit import operations as audit
from lagspill.fhir.rules import (
    Fault,
    LeftAlone,
    Parsed,
    PatientData,
    PersonData,
    RelatedPersonData,
    code_for,
)
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotPossible
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import ASKS_AGE, AgeGroup, Channel, Reach, age_group_of
from lagspill.tenancy import queries as tenancy

T = TypeVar("T", PatientData, RelatedPersonData)

#: Refusals of `people` in the words of the import.
_REASONS = {
    "already_bound": "taken",
    "own_caregiver": "own_caregiver",
    "child_track_only": "child_here",
}


@dataclass(frozen=True)
class Outcome:
    """What one resource changes, or changed; no name and no number of anybody. Without changes all of it was known."""

    place: str
    resource_type: str
    changes: tuple[str, ...] = ()
    is_nameless: bool = False
    age_group: str = ""
    relation: str = ""
    label: str = ""
    unknown_codes: tuple[dict[str, str], ...] = ()
    patient: str = ""
    patient_is_nameless: bool = False
    reach: str = ""


@dataclass(frozen=True)
class Report:
    """What an import would do, or did: the same either way, but for `is_applied`."""

    is_applied: bool
    unit_is_given: bool
    outcomes: tuple[Outcome, ...]
    refused: tuple[Fault, ...]
    left_alone: tuple[LeftAlone, ...]

    def count(self, change: str) -> int:
        """How many times this change is made."""
        return sum(outcome.changes.count(change) for outcome in self.outcomes)


class _Refused(Exception):
    """One resource is refused; what it began is undone."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault(place, reason)


@operation
def import_bundle(
    *, actor: Actor, now: datetime, parsed: Parsed, unit_id: uuid.UUID | None, apply: bool
) -> Report:
    """Bring in a parsed file; without `apply` all of it is done and undone, so that the report is exact.

    With a unit, it serves the patients of the file and owns the files of new caregivers. Without, the municipality's
    root unit owns them, and each new relation becomes work for the coordinator. What is refused does not stop the rest.
    Repeating it changes nothing. Raises NotAllowed for others than system actors, NotFound for a unit that is not there.
    """
    if not actor.is_system:
        raise NotAllowed("system_only", noun="import")
    _one_at_a_time(actor)
    unit = tenancy.get_unit(unit_id) if unit_id else tenancy.root_unit()
    work = _Import(actor, now, unit.id, unit_id is not None, list(parsed.faults))
    for patient in parsed.patients:
        if not patient.refused:
            work.take(work.bring_in_patient, patient)
    for related in parsed.related:
        work.take(work.bring_in_related, related)
    report = Report(
        apply, unit_id is not None, tuple(work.outcomes), tuple(work.faults), parsed.left_alone
    )
    if any(outcome.changes for outcome in report.outcomes):
        audit.record(actor, "import_bundle", "import", now=now, object_id=unit.id)
    if not apply:
        transaction.set_rollback(True)
    return report


def _one_at_a_time(actor: Actor) -> None:
    """Two imports of one file side by side would both find nobody, and add everybody twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", (f"fhir.import {actor.municipality}",)
        )


@dataclass
class _Import:
    """One file on its way in: who came in so far, and what was refused."""

    actor: Actor
    now: datetime
    unit_id: uuid.UUID
    unit_serves: bool
    faults: list[Fault]
    outcomes: list[Outcome] = field(default_factory=list)
    patients: dict[str, people.BroughtIn] = field(default_factory=dict)

    def take(self, bring_in: Callable[[T], Outcome], resource: T) -> None:
        """Bring in one resource, all of it or nothing."""
        try:
            with transaction.atomic():
                self.outcomes.append(bring_in(resource))
        except NotPossible as error:
            self.faults.append(Fault(resource.place, _REASONS[error.code]))
        except _Refused as error:
            self.faults.append(error.fault)

    def bring_in_patient(self, patient: PatientData) -> Outcome:
        brought = self._person(patient.person, self._age_group(patient.person))
        changes = [*_changes("person", brought), *self._serve(brought)]
        self.patients[patient.place] = brought
        return Outcome(
            patient.place,
            "Patient",
            tuple(changes),
            is_nameless=brought.person.is_nameless,
            age_group=brought.person.age_group,
        )

    def bring_in_related(self, related: RelatedPersonData) -> Outcome:
        patient, changes = self._patient_of(related)
        age_group = self._age_group(related.person)
        code = code_for(related.relationship.kind, is_minor=self._is_minor(related.person))
        if age_group is AgeGroup.UNKNOWN and code not in ASKS_AGE:
            age_group = AgeGroup.ADULT
        if age_group is AgeGroup.UNDER_SIXTEEN:
            return self._pass_on(related, patient, code, changes)
        caregiver = self._person(related.person, age_group)
        changes += _changes("person", caregiver)
        self._check_alive_and_open(related, caregiver, patient)
        reach = _reach_of(related.person)
        made = people.register_caregiver(
            actor=self.actor,
            now=self.now,
            caregiver=caregiver.person,
            care_recipient=patient.person,
            code=code,
            unit_id=self.unit_id,
            reach=reach,
            label=related.relationship.label,
            codings=[coding.as_dict() for coding in related.relationship.codings],
            registered_by="import",
            source="import",
        )
        changes += ["file_opened"] * made.is_new_file + ["relation_added"] * made.is_new_relation
        return Outcome(
            related.place,
            "RelatedPerson",
            tuple(changes),
            is_nameless=caregiver.person.is_nameless,
            age_group=caregiver.person.age_group,
            relation=code,
            label=related.relationship.label,
            unknown_codes=tuple(c.as_dict() for c in related.relationship.unknown),
            patient=related.patient.place or f"{related.place}.patient",
            patient_is_nameless=patient.person.is_nameless,
            reach=reach.channel.value if reach.phone or reach.email else "none",
        )

    def _pass_on(
        self,
        related: RelatedPersonData,
        patient: people.BroughtIn,
        code: str,
        changes: list[str],
    ) -> Outcome:
        """A child has no file and no row of its own here: child-responsible staff are told."""
        people.pass_on_child(
            actor=self.actor,
            now=self.now,
            name=related.person.name,
            relation=code,
            person_id=patient.person.id,
            unit_id=self.unit_id,
        )
        return Outcome(
            related.place,
            "RelatedPerson",
            (*changes, "passed_on_as_child"),
            age_group=AgeGroup.UNDER_SIXTEEN.value,
            relation=code,
            patient=related.patient.place or f"{related.place}.patient",
            patient_is_nameless=patient.person.is_nameless,
            reach="none",
        )

    def _patient_of(self, related: RelatedPersonData) -> tuple[people.BroughtIn, list[str]]:
        place = related.patient.place
        if place:
            if place not in self.patients:
                raise _Refused(f"{related.place}.patient", "patient_refused")
            return self.patients[place], []
        said = related.patient.person
        try:
            brought = self._person(said, self._age_group(said))
        except NotPossible as error:
            raise _Refused(f"{related.place}.patient", _REASONS[error.code]) from error
        return brought, [*_changes("patient", brought), *self._serve(brought)]

    def _check_alive_and_open(
        self, related: RelatedPersonData, caregiver: people.BroughtIn, patient: people.BroughtIn
    ) -> None:
        if caregiver.person.died_on or patient.person.died_on:
            raise _Refused(related.place, "deceased")
        if people_queries.has_ended_relation(self.actor, caregiver.person.id, patient.person.id):
            raise _Refused(related.place, "ended_here")

    def _person(self, said: PersonData, age_group: AgeGroup) -> people.BroughtIn:
        return people.bring_in_person(
            actor=self.actor,
            now=self.now,
            name=said.name,
            birth_on=said.birth_on,
            age_group=age_group,
            phone=said.phone,
            email=said.email,
            address=said.address,
            language=said.language,
            digits=said.digits,
            import_keys=said.keys,
        )

    def _serve(self, brought: people.BroughtIn) -> list[str]:
        """Let the unit serve a patient, where a unit was named."""
        person = brought.person
        if not self.unit_serves or people_queries.is_served_by(self.actor, person.id, self.unit_id):
            return []
        people.start_service(actor=self.actor, now=self.now, person=person, unit_id=self.unit_id)
        return ["service_started"]

    def _age_groups(self, said: PersonData) -> set[AgeGroup]:
        """The age groups that somebody born between two days may be in; none when nothing is said."""
        return {age_group_of(day, oslo_today(self.now)) for day in said.born or ()}

    def _age_group(self, said: PersonData) -> AgeGroup:
        groups = self._age_groups(said)
        return groups.pop() if len(groups) == 1 else AgeGroup.UNKNOWN

    def _is_minor(self, said: PersonData) -> bool:
        """True when it is certain, also when the year alone is known."""
        groups = self._age_groups(said)
        return bool(groups) and AgeGroup.ADULT not in groups


def _changes(who: str, brought: people.BroughtIn) -> list[str]:
    if brought.is_new:
        return [f"{who}_added"]
    return [f"{who}_completed"] if brought.filled else []


def _reach_of(said: PersonData) -> Reach:
    """Telephone first. A postal address is no safe channel until somebody has asked: it may be the patient's own home."""
    channel = Channel.EMAIL if said.email and not said.phone else Channel.PHONE
    return Reach(channel, phone=said.phone, email=said.email)
