"""Why a file, an entry or a piece of one is refused: stable codes, each with one sentence for whoever runs the import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: The whole file is refused.
FILE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "not_found": "There is no such file, or it may not be read.",
        "empty_file": "The file is empty.",
        "too_big": "The file is larger than the import takes. Split it.",
        "too_deep": "The file nests deeper than any FHIR resource does.",
        "too_many_parts": "The file holds more elements than the import takes. Split it.",
        "neither_xml_nor_json": "The file is neither XML nor JSON.",
        "broken_xml": "The XML cannot be read: it is not well-formed.",
        "broken_json": "The JSON cannot be read: it is not well-formed.",
        "same_key_twice": "The JSON has the same key twice in one object, so it says two things.",
        "has_entities": "The XML declares a document type or entities, which FHIR does not use. Nothing was read.",
        "not_fhir": "The file is not a FHIR R4 resource.",
    }
)

#: A resource, or a piece of one, is refused; the rest goes in.
PART_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "masked": "The national id is masked.",
        "empty": "The identifier has no value.",
        "not_digits": "The national id holds something else than digits.",
        "length": "The national id does not have eleven digits.",
        "date": "The national id does not begin with a date.",
        "control_digits": "The control digits of the national id are wrong.",
        "synthetic": "The national id is synthetic, and this is a real installation.",
        "real": "The national id may be a real person's, and this installation takes synthetic ones only.",
        "second_national_id": "There is a national id before this one; one person has one.",
        "taken": "The national id is bound to somebody else here.",
        "child_here": "Is known here as under 16, and has no file.",
        "wrong_type": "The value is of the wrong type.",
        "not_a_date": "The value is no date.",
        "date_out_of_range": "Nobody living can have this birth date.",
        "not_a_phone": "The value is no telephone number.",
        "not_an_email": "The value is no e-mail address.",
        "too_long": "The text is longer than there is room for.",
        "national_id_in_text": "A national id stands in a text where it does not belong.",
        "no_resource": "The entry holds no resource.",
        "no_patient": "The related person does not say to whom.",
        "not_a_patient": "The related person points to something that is not a patient.",
        "patient_unknown": "Nothing usable says who the patient is, so that nobody could be known again.",
        "patient_refused": "The patient was refused.",
        "own_caregiver": "The related person and the patient are the same person.",
        "stillborn": "The related person is a stillborn child.",
        "deceased": "The person is registered as dead.",
        "not_active": "The record is marked as no longer in use.",
        "ended": "The relation's period is over.",
        "ended_here": "The relation was ended here, and an import does not open it again.",
        "protected": "The resource is marked as restricted. A person must register it.",
        "contact_not_imported": "Contacts inside a patient are not imported; only related persons are.",
    }
)

REASONS: Mapping[str, str] = MappingProxyType({**FILE_REASONS, **PART_REASONS})


class Unreadable(ValueError):
    """The whole file is refused. `code` is one of FILE_REASONS; never holds words of the file."""

    def __init__(self, code: str) -> None:
        super().__init__(FILE_REASONS[code])
        self.code = code


@dataclass(frozen=True, order=True)
class Fault:
    """What was refused: the place as FHIR writes paths, and a code of PART_REASONS. Never the value itself."""

    place: str
    reason: str

    @property
    def sentence(self) -> str:
        return PART_REASONS[self.reason]
