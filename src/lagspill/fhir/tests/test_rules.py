"""Reading FHIR files: XML and JSON say the same, relations keep their direction, and nothing hostile gets further."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.fhir.rules import (
    Coding,
    Fault,
    LeftAlone,
    Relationship,
    Unreadable,
    code_for,
    nodes,
    read,
    relationships,
    texts,
)
from lagspill.fhir.rules.faults import PART_REASONS
from lagspill.kernel import content

SAMPLES = Path(__file__).parent / "samples"
TODAY = date(2026, 11, 25)
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
FAMILY = "http://hl7.no/fhir/CodeSystem/no-basis-family-relation"


def sample(name: str):
    return read((SAMPLES / name).read_bytes(), today=TODAY, mode="test")


def load(resource: Any):
    return read(json.dumps(resource).encode(), today=TODAY, mode="test")


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": r} for r in resources]}


def related(**more: Any) -> dict[str, Any]:
    reference = {"reference": "Patient/1"}
    return {
        "resourceType": "RelatedPerson",
        "name": [{"text": "A B"}],
        "patient": reference,
        **more,
    }


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "1", "name": [{"text": "C D"}], **more}


def faults(resource: Any) -> set[tuple[str, str]]:
    return {(f.place, f.reason) for f in load(resource).faults}


# --- the same from XML and JSON ---------------------------------------------------------------


def test_xml_and_json_give_the_same():
    assert sample("bundle.xml") == sample("bundle.json")
    for format_ in ("xml", "json"):
        turid = sample(f"bundle.{format_}").patients[0]
        assert turid.person.digits == "09895200090"
        assert turid.person.keys[0] == "identifier https://epj.example/lopenummer 1302"


def test_all_of_a_bundle_is_read():
    parsed = sample("bundle.json")
    jan, mari = parsed.related
    assert parsed.patients[0].person.name == "Turid Marie Li Bakken"
    assert (jan.person.name, jan.person.phone, jan.person.email, jan.person.language) == (
        "Jan Bakken",
        "90000017",
        "",
        "pl",
    )
    assert jan.person.address == "Gata 1, H0201, 8656 Mosjøen"
    assert (mari.person.birth_on, mari.person.born) == (
        None,
        (date(2010, 1, 1), date(2010, 12, 31)),
    )
    assert {r.patient.place for r in parsed.related} == {"Bundle.entry[0].resource"}
    assert parsed.left_alone == (LeftAlone("Bundle.entry[3].resource", "Appointment"),)
    assert parsed.faults == (Fault("Bundle.entry[0].resource.contact[0]", "contact_not_imported"),)


def test_a_single_resource_is_read():
    parsed = sample("related-person.xml")
    (per,) = parsed.related
    assert (per.place, per.person.name, per.person.digits) == (
        "RelatedPerson",
        "Per Vik",
        "02887100082",
    )
    assert (per.patient.place, per.patient.person.name, per.patient.person.digits) == (
        "",
        "",
        "09895200090",
    )
    assert sample("patient.json").patients[0].person.name == "Turid Bakken"
    assert parsed.faults == ()


def test_digits_and_keys_are_not_in_the_printed_form():
    assert "09895200090" not in repr(sample("patient.json"))
    assert "1302" not in repr(sample("bundle.json"))


# --- relations --------------------------------------------------------------------------------


def test_the_daughter_of_the_patient_has_barn():
    child = Relationship((Coding(FAMILY, "barn"),))
    assert code_for(child.kind, is_minor=False) == "adult_child"
    assert code_for(child.kind, is_minor=True) == "child"
    assert Relationship((Coding(FAMILY, "mor"),)).kind == "parent"


def test_every_known_code_leads_to_a_relation_of_the_content():
    codes = {code_for(k, is_minor=m) for k in relationships._KNOWN.values() for m in (True, False)}
    assert codes <= set(content.relations())
    assert codes == set(content.relations()) - {"unknown"}
    assert set(relationships._KNOWN.values()) == set(relationships._ORDER)


@pytest.mark.parametrize(
    ("codings", "kind"),
    [
        ([("http://hl7.no/fhir/CodeSystem/no-basis-marital-status", "gift")], "spouse_partner"),
        ([("http://hl7.no/fhir/CodeSystem/no-basis-marital-status", "skilt")], "other"),
        ([("http://hl7.no/fhir/CodeSystem/no-basis-parental-responsibility", "medmor")], "parent"),
        ([(FAMILY, "SØSKEN")], "sibling"),
        ([(FAMILY, "søsken")], "sibling"),
        ([("http://hl7.org/fhir/v3/RoleCode", "NBOR")], "neighbour"),
        (
            [("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "GUARD"), (FAMILY, "barn")],
            "child",
        ),
        ([("http://terminology.hl7.org/CodeSystem/v2-0131", "N")], "unknown"),
        ([("https://other.example", "barn")], "unknown"),
        ([], "unknown"),
    ],
)
def test_codes_are_known_by_system_and_code(codings, kind):
    assert Relationship(tuple(Coding(*c) for c in codings)).kind == kind


def test_unknown_codes_are_kept_and_shown():
    besok, nabo = (r.relationship for r in sample("unknown-codes.json").related)
    assert (besok.kind, besok.label) == ("unknown", "Besøksvenn; Turkamerat")
    assert [c.as_dict() for c in besok.unknown] == [
        {"system": "https://epj.example/roller", "code": "77", "display": "Besøksvenn"},
        {"system": "", "code": "", "display": "Turkamerat"},
    ]
    assert (nabo.kind, nabo.label, len(nabo.codings)) == ("neighbour", "nabo", 2)


def test_a_role_beside_kinship_is_shown_in_words_and_not_unknown():
    both = Relationship(
        (Coding(FAMILY, "barn"), Coding("http://terminology.hl7.org/CodeSystem/v2-0131", "N"))
    )
    assert (both.kind, both.label, both.unknown) == ("child", "nærmeste pårørende", ())


def test_a_label_has_an_end():
    label = Relationship((Coding("x", "y", "å" * 200),)).label
    assert len(label) == 80
    assert label.endswith("…")


def test_other_resources_are_named_and_left_alone():
    assert sample("unknown-codes.json").left_alone == (
        LeftAlone("Bundle.entry[0].resource", "OperationOutcome"),
        LeftAlone("Bundle.entry[4].resource", "CarePlan"),
        LeftAlone("Bundle.entry[5]", ""),
    )


# --- references -------------------------------------------------------------------------------


def test_a_contained_patient_is_found():
    parsed = load(related(patient={"reference": "#p"}, contained=[patient(id="p")]))
    assert parsed.related[0].patient.place == "RelatedPerson.contained[0]"
    assert parsed.patients[0].person.name == "C D"


def test_a_patient_is_found_by_national_id():
    identifier = {"system": FNR, "value": "09895200090"}
    parsed = load(
        bundle(related(patient={"identifier": identifier}), patient(identifier=[identifier]))
    )
    assert parsed.related[0].patient.place == "Bundle.entry[1].resource"


def test_a_reference_out_of_the_file_keeps_what_it_says():
    said = (
        load(related(patient={"reference": "Patient/1", "display": "Kari Li"})).related[0].patient
    )
    assert (said.place, said.person.name, len(said.person.keys)) == ("", "Kari Li", 1)


def test_an_id_that_others_may_use_too_is_a_name_in_its_own_file_alone():
    first = load(related()).related[0].patient.person.keys
    second = load(related(gender="male")).related[0].patient.person.keys
    assert first != second
    assert first == load(related()).related[0].patient.person.keys
    one = load(patient(id="0b8e7a52-92c7-44c5-8f1e-0c2f7f6f4a01")).patients[0].person.keys
    assert one[0] == "uuid 0b8e7a52-92c7-44c5-8f1e-0c2f7f6f4a01"


def test_somebody_without_any_id_is_known_by_all_that_is_said_of_them_but_never_by_a_bare_name():
    named, told = patient(), patient(birthDate="1950-01-01")
    alone, among = load(told).patients[0], load(bundle(named, told)).patients[1]
    assert alone.person.keys == among.person.keys
    assert alone.person.keys[0].startswith("words ")
    alone, among = load(named).patients[0], load(bundle(told, named)).patients[1]
    assert alone.person.keys != among.person.keys


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ({"reference": "Practitioner/1"}, "not_a_patient"),
        ({"reference": "Patient/1", "type": "Group"}, "not_a_patient"),
        ({"reference": "#nobody"}, "not_a_patient"),
        ({"display": "Kari Li"}, "patient_unknown"),
        ({"identifier": {"system": FNR, "value": "210377xxxxx"}}, "patient_unknown"),
        ("Patient/1", "no_patient"),
        (None, "no_patient"),
    ],
)
def test_a_relation_to_nobody_is_refused(reference, reason):
    parsed = load(related(patient=reference))
    assert parsed.related == ()
    assert Fault("RelatedPerson.patient", reason) in parsed.faults


def test_a_relation_to_another_resource_is_refused():
    parsed = load(
        bundle({"resourceType": "Group", "id": "1"}, related(patient={"reference": "Group/1"}))
    )
    assert parsed.faults == (Fault("Bundle.entry[1].resource.patient", "not_a_patient"),)


# --- what is refused --------------------------------------------------------------------------


def test_masked_ids_are_refused_with_place_and_reason_and_the_rest_goes_in():
    parsed = sample("masked.json")
    assert parsed.faults == (
        Fault("Bundle.entry[0].resource.identifier[0]", "masked"),
        Fault("Bundle.entry[1].resource.identifier[0]", "masked"),
        Fault("Bundle.entry[1].resource.telecom[0].value", "not_a_phone"),
        Fault("Bundle.entry[2].resource.patient.identifier[0]", "masked"),
        Fault("Bundle.entry[2].resource.patient", "patient_unknown"),
    )
    assert [p.person.name for p in parsed.patients] == ["Turid Bakken"]
    assert [(r.person.name, r.person.phone) for r in parsed.related] == [("Per Vik", "90000033")]


@pytest.mark.parametrize(
    ("value", "mode", "reason"),
    [
        ("09895200091", "test", "control_digits"),
        ("0989520009", "test", "length"),
        (None, "test", "empty"),
        (9895200090, "test", "wrong_type"),
        ("09895200090", "production", "synthetic"),
        ("15080050515", "bench", "real"),
    ],
)
def test_an_id_that_may_not_be_used_is_refused(value, mode, reason):
    data = json.dumps(patient(identifier=[{"system": FNR, "value": value}])).encode()
    parsed = read(data, today=TODAY, mode=mode)
    assert parsed.faults == (Fault("Patient.identifier[0]", reason),)
    assert parsed.patients[0].person.digits == ""


def test_published_examples_are_taken_in_test():
    identifier = [{"system": FNR, "value": "15080050515"}]
    assert load(patient(identifier=identifier)).patients[0].person.digits == "15080050515"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"active": False}, "not_active"),
        ({"period": {"end": "2020"}}, "ended"),
        ({"relationship": [{"coding": [{"system": FAMILY, "code": "dødfødtBarn"}]}]}, "stillborn"),
        (
            {"meta": {"security": [{"system": "http://x/v3-Confidentiality", "code": "R"}]}},
            "protected",
        ),
    ],
)
def test_a_related_person_who_is_none_is_refused(more, reason):
    parsed = load(related(**more))
    assert (parsed.related, parsed.faults) == ((), (Fault("RelatedPerson", reason),))


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"deceasedBoolean": True}, "deceased"), ({"deceasedDateTime": "2020-01-01"}, "deceased")],
)
def test_nobody_is_related_to_a_dead_patient(more, reason):
    assert faults(bundle(patient(**more), related())) == {
        ("Bundle.entry[0].resource", reason),
        ("Bundle.entry[1].resource.patient", "patient_refused"),
    }


@pytest.mark.parametrize(
    ("more", "place", "reason"),
    [
        ({"name": "Kari"}, "name[0]", "wrong_type"),
        ({"name": [["Kari"]]}, "name[0]", "wrong_type"),
        ({"name": [{"family": 7}]}, "name[0].family", "wrong_type"),
        ({"name": [{"family": {"a": "b"}}]}, "name[0].family", "wrong_type"),
        ({"name": [{"text": "Å" * 201}]}, "name[0].text", "too_long"),
        ({"name": [{"family": "Å" * 121}]}, "name[0]", "too_long"),
        ({"name": [{"family": "Li 098952 00090"}]}, "name[0].family", "national_id_in_text"),
        ({"birthDate": "1950-02-30"}, "birthDate", "not_a_date"),
        ({"birthDate": "i fjor"}, "birthDate", "not_a_date"),
        ({"birthDate": "2027-01-01"}, "birthDate", "date_out_of_range"),
        ({"birthDate": "1850"}, "birthDate", "date_out_of_range"),
        ({"active": "ja"}, "active", "wrong_type"),
        ({"telecom": [{"system": "email", "value": "a@b"}]}, "telecom[0].value", "not_an_email"),
        ({"telecom": [{"system": "phone", "value": "12"}]}, "telecom[0].value", "not_a_phone"),
        (
            {"identifier": [{"system": "https://epj.example", "value": "09895200090"}]},
            "identifier[0].value",
            "national_id_in_text",
        ),
    ],
)
def test_a_piece_that_cannot_be_is_refused_and_the_rest_goes_in(more, place, reason):
    parsed = load(patient(gender="female", **more) if "name" in more else patient(**more))
    assert parsed.faults == (Fault(f"Patient.{place}", reason),)
    assert len(parsed.patients) == 1


def test_two_national_ids_are_one_too_many():
    ids = [{"system": FNR, "value": value} for value in ("09895200090", "02887100082")]
    parsed = load(patient(identifier=ids))
    assert parsed.patients[0].person.digits == "09895200090"
    assert parsed.faults == (Fault("Patient.identifier[1]", "second_national_id"),)


def test_an_entry_without_resource_is_refused():
    assert faults({"resourceType": "Bundle", "entry": [{"fullUrl": "urn:x"}, 3]}) == {
        ("Bundle.entry[0].resource", "no_resource"),
        ("Bundle.entry[1]", "wrong_type"),
    }


# --- letters ----------------------------------------------------------------------------------


def test_sami_letters_emoji_and_script_stay_what_they_are():
    parsed = sample("letters.json")
    assert parsed.patients[0].person.name.startswith("<script>alert('x')</script> & \"Bånn\"")
    person = parsed.related[0].person
    assert person.name == "Áilu 🌻👩‍👧 \ufffdĐorŧ Čáhppes-Ŋiŋŋá"
    assert parsed.related[0].relationship.label == "🤝 <b>fadder</b>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_may_be_in_any_unicode_encoding(encoding):
    text = (SAMPLES / "patient.json").read_text("utf-8")
    parsed = read(text.encode(encoding), today=TODAY, mode="test")
    assert parsed == sample("patient.json")


# --- whole files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \n", "empty_file"),
        (b"hei", "neither_xml_nor_json"),
        (b"\x89PNG\r\n", "neither_xml_nor_json"),
        (b"[]", "not_fhir"),
        (b"{}", "not_fhir"),
        (b'{"resourceType": 3}', "not_fhir"),
        (b'{"resourceType": "<b>"}', "not_fhir"),
        (b"<html><body/></html>", "not_fhir"),
        (b'{"resourceType": "Patient", "id": "1", "id": "2"}', "same_key_twice"),
        (b'{"resourceType": "Patient", "id": NaN}', "broken_json"),
        (b'{"resourceType": "Patient", "id": "\xff\xfe"}', "broken_json"),
        (
            b'<?xml version="1.0" encoding="nope"?><Patient xmlns="http://hl7.org/fhir"/>',
            "broken_xml",
        ),
        (b"[" * 200_000, "too_deep"),
        (b'{"resourceType":"Patient","a":' + b'{"a":' * 50 + b"1" + b"}" * 51, "too_deep"),
        (
            b'<Patient xmlns="http://hl7.org/fhir">' + b"<a>" * 50 + b"</a>" * 50 + b"</Patient>",
            "too_deep",
        ),
        (b" " * (nodes.MAX_BYTES + 1), "too_big"),
        (b'<!DOCTYPE p SYSTEM "file:///etc/passwd"><p/>', "has_entities"),
    ],
    ids=range(18),
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(data, code):
    with pytest.raises(Unreadable) as caught:
        read(data, today=TODAY, mode="test")
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("broken.json", "broken_json"),
        ("broken.xml", "broken_xml"),
        ("entities.xml", "has_entities"),
    ],
)
def test_broken_samples_are_refused(name, code):
    with pytest.raises(Unreadable) as caught:
        sample(name)
    assert caught.value.code == code


def test_too_many_elements_are_refused(monkeypatch):
    monkeypatch.setattr(nodes, "MAX_NODES", 50)
    with pytest.raises(Unreadable) as caught:
        sample("bundle.json")
    assert caught.value.code == "too_many_parts"


def test_deep_xml_and_long_numbers_are_no_fault_of_ours():
    with pytest.raises(Unreadable):
        read(b'<a xmlns="http://hl7.org/fhir">' + b"<a>" * 100_000, today=TODAY, mode="test")
    assert load({"resourceType": "Patient", "multipleBirthInteger": 1}).patients
    data = b'{"resourceType": "Patient", "multipleBirthInteger": ' + b"9" * 10_000 + b"}"
    assert read(data, today=TODAY, mode="test").patients


# --- mutations --------------------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(
        ["", "Patient/17", "#", "urn:uuid:", "2010-13-40", "098952xxxxx", "\ud800", "http://["]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["system", "value", "coding", "id", "_id", "reference"]), inner
        )
    ),
    max_leaves=6,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in pairs:
        yield (*path, key)
        yield from places(value, (*path, key))


BUNDLE = json.loads((SAMPLES / "bundle.json").read_text("utf-8"))
PLACES = list(places(BUNDLE))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_a_bundle_changed_anywhere_is_read_or_refused(changes):
    changed = copy.deepcopy(BUNDLE)
    for path, value in changes:
        node = changed
        try:
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    try:
        parsed = load(changed)
    except Unreadable:
        return
    assert {fault.reason for fault in parsed.faults} <= PART_REASONS.keys()
    for person in (*(p.person for p in parsed.patients), *(r.person for r in parsed.related)):
        assert len(person.name) <= 120
        assert len(person.address) <= 200
        assert texts.clean(person.name) == person.name


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["bundle.json", "bundle.xml"]), st.data())
def test_a_file_with_changed_bytes_is_read_or_refused(name, data):
    raw = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    try:
        parsed = read(bytes(raw), today=TODAY, mode="test")
    except Unreadable:
        return
    assert {fault.reason for fault in parsed.faults} <= PART_REASONS.keys()
    assert all(
        nodes.is_type(left.resource_type) or not left.resource_type for left in parsed.left_alone
    )
