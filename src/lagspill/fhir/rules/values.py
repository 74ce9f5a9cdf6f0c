"""What an import knows of a file: small values without behaviour. `PersonData.digits` holds a national id and is never printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lagspill.fhir.rules.faults import Fault
from lagspill.fhir.rules.relationships import Relationship


@dataclass(frozen=True)
class PersonData:
    """What a Patient or a RelatedPerson says of somebody. `keys` know them again; the strongest is first."""

    name: str = ""
    birth_on: date | None = None
    born: tuple[date, date] | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    language: str = ""
    digits: str = field(default="", repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class PatientRef:
    """Whom a related person is related to: a patient of the same file by place, or what the reference itself says."""

    place: str = ""
    person: PersonData = PersonData()


@dataclass(frozen=True)
class RelatedPersonData:
    """A related person, what they are to the patient, and to whom."""

    place: str
    person: PersonData
    relationship: Relationship
    patient: PatientRef


@dataclass(frozen=True)
class PatientData:
    """A patient of the file."""

    place: str
    person: PersonData
    refused: str = ""  # reason why nobody may be related to this one


@dataclass(frozen=True, order=True)
class LeftAlone:
    """A resource that the import does not take."""

    place: str
    resource_type: str


@dataclass(frozen=True)
class Parsed:
    """Everything of one file, in the order of the file."""

    patients: tuple[PatientData, ...] = ()
    related: tuple[RelatedPersonData, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    faults: tuple[Fault, ...] = ()
