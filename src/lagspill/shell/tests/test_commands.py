"""What the demo's command says, as `./run demo` reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from lagspill.shell import cast
from lagspill.shell.demo import build
from scripts.tasks import cast_in


def test_the_cast_is_listed_for_whoever_starts_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "build", lambda now: now < datetime(2000, 1, 1, tzinfo=UTC))
    said = StringIO()
    call_command("build-demo", stdout=said)
    lines = cast_in(f"a warning\n{said.getvalue()}".strip()).splitlines()
    people = (*cast.COLLEAGUES, *cast.CITIZENS)
    assert [line.split()[0] for line in lines] == [person.persona for person in people]
    assert len({line.index(person.name) for line, person in zip(lines, people, strict=True)}) == 1


def test_without_a_cast_nothing_is_listed() -> None:
    assert cast_in("The demo world stands already.") == ""
