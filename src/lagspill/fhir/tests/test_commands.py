"""The command: what it prints for people and for programs, and how it refuses."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lagspill.fhir import operations
from lagspill.people.models import Relation
from lagspill.tenancy.scope import use_actor

SAMPLES = Path(__file__).parent / "samples"
IMPORTERT = Path(operations.__file__).parent / "samples" / "importert.json"


def run(file: Path | str, *options: str) -> str:
    out = StringIO()
    call_command("import-bundle", str(file), "--municipality", "1824", *options, stdout=out)
    return out.getvalue()


def answer(file: Path | str, *options: str) -> dict:
    return json.loads(run(file, "--json", *options))


def has_siri(world) -> bool:
    with use_actor(world.system):
        return Relation.objects.filter(file__caregiver__name="Siri Eira").exists()


def test_without_apply_it_only_reports(world):
    said = run(IMPORTERT)
    assert not has_siri(world)
    assert said.splitlines() == [
        "importert.json -> 1824 Vefsn, no unit given: work for the coordinator of Vefsn kommune",
        "Would be written with --apply: 1 new relation, 1 new caregiver's file, 2 new persons.",
        "  Bundle.entry[0].resource: person added",
        "  Bundle.entry[1].resource: person added, file opened, relation added; adult_child of Bundle.entry[0].resource;"
        " shown as “nærmeste pårørende”; reach: phone, age group: adult",
    ]


def test_with_apply_it_writes_once(world):
    assert "Written: 1 new relation" in run(IMPORTERT, "--apply", "--unit", "hjemme-nord")
    assert has_siri(world)
    assert "Written: nothing new." in run(IMPORTERT, "--apply", "--unit", "hjemme-nord")


def test_the_answer_for_programs(world):
    said = answer(IMPORTERT, "--unit", "hjemme-nord", "--apply")
    entries = said.pop("entries")
    assert said == {
        "file": "importert.json",
        "municipality": "1824",
        "unit": "hjemme-nord",
        "applied": True,
        "work_for": None,
        "counts": {
            "relation_added": 1,
            "file_opened": 1,
            "person_added": 2,
            "patient_added": 0,
            "person_completed": 0,
            "patient_completed": 0,
            "service_started": 1,
        },
        "refused": [],
        "left_alone": [],
    }
    assert entries[1]["relation"] == "adult_child"
    assert answer(IMPORTERT)["work_for"] == "caregiver_coordinator"


def test_each_refusal_has_file_place_and_reason(world):
    said = answer(SAMPLES / "masked.json")
    assert said["refused"][0] == {
        "file": "masked.json",
        "place": "Bundle.entry[0].resource.identifier[0]",
        "reason": "masked",
        "text": "The national id is masked.",
    }
    assert "masked.json, Bundle.entry[0].resource.identifier[0]: The national id is masked." in run(
        SAMPLES / "masked.json"
    )


def test_a_nameless_patient_and_unknown_codes_are_shown(world):
    assert "(a patient without name)" in run(SAMPLES / "related-person.xml")
    said = answer(SAMPLES / "unknown-codes.json")
    assert said["entries"][1]["label"] == "Besøksvenn; Turkamerat"
    assert said["entries"][1]["unknown_codes"][0]["code"] == "77"
    shown = run(SAMPLES / "unknown-codes.json")
    assert "Bundle.entry[4].resource: CarePlan" in shown
    assert "Bundle.entry[5]: entry to delete" in shown


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_name_and_no_number_is_printed(world, options):
    for name in ("bundle.json", "masked.json", "related-person.xml"):
        said = run(SAMPLES / name, *options)
        assert "RelatedPerson" in said or "relation added" in said
        for word in ("Bakken", "Turid", "Vik", "90000017", "example.no", "09895200090", "098952"):
            assert word not in said


@pytest.mark.parametrize(
    ("file", "options", "sentence"),
    [
        (SAMPLES / "broken.json", (), "The JSON cannot be read: it is not well-formed."),
        (SAMPLES / "broken.xml", (), "The XML cannot be read: it is not well-formed."),
        (SAMPLES / "entities.xml", (), "The XML declares a document type or entities"),
        (SAMPLES / "nowhere.json", (), "There is no such file, or it may not be read."),
        (SAMPLES, (), "There is no such file, or it may not be read."),
        ("a\0b", (), "There is no such file, or it may not be read."),
        ("/dev/zero", (), "The file is larger than the import takes."),
        (IMPORTERT, ("--unit", "nope"), "Vefsn has no such unit."),
        (IMPORTERT, ("--municipality", "9999"), "There is no such municipality."),
        (IMPORTERT, ("--municipality", "1\x1b[31m"), "--municipality 1?[31m: There is no such"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_ends_with_2(world, file, options, sentence):
    with pytest.raises(CommandError) as caught:
        run(file, *options)
    assert sentence in str(caught.value)
    assert caught.value.returncode == 2
