"""`manage sweep`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from lagspill.dispatch import rules


@pytest.fixture
def asked(monkeypatch):
    """When the one registered sweep was run, and for what municipality."""
    moments = []

    def sweep(actor, now):
        moments.append((actor.municipality, actor.system_name, now))
        return 1

    monkeypatch.setattr(rules, "_sweeps", {"test.count": sweep})
    return moments


def test_it_prints_counts_per_rule_for_programs(world, asked, capsys):
    call_command("sweep", "--now", "2026-12-01T08:00:00+00:00", "--json")
    assert json.loads(capsys.readouterr().out) == {"test.count": 2}
    assert {each[1:] for each in asked} == {
        ("command.sweep", datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    }


def test_a_moment_without_zone_is_oslos(world, asked, capsys):
    call_command("sweep", "--now", "2026-12-01T08:00")
    assert asked[0][2].utcoffset() == timedelta(hours=1)
    assert capsys.readouterr().out == "test.count: 2\n"


def test_a_moment_that_is_none_is_refused(world, asked):
    with pytest.raises(CommandError, match="no moment"):
        call_command("sweep", "--now", "soon")
    assert asked == []


def test_a_failure_is_said_after_the_counts(world, monkeypatch, capsys):
    def failing(actor, now):
        raise RuntimeError("Anne Haugen")

    monkeypatch.setattr(rules, "_sweeps", {"test.fails": failing, "test.runs": lambda a, n: 1})
    with pytest.raises(CommandError, match=r"test\.fails in ") as raised:
        call_command("sweep", "--json")
    assert json.loads(capsys.readouterr().out) == {"test.fails": 0, "test.runs": 2}
    assert "Anne" not in str(raised.value)
