"""Commands given broken files and arguments: one clear sentence, the exit status that is documented, nothing written, no traceback."""

from __future__ import annotations

import json
import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lagspill.fhir import operations as fhir
from lagspill.kernel import content
from lagspill.tenancy.models import Municipality
from tests.hostile import values
from tests.hostile.asking import state
from tests.world import VEFSN, World

SAMPLE = (Path(fhir.__file__).parent / "samples" / "importert.json").read_text("utf-8")
#: Files that are no FHIR at all; each is refused as a whole.
BROKEN = {
    "empty": b"",
    "spaces": b"  \n ",
    "nul": b"\x00" * 50,
    "half": SAMPLE[:700].encode(),
    "no utf-8": b'{"resourceType": "\xff\xfe"}',
    "surrogate": b'"\xed\xa0\x80"',
    "deep": b"[" * 100_000,
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a number": b"1" * 5000,
    "null": b"null",
    "a list": b"[1, 2]",
    "another type": b'{"resourceType": 7}',
    "no type": b"{}",
    "xml cut": b"<Bundle xmlns='http://hl7.org/fhir'><entry>",
    "xml bomb": b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><Bundle xmlns="http://hl7.org/fhir">&d;</Bundle>',
    "xml file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir">&b;</Patient>',
    "xml deep": b"<a>" * 50_000 + b"</a>" * 50_000,
    "html": b"<!doctype html><html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
}


def run(name: str, *arguments: str, **options: Any) -> tuple[int, str]:
    """The exit status and all that is said; anything but a refusal in words goes on as the bug it is."""
    out, err = StringIO(), StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=err, **options)
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue() + err.getvalue()


def is_sentence(said: str) -> bool:
    """Words for people: short, of one line, no frame of a program in it."""
    return (
        10 < len(said) < 600
        and "Traceback" not in said
        and "\x00" not in said
        and "\n" not in said.strip()
    )


def test_a_file_that_is_no_fhir_is_refused_in_a_sentence(world: World, tmp_path: Path) -> None:
    written, file = state(), tmp_path / "fil"
    for name, data in BROKEN.items():
        file.write_bytes(data)
        status, said = run("import-bundle", str(file), "--municipality", VEFSN, "--apply")
        assert (status, is_sentence(said)) == (2, True), (name, said)
        assert state() == written, name


def _spoiled(rng: random.Random, node: Any) -> Any:
    """The same document with a few values in it replaced by others, of whatever type."""
    if isinstance(node, dict):
        return {key: _spoiled(rng, value) for key, value in node.items() if rng.random() > 0.04}
    if isinstance(node, list):
        return [_spoiled(rng, value) for value in node] * rng.choice((1, 1, 1, 2))
    if rng.random() < 0.85:
        return node
    return rng.choice(
        (None, True, -1, 2**70, 1.5, [], {}, [[None]], {"a": node}, values.pick(rng)[1])
    )


def test_values_of_any_kind_are_taken_or_refused_in_a_sentence(
    world: World, tmp_path: Path
) -> None:
    """Some of a file may go in; what does not is said, and without --apply nothing is written."""
    written, file = state(), tmp_path / "fil.json"
    for seed in range(60):
        spoiled = _spoiled(random.Random(seed), json.loads(SAMPLE))
        file.write_text(json.dumps(spoiled), "utf-8")
        status, said = run("import-bundle", str(file), "--municipality", VEFSN)
        assert status in (0, 2), seed
        assert "Traceback" not in said, seed
        assert status == 0 or is_sentence(said), (seed, said)
        assert state() == written, seed


NOTHING_NAMED = [
    ("import-bundle", ("/nowhere/fil.json", "--municipality", VEFSN)),
    ("import-bundle", ("a\x00b", "--municipality", VEFSN)),
    ("import-bundle", ("/", "--municipality", VEFSN)),
    ("import-bundle", ("{sample}", "--municipality", "9999")),
    ("import-bundle", ("{sample}", "--municipality", "1824; DROP TABLE x")),
    ("import-bundle", ("{sample}", "--municipality", "1" * 500)),
    ("import-bundle", ("{sample}", "--municipality", VEFSN, "--unit", "no-such-unit")),
    ("import-bundle", ("{sample}", "--municipality", VEFSN, "--unit", "hol")),
    ("build-world", ()),
    ("build-world", ("--municipalities", "0")),
    ("build-world", ("--municipalities", "-5", "--caregivers", "99999999999999999999")),
]


def test_arguments_that_name_nothing_end_with_2_and_a_sentence(
    world: World, tmp_path: Path
) -> None:
    written, sample = state(), tmp_path / "fil.json"
    sample.write_text(SAMPLE, "utf-8")
    for command, arguments in NOTHING_NAMED:
        apply = ("--apply",) if command == "import-bundle" else ()
        given = (part.replace("{sample}", str(sample)) for part in arguments)
        status, said = run(command, *given, *apply)
        assert (status, is_sentence(said)) == (2, True), (command, arguments, said)
        assert state() == written, (command, arguments)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("import-bundle", ()),
        ("import-bundle", ("fil", "--municipality")),
        ("build-world", ("--municipalities", "mange")),
        ("build-world", ("--caregivers", "1e9")),
        ("sweep", ("--now", "31.2.2026")),
        ("sweep", ("--now", "2026-02-31T08:00")),
        ("sweep", ("--now", "")),
        ("work", ("--concurrency", "mange")),
        ("work", ("--concurrency", "0")),
        ("work", ("--concurrency", "-1")),
        ("work", ("--polling", "nan")),
        ("work", ("--polling", "-1")),
        ("work", ("--polling", "0")),
        ("score", ()),
        ("score", ("egen-sjekk",)),
    ],
)  # fmt: skip  # a list to look through
def test_arguments_of_the_wrong_kind_are_refused_before_anything_is_done(
    command: str, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(command, *arguments)
    assert is_sentence(str(refused.value)), refused.value


def test_a_sweep_at_the_end_of_time_refuses_or_runs(world: World) -> None:
    for day in ("0001-01-01T00:00", "9999-12-31T23:59:59", "2026-11-25T08:00+23:59"):
        status, said = run("sweep", "--now", day)
        assert status == 0 or is_sentence(said), (day, said)


ANSWERS = {
    **{name: data for name, data in BROKEN.items() if name != "xml bomb"},
    "unknown question": b'{"q99": 1}',
    "unknown value": b'{"q1": 99}',
    "a word": b'{"q1": "mye"}',
    "infinite": b'{"q1": Infinity}',
    "true": b'{"q1": true}',
    "an object": b'{"q1": {}}',
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_that_cannot_be_counted_are_refused_in_a_sentence(
    tmp_path: Path, name: str
) -> None:
    questions = [item.id for item in content.instrument("egen-sjekk").items]
    file = tmp_path / "svar.json"
    file.write_bytes(ANSWERS[name].replace(b'"q1"', json.dumps(questions[0]).encode()))
    status, said = run("score", "egen-sjekk", str(file))
    if name == "no type":  # nothing answered is an answer
        assert (status, said) == (0, "not complete\n")
    else:
        assert (status, is_sentence(said)) == (1, True), said


@pytest.mark.parametrize(
    "name", ["no-such", "../topics", "../../etc/passwd", "a\x00b", "", "/", "x" * 5000]
)
def test_an_instrument_that_is_none_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    file = tmp_path / "svar.json"
    file.write_text("{}", "utf-8")
    status, said = run("score", name, str(file))
    assert (status, "Traceback" in said) == (1, False)
    assert is_sentence(said.replace(name, "…") if name else said), said


def test_municipalities_survive_their_own_command(db: None) -> None:
    run("load-municipalities")
    count = Municipality.objects.count()
    assert run("load-municipalities") == (0, "Municipalities: 0 changed.\n")
    assert Municipality.objects.count() == count > 350
