"""Reading FHIR R4 files into small values: what stands in the file, and what of it is refused. No database, no clock.

`read` is the way in. `nodes` reads bytes (XML, JSON), `resources` finds people in them, `relationships` knows the codes.
"""

from lagspill.fhir.rules.faults import REASONS, Fault, Unreadable
from lagspill.fhir.rules.nodes import MAX_BYTES
from lagspill.fhir.rules.relationships import Coding, Relationship, code_for
from lagspill.fhir.rules.resources import read
from lagspill.fhir.rules.values import (
    LeftAlone,
    Parsed,
    PatientData,
    PatientRef,
    PersonData,
    RelatedPersonData,
)

__all__ = [
    "MAX_BYTES",
    "REASONS",
    "Coding",
    "Fault",
    "LeftAlone",
    "Parsed",
    "PatientData",
    "PatientRef",
    "PersonData",
    "RelatedPersonData",
    "Relationship",
    "Unreadable",
    "code_for",
    "read",
]
