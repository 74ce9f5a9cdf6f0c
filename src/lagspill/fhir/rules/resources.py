"""Finds patients and related persons in a tree of nodes. Other resource types are named and left alone.

Nothing here decides what is new; `operations` does.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lagspill.fhir.rules import nodes
from lagspill.fhir.rules.nodes import Node
from lagspill.fhir.rules.relationships import Coding, Relationship
from lagspill.fhir.rules.texts import OLDEST, Reader
from lagspill.fhir.rules.values import (
    LeftAlone,
    Parsed,
    PatientData,
    PatientRef,
    PersonData,
    RelatedPersonData,
)
from lagspill.kernel import national_id

_OID = "urn:oid:2.16.578.1.12.4.1.4."
#: Fødselsnummer and D-number. A help number (.3) is kept as any other identifier: nobody signs in with it.
NATIONAL_SYSTEMS = frozenset({f"{_OID}1", f"{_OID}2"})
_MIDDLE = "http://hl7.no/fhir/StructureDefinition/no-basis-middlename"
_CONFIDENTIALITY = "v3-Confidentiality"
_RESTRICTED = frozenset({"R", "V"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_MAX_CODINGS = 20


@dataclass(frozen=True)
class _Entry:
    place: str
    node: Node
    full_url: str


def read(data: bytes, *, today: date, mode: str) -> Parsed:
    """The people in a file. `mode` says which national ids are taken (`national_id.refusal`). Raises Unreadable."""
    root = nodes.parse(data)
    return _Reading(Reader(), today, mode, root.digest()).read(root)


@dataclass
class _Reading:
    reader: Reader
    today: date
    mode: str
    digest: str

    def read(self, root: Node) -> Parsed:
        entries, left = self._entries(root)
        patients: dict[str, PatientData] = {}
        index: dict[str, str] = {}
        for entry in entries:
            names = list(_names(entry))
            if entry.node.type == "Patient":
                patients[entry.place] = self._patient(entry)
                names += _identities(patients[entry.place].person)
            elif entry.node.type != "RelatedPerson":
                left.append(LeftAlone(entry.place, entry.node.type))
            for name in names:
                index.setdefault(name, entry.place)
        found = []
        for entry in entries:
            if entry.node.type == "RelatedPerson":
                found.append(self._related(entry, index, patients))
        return Parsed(
            tuple(patients.values()),
            tuple(related for related in found if related),
            tuple(sorted(left, key=_position)),
            tuple(self.reader.faults),
        )

    def _entries(self, root: Node) -> tuple[list[_Entry], list[LeftAlone]]:
        if root.type != "Bundle":
            return [_Entry(root.type, root, "")], []
        entries, left = [], []
        for entry, place in self.reader.parts(root, "entry", "Bundle"):
            resource = entry.one("resource")
            request = self.reader.part(entry, "request", place)
            if request and self.reader.text(request, "method", f"{place}.request") == "DELETE":
                left.append(
                    LeftAlone(
                        place, resource.type if resource and nodes.is_type(resource.type) else ""
                    )
                )
            elif resource is None or not nodes.is_type(resource.type):
                self.reader.refuse(f"{place}.resource", "no_resource")
            else:
                url = self.reader.text(entry, "fullUrl", place, limit=500)
                entries.append(_Entry(f"{place}.resource", resource, url))
        return entries, left

    # --- persons ------------------------------------------------------------------------------

    def _patient(self, entry: _Entry) -> PatientData:
        node, place = entry.node, entry.place
        refused = self._refused(node, place)
        deceased = node.one("deceasedDateTime")
        if self.reader.flag(node, "deceasedBoolean", place) or (deceased and deceased.value):
            refused = refused or "deceased"
        for _, where in self.reader.parts(node, "contact", place):
            self.reader.refuse(where, "contact_not_imported")
        if refused:
            self.reader.refuse(place, refused)
        return PatientData(place, self._person(entry), refused)

    def _refused(self, node: Node, place: str) -> str:
        """Why nothing of this resource may go in, or "" when it may."""
        meta = self.reader.part(node, "meta", place)
        if meta:
            for label, where in self.reader.parts(meta, "security", f"{place}.meta"):
                system = self.reader.text(label, "system", where)
                if (
                    system.endswith(_CONFIDENTIALITY)
                    and self.reader.text(label, "code", where) in _RESTRICTED
                ):
                    return "protected"
        return "not_active" if self.reader.flag(node, "active", place) is False else ""

    def _person(self, entry: _Entry) -> PersonData:
        node, place = entry.node, entry.place
        digits, keys, id_birth = self._identifiers(node, place)
        said = self.reader.days(node, "birthDate", place)
        born = self._plausible(said) if said else None
        if said and not born:
            self.reader.refuse(f"{place}.birthDate", "date_out_of_range")
        if not born and id_birth:
            born = self._plausible((id_birth, id_birth))
        phone, email = self._telecom(node, place)
        name, address = self._name(node, place), self._address(node, place)
        is_telling = bool(name and (born or phone or email or address))
        return PersonData(
            name=name,
            birth_on=born[0] if born and born[0] == born[1] else None,
            born=born,
            phone=phone,
            email=email,
            address=address,
            language=self._language(node, place),
            digits=digits,
            keys=self._keys(entry, keys) or (() if digits else self._last_key(entry, is_telling)),
        )

    def _plausible(self, born: tuple[date, date]) -> tuple[date, date] | None:
        return born if OLDEST <= born[0] <= self.today else None

    def _keys(self, entry: _Entry, given: Sequence[str]) -> tuple[str, ...]:
        """What the resource is called by names that nobody else uses."""
        keys = list(given)
        if entry.full_url.startswith(("http://", "https://")) or _uuid_in(entry.full_url):
            keys.append(_url_key(entry.full_url))
        own = entry.node.one("id")
        if own and own.value and (unique := _uuid_in(own.value)):
            keys.append(f"uuid {unique}")
        return tuple(dict.fromkeys(keys))

    def _last_key(self, entry: _Entry, is_telling: bool) -> tuple[str, ...]:
        """For somebody without any such name: all that is said of them, or where that is little, the place in this file.

        An id such as "1" is somebody else's in the next file, and so is a bare name: joining them would join two lives.
        """
        if is_telling:
            return (f"words {entry.node.digest()}",)
        return (f"file {self.digest} {entry.place}",)

    def _identifiers(self, node: Node, place: str) -> tuple[str, tuple[str, ...], date | None]:
        digits, birth_on, keys = "", None, []
        for item, where in self.reader.parts(node, "identifier", place):
            if self._is_old(item, where):
                continue
            system = self.reader.text(item, "system", where)
            if system not in NATIONAL_SYSTEMS:
                value = self.reader.text(item, "value", where)
                if system and value:
                    keys.append(f"identifier {system} {value}")
                continue
            parsed = self._national(item, where)
            if parsed is None:
                continue
            if digits and digits != parsed.digits:
                self.reader.refuse(where, "second_national_id")
            elif not digits:
                digits, birth_on = parsed.digits, parsed.birth_on
        return digits, tuple(keys), birth_on

    def _national(self, item: Node, place: str) -> national_id.NationalId | None:
        child = item.one("value")
        if child is not None and (child.is_wrong or not child.is_text):
            self.reader.refuse(place, "wrong_type")
            return None
        try:
            parsed = national_id.parse((child.value if child else "") or "")
        except national_id.InvalidNationalId as error:
            self.reader.refuse(place, error.reason_code)
            return None
        refusal = national_id.refusal(parsed, mode=self.mode)
        if refusal:
            self.reader.refuse(place, refusal)
            return None
        return parsed

    def _is_old(self, item: Node, place: str) -> bool:
        if self.reader.text(item, "use", place) in ("old", "maiden"):
            return True
        return self._is_over(item, place)

    def _is_over(self, item: Node, place: str) -> bool:
        period = self.reader.part(item, "period", place)
        end = self.reader.days(period, "end", f"{place}.period") if period else None
        return bool(end and end[1] < self.today)

    def _name(self, node: Node, place: str) -> str:
        """The official name, else the usual one, else the first that is not old."""
        names = []
        for item, where in self.reader.parts(node, "name", place):
            if self._is_old(item, where):
                continue
            words = [self.reader.text_of(g, w) for g, w in self.reader.each(item, "given", where)]
            for extension, spot in self.reader.parts(item, "extension", where):
                if self.reader.text(extension, "url", spot) == _MIDDLE:
                    words.append(self.reader.text(extension, "valueString", spot))
            words.append(self.reader.text(item, "family", where))
            text = " ".join(word for word in words if word)
            text = text or self.reader.text(item, "text", where)
            if len(text) > 120:
                self.reader.refuse(where, "too_long")
            elif text:
                use = self.reader.text(item, "use", where)
                names.append(({"official": 0, "usual": 1}.get(use, 2), text))
        return min(names, key=lambda found: found[0])[1] if names else ""

    def _telecom(self, node: Node, place: str) -> tuple[str, str]:
        """The first telephone number and e-mail address by rank; mobile before others of the same rank."""
        phones: list[tuple[int, bool, str]] = []
        emails: list[tuple[int, bool, str]] = []
        for item, where in self.reader.parts(node, "telecom", place):
            if self._is_old(item, where):
                continue
            rank_node = item.one("rank")
            rank = rank_node.value if rank_node else None
            order = int(rank) if rank and re.fullmatch("[0-9]{1,4}", rank) else 10_000
            is_other = self.reader.text(item, "use", where) != "mobile"
            system = self.reader.text(item, "system", where)
            if system in ("phone", "sms") and (phone := self.reader.phone(item, "value", where)):
                phones.append((order, is_other, phone))
            elif system == "email" and (email := self.reader.email(item, "value", where)):
                emails.append((order, is_other, email))
        return _first(phones), _first(emails)

    def _address(self, node: Node, place: str) -> str:
        for item, where in self.reader.parts(node, "address", place):
            if self._is_old(item, where):
                continue
            lines = [self.reader.text_of(n, w) for n, w in self.reader.each(item, "line", where)]
            post = (
                self.reader.text(item, "postalCode", where),
                self.reader.text(item, "city", where),
            )
            lines.append(" ".join(word for word in post if word))
            text = ", ".join(line for line in lines if line)
            text = text or self.reader.text(item, "text", where)
            if len(text) > 200:
                self.reader.refuse(where, "too_long")
            elif text:
                return text
        return ""

    def _language(self, node: Node, place: str) -> str:
        for item, where in self.reader.parts(node, "communication", place):
            concept = self.reader.part(item, "language", where)
            if concept is None:
                continue
            for coding, spot in self.reader.parts(concept, "coding", f"{where}.language"):
                code = self.reader.text(coding, "code", spot)
                if _LANGUAGE.fullmatch(code):
                    return code
        return ""

    # --- relations ----------------------------------------------------------------------------

    def _related(
        self, entry: _Entry, index: Mapping[str, str], patients: dict[str, PatientData]
    ) -> RelatedPersonData | None:
        node, place = entry.node, entry.place
        relationship = self._relationship(node, place)
        reason = self._refused(node, place)
        if relationship.is_stillborn:
            reason = reason or "stillborn"
        if relationship.is_oneself:
            reason = reason or "own_caregiver"
        if self._is_over(node, place):
            reason = reason or "ended"
        person = self._person(entry)
        if reason:
            self.reader.refuse(place, reason)
            return None
        patient = self._patient_of(entry, index, patients)
        if patient is None:
            return None
        held = patients.get(patient.place)
        if held and held.refused:
            self.reader.refuse(f"{place}.patient", "patient_refused")
            return None
        return RelatedPersonData(place, person, relationship, patient)

    def _relationship(self, node: Node, place: str) -> Relationship:
        codings: list[Coding] = []
        for concept, where in self.reader.parts(node, "relationship", place):
            text = self.reader.text(concept, "text", where)
            inner = list(self.reader.parts(concept, "coding", where))
            for coding, spot in inner:
                made = Coding(
                    self.reader.text(coding, "system", spot),
                    self.reader.text(coding, "code", spot, limit=80),
                    self.reader.text(coding, "display", spot) or text,
                )
                if made.code or made.display:
                    codings.append(made)
            if not inner and text:
                codings.append(Coding("", "", text))
        if len(codings) > _MAX_CODINGS:
            self.reader.refuse(f"{place}.relationship", "too_long")
        return Relationship(tuple(codings[:_MAX_CODINGS]))

    def _patient_of(
        self, entry: _Entry, index: Mapping[str, str], patients: dict[str, PatientData]
    ) -> PatientRef | None:
        """Whom the related person points to; refused when nobody could be known again by what is said."""
        where = f"{entry.place}.patient"
        node = self.reader.part(entry.node, "patient", entry.place)
        if node is None:
            self.reader.refuse(where, "no_patient")
            return None
        reference = self.reader.text(node, "reference", where, limit=500)
        kind = self.reader.text(node, "type", where) or _type_in(reference)
        if kind not in ("", "Patient"):
            self.reader.refuse(where, "not_a_patient")
            return None
        digits, keys, born = self._identifiers(_with_identifier_list(node), where)
        if reference.startswith("#"):
            return self._contained(entry, reference, where, patients)
        for name in _reference_names(reference, entry.full_url):
            if name in index:
                return self._indexed(index[name], where, patients)
        for name in _identities(PersonData(digits=digits, keys=keys)):
            if index.get(name):
                return PatientRef(index[name])
        if reference.startswith(("http://", "https://")) or _uuid_in(reference):
            keys = (*keys, _url_key(reference))
        elif reference and not digits and not keys:
            keys = (f"file {self.digest} {reference}",)
        if not (digits or keys):
            self.reader.refuse(where, "patient_unknown")
            return None
        name = self.reader.text(node, "display", where, limit=120)
        span = self._plausible((born, born)) if born else None
        person = PersonData(name, born if span else None, span, digits=digits, keys=keys)
        return PatientRef("", person)

    def _indexed(
        self, place: str, where: str, patients: Mapping[str, PatientData]
    ) -> PatientRef | None:
        if place not in patients:
            self.reader.refuse(where, "not_a_patient")
            return None
        return PatientRef(place)

    def _contained(
        self, entry: _Entry, reference: str, where: str, patients: dict[str, PatientData]
    ) -> PatientRef | None:
        for inner, place in self.reader.each(entry.node, "contained", entry.place):
            own = inner.one("id")
            if own and own.value == reference[1:]:
                if inner.type != "Patient":
                    break
                if place not in patients:
                    patients[place] = self._patient(_Entry(place, inner, ""))
                return PatientRef(place)
        self.reader.refuse(where, "not_a_patient")
        return None


def _position(left: LeftAlone) -> int:
    """Which entry of the Bundle it is."""
    number = re.search(r"[0-9]+", left.place)
    return int(number[0]) if number else 0


def _with_identifier_list(reference: Node) -> Node:
    """A reference's one identifier, to be read as a resource's list of them is."""
    return Node(children={"identifier": reference.all("identifier")[:1]})


def _identities(person: PersonData) -> Sequence[str]:
    """Names in the file's index for what identifies somebody outside it."""
    national = [f"national {person.digits}"] if person.digits else []
    return [*national, *(key for key in person.keys if key.startswith("identifier "))]


def _names(entry: _Entry) -> Sequence[str]:
    """Names in the file's index by which references reach a resource."""
    own = entry.node.one("id")
    names = [entry.full_url] if entry.full_url else []
    if own and own.value:
        names.append(f"{entry.node.type}/{own.value}")
    return names


def _reference_names(reference: str, own_url: str) -> Sequence[str]:
    """How a reference may stand in the index: as it is, beside the pointing resource's own address, or without version."""
    if not reference:
        return []
    bare = reference.split("/_history/")[0]
    names = [bare]
    base = re.match(r"(https?://.+/)[A-Z][A-Za-z]+/[^/]+$", own_url)
    if base and "://" not in bare:
        names.append(base[1] + bare)
    return names


def _type_in(reference: str) -> str:
    match = re.search(r"(?:^|/)([A-Z][A-Za-z]+)/[^/]+(?:/_history/[^/]+)?$", reference)
    return match[1] if match else ""


def _uuid_in(text: str) -> str:
    """The UUID that `text` is, or ends with; "" for everything else."""
    tail = text.split("/")[-1].removeprefix("urn:uuid:")
    try:
        return str(uuid.UUID(tail)) if len(tail) == 36 else ""
    except ValueError:
        return ""


def _url_key(url: str) -> str:
    unique = _uuid_in(url)
    return f"uuid {unique}" if unique else f"url {url}"


def _first(found: list[tuple[int, bool, str]]) -> str:
    return min(found, key=lambda item: item[:2])[2] if found else ""
