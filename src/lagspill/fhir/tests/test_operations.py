"""An import: what it writes, that a dry run writes nothing and says the same, and that twice changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.access import identity
from lagspill.audit.models import Entry, StoredFact
from lagspill.children.models import ChildTrack
from lagspill.fhir import operations, rules
from lagspill.fhir.rules import Fault
from lagspill.kernel.actor import system_actor
from lagspill.kernel.errors import NotAllowed, NotFound
from lagspill.people.models import File, FileStaff, Item, Person, Relation, Service
from lagspill.tenancy.grants import UNREACHABLE
from lagspill.tenancy.scope import use_actor
from tests.world import HOL, VEFSN

SAMPLES = Path(__file__).parent / "samples"
IMPORTERT = Path(operations.__file__).parent / "samples" / "importert.json"
ACTOR = system_actor("command.import-bundle", VEFSN)
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
FAMILY = "http://hl7.no/fhir/CodeSystem/no-basis-family-relation"


@pytest.fixture
def run(world, now):
    """Import a sample by name, or a resource as a dict; the scope is the command's, in Vefsn."""

    def run(what: Any, *, apply: bool = True, unit: Any = None) -> operations.Report:
        data = json.dumps(what).encode() if isinstance(what, dict) else _path(what).read_bytes()
        parsed = rules.read(data, today=date(2026, 11, 25), mode="test")
        return operations.import_bundle(
            actor=ACTOR, now=now, parsed=parsed, unit_id=unit and unit.id, apply=apply
        )

    with use_actor(ACTOR):
        yield run


def _path(name: str) -> Path:
    return IMPORTERT if name == "importert.json" else SAMPLES / name


def counts() -> dict[str, int]:
    """Rows of every table of ours that the application can see, and of the queue; what has doors of its own is left out."""
    tables = sorted(
        m._meta.db_table for m in apps.get_models() if m.__module__.startswith("lagspill")
    )
    with connection.cursor() as cursor:
        found = {}
        for table in (t for t in [*tables, "procrastinate_jobs"] if t not in UNREACHABLE):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
    return found


def person_of(digits: str) -> Person:
    return Person.objects.get(id=identity.find_person(identity.key_hash(digits)))


def test_the_own_sample_brings_in_a_caregiver_without_unit(run, world, now):
    report = run("importert.json")
    siri, ellen = person_of("17816900018"), person_of("23854000098")
    file = File.objects.get(caregiver=siri)
    relation = Relation.objects.get(file=file)
    assert (siri.name, siri.age_group, siri.birth_on, siri.language, siri.is_bound) == (
        "Siri Eira",
        "adult",
        date(1969, 1, 17),
        "nb",
        True,
    )
    assert (file.unit_id, file.source, file.reach_channel, file.reach_phone, file.reach_email) == (
        world.root.id,
        "import",
        "phone",
        "+4790000321",
        "siri.eira@example.no",
    )
    assert file.reach_address == ""
    assert (relation.care_recipient_id, relation.code, relation.label, relation.registered_by) == (
        ellen.id,
        "adult_child",
        "nærmeste pårørende",
        "import",
    )
    assert relation.known_to_recipient_at is None
    assert [coding["code"] for coding in relation.codings] == ["barn", "N"]
    assert not Service.objects.filter(person=ellen).exists()
    assert FileStaff.objects.filter(file=file, staff_id=world.coordinator.id).exists()
    assert report.refused == report.left_alone == ()
    assert [o.changes for o in report.outcomes] == [
        ("person_added",),
        ("person_added", "file_opened", "relation_added"),
    ]


def test_a_new_relation_is_announced_as_imported(run, world):
    run("importert.json")
    fact = StoredFact.objects.filter(type="CaregiverRegistered").order_by("id").last()
    relation = Relation.objects.get(id=fact.payload["relation_id"])
    assert (fact.payload["source"], fact.payload["unit_id"], fact.payload["registered_by"]) == (
        "import",
        str(world.root.id),
        None,
    )
    assert relation.file.caregiver.name == "Siri Eira"


def test_a_unit_serves_the_patients_and_owns_the_files(run, world):
    report = run("importert.json", unit=world.north)
    assert File.objects.get(caregiver__name="Siri Eira").unit_id == world.north.id
    service = Service.objects.get(person=person_of("23854000098"))
    assert (service.unit_id, service.ends_at) == (world.north.id, None)
    assert report.outcomes[0].changes == ("person_added", "service_started")
    assert all(o.changes == () for o in run("importert.json", unit=world.north).outcomes)


@pytest.mark.parametrize(
    ("name", "with_unit"),
    [
        ("importert.json", True),
        ("bundle.xml", False),
        ("related-person.xml", True),
        ("masked.json", False),
        ("unknown-codes.json", False),
    ],
)
def test_without_apply_nothing_is_written_and_the_report_is_that_of_applying(
    run, world, name, with_unit
):
    unit = world.north if with_unit else None
    before = counts()
    planned = run(name, apply=False, unit=unit)
    assert counts() == before
    done = run(name, unit=unit)
    assert counts() != before
    assert not planned.is_applied
    assert replace(planned, is_applied=True) == done


def test_a_dry_run_leaves_no_identity(run):
    run("importert.json", apply=False)
    assert identity.find_person(identity.key_hash("17816900018")) is None


@pytest.mark.parametrize(
    "name",
    ["importert.json", "bundle.json", "related-person.xml", "masked.json", "letters.json"],
)
def test_twice_changes_nothing(run, name):
    first = run(name)
    after = counts()
    second = run(name)
    assert counts() == after
    assert [o.changes for o in second.outcomes] == [() for _ in first.outcomes]
    assert [replace(o, changes=()) for o in first.outcomes] == list(second.outcomes)
    assert second.refused == first.refused


def test_json_after_xml_changes_nothing(run):
    run("bundle.xml")
    after = counts()
    run("bundle.json")
    assert counts() == after


def test_no_national_id_and_no_foreign_id_is_stored(run, world):
    for name in ("importert.json", "bundle.json", "related-person.xml"):
        run(name, unit=world.north)
    tables = [
        m
        for m in apps.get_models()
        if m.__module__.startswith(("lagspill.people", "lagspill.audit"))
    ]
    kept = " ".join(str(list(model.objects.values())) for model in tables)
    assert "Turid Marie Li Bakken" in kept
    for number in (
        "17816900018",
        "23854000098",
        "09895200090",
        "54826600031",
        "02887100082",
        "epj.example/lop",
    ):
        assert number not in kept


def test_the_relation_goes_from_the_related_person_to_the_patient(run):
    run("bundle.json")
    jan = Relation.objects.get(file__caregiver__name="Jan Bakken")
    mari = Relation.objects.get(file__caregiver__name="Mari Bakken")
    assert (jan.care_recipient.name, jan.code) == ("Turid Marie Li Bakken", "spouse_partner")
    assert (mari.care_recipient_id, mari.code) == (jan.care_recipient_id, "child")
    # Born in 2010: fifteen or sixteen today, so that somebody must ask.
    assert mari.file.caregiver.age_group == "unknown"


def test_a_child_is_passed_on_without_a_file_and_twice_changes_nothing(run):
    patient = {"resourceType": "Patient", "id": "1", "name": [{"text": "Turid Li"}]}
    child = {
        "resourceType": "RelatedPerson",
        "name": [{"text": "Mia Li"}],
        "birthDate": "2016-03-01",
        "telecom": [{"system": "phone", "value": "00010009"}],
        "patient": {"reference": "Patient/1"},
    }
    bundle = {"resourceType": "Bundle", "entry": [{"resource": r} for r in (patient, child)]}
    for _ in range(2):
        report = run(bundle)
        assert "passed_on_as_child" in report.outcomes[1].changes
        assert File.objects.count() == 1  # the caregiver of the small world
        assert not Person.objects.filter(name__contains="Mia").exists()
        assert [track.child_name for track in ChildTrack.objects.all()] == ["Mia"]


def test_a_patient_without_name_is_a_nameless_person_until_a_file_names_them(run):
    report = run("related-person.xml")
    (outcome,) = report.outcomes
    assert outcome.patient_is_nameless
    assert outcome.changes == ("patient_added", "person_added", "file_opened", "relation_added")
    turid = person_of("09895200090")
    assert (turid.name, turid.is_nameless) == ("", True)
    assert run("patient.json").outcomes[0].changes == ("person_completed",)
    turid.refresh_from_db()
    assert (turid.name, turid.name_key, turid.is_nameless) == (
        "Turid Bakken",
        "turid bakken",
        False,
    )
    assert run("related-person.xml").outcomes[0].patient_is_nameless is False


def test_unknown_codes_are_kept_with_the_relation(run):
    run("unknown-codes.json")
    relation = Relation.objects.get(file__caregiver__name="Per Vik")
    assert (relation.code, relation.label) == ("unknown", "Besøksvenn; Turkamerat")
    assert relation.codings[0] == {
        "system": "https://epj.example/roller",
        "code": "77",
        "display": "Besøksvenn",
    }


def test_masked_ids_do_not_stop_the_rest(run):
    report = run("masked.json")
    relation = Relation.objects.get(file__caregiver__name="Per Vik")
    assert relation.care_recipient.name == "Turid Bakken"
    assert not relation.care_recipient.is_bound
    assert relation.file.reach_phone == "90000033"
    assert Fault("Bundle.entry[0].resource.identifier[0]", "masked") in report.refused
    assert not Person.objects.filter(name="Ingen Kjent").exists()


def test_nothing_staff_have_written_is_overwritten(run, now):
    run("importert.json")
    siri = person_of("17816900018")
    siri.name, siri.language = "Siri Marie Eira", "nn"
    siri.save(update_fields=["name", "language"])
    File.objects.filter(caregiver=siri).update(reach_phone="", reach_channel="in_person")
    run("importert.json")
    siri.refresh_from_db()
    file = File.objects.get(caregiver=siri)
    assert (siri.name, siri.language, file.reach_phone, file.reach_channel) == (
        "Siri Marie Eira",
        "nn",
        "",
        "in_person",
    )


def test_an_ended_relation_is_not_opened_again(run, now):
    run("importert.json")
    Relation.objects.filter(file__caregiver__name="Siri Eira").update(ends_at=now)
    after = counts()
    report = run("importert.json")
    assert counts() == after
    assert report.refused == (Fault("Bundle.entry[1].resource", "ended_here"),)


def test_a_relation_to_somebody_dead_here_is_refused(run, now):
    run("patient.json")
    Person.objects.filter(id=person_of("09895200090").id).update(died_on=date(2026, 1, 1))
    assert run("related-person.xml").refused == (Fault("RelatedPerson", "deceased"),)
    assert not Person.objects.filter(name="Per Vik").exists()


def test_somebody_related_to_themselves_is_refused(run):
    both = [{"system": FNR, "value": "02887100082"}]
    report = run(
        {
            "resourceType": "RelatedPerson",
            "identifier": both,
            "patient": {"identifier": both[0]},
            "name": [{"text": "Per Vik"}],
        }
    )
    assert report.refused == (Fault("RelatedPerson", "own_caregiver"),)
    assert not Person.objects.filter(name="Per Vik").exists()


def test_a_record_that_changes_its_national_id_is_refused(run):
    own = {"system": "https://epj.example/lopenummer", "value": "7"}

    def patient(digits: str) -> dict[str, Any]:
        identifiers = [own, {"system": FNR, "value": digits}]
        return {"resourceType": "Patient", "identifier": identifiers, "name": [{"text": "Kari Li"}]}

    run(patient("09895200090"))
    assert run(patient("02887100082")).refused == (Fault("Patient", "taken"),)


def test_a_national_id_that_comes_later_is_bound_to_the_known_person(run):
    own = {"system": "https://epj.example/lopenummer", "value": "7"}
    first = {"resourceType": "Patient", "identifier": [own], "name": [{"text": "Kari Li"}]}
    run(first)
    more = [own, {"system": FNR, "value": "02887100082"}]
    assert run(first | {"identifier": more}).outcomes[0].changes == ("person_completed",)
    assert person_of("02887100082").name == "Kari Li"
    assert Person.objects.filter(name="Kari Li").count() == 1


def test_somebody_known_gets_the_relation_in_the_file_they_have(run, world):
    known = {"system": FNR, "value": _digits(world.caregiver_person)}
    report = run(
        {
            "resourceType": "RelatedPerson",
            "identifier": [known],
            "patient": {"identifier": {"system": FNR, "value": "09895200090"}},
            "relationship": [{"coding": [{"system": FAMILY, "code": "barn"}]}],
            "name": [{"text": "Somebody Else"}],
        }
    )
    assert report.outcomes[0].changes == ("patient_added", "relation_added")
    assert Relation.objects.filter(file=world.file).count() == 2
    world.caregiver_person.refresh_from_db()
    assert world.caregiver_person.name == "Anne Haugen"


def _digits(person: Person) -> str:
    from lagspill.kernel.national_id import make_synthetic

    return make_synthetic(person.birth_on, 0).digits


def test_each_act_is_in_the_log_and_the_relation_waits_for_the_caregivers_yes(run):
    run("importert.json")
    verbs = set(Entry.objects.filter(actor_id=ACTOR.id).values_list("verb", flat=True))
    assert verbs == {"add_person", "open_file", "register_caregiver", "import_bundle"}
    item = Item.objects.get(file__caregiver__name="Siri Eira", kind="relation")
    assert (item.audience, item.agreed, item.author_capacity) == ("service", False, "system")


def test_the_other_municipality_sees_nothing(run, world):
    run("importert.json")
    with use_actor(system_actor("command.import-bundle", HOL)):
        assert not Person.objects.filter(name="Siri Eira").exists()
        assert identity.find_person(identity.key_hash("17816900018")) is None


def test_only_the_system_imports_and_only_into_units_that_exist(world, now):
    parsed = rules.read(IMPORTERT.read_bytes(), today=date(2026, 11, 25), mode="test")
    with use_actor(world.admin), pytest.raises(NotAllowed):
        operations.import_bundle(
            actor=world.admin, now=now, parsed=parsed, unit_id=None, apply=True
        )
    with use_actor(ACTOR), pytest.raises(NotFound):
        operations.import_bundle(
            actor=ACTOR, now=now, parsed=parsed, unit_id=world.file.id, apply=True
        )


BUNDLE = json.loads((SAMPLES / "bundle.json").read_text("utf-8"))
WORDS = st.text(max_size=40) | st.sampled_from(
    ["\x00", "\ud800", "Patient/17", "'; --", "09895200090"]
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=15,
)
@given(words=st.lists(WORDS, min_size=12, max_size=12))
def test_any_words_are_taken_or_refused(run, words):
    text = iter(words)
    changed = json.loads(json.dumps(BUNDLE))
    for entry in changed["entry"][:3]:
        entry["resource"]["name"] = [{"family": next(text), "given": [next(text)]}]
        entry["resource"]["address"] = [{"city": next(text)}]
        entry["resource"]["relationship"] = [{"coding": [{"code": next(text)}]}]
    report = run(changed, apply=False)
    assert len(report.outcomes) == 3
