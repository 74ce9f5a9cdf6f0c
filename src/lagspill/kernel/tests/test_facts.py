"""Facts are stored, then handled in the act's transaction; what reaches outside becomes a job."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from lagspill.kernel import facts
from lagspill.kernel.facts import Fact

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass(frozen=True)
class KettleBoiled(Fact):
    cups: int


@dataclass(frozen=True)
class CupBroken(Fact):
    pass


@pytest.fixture
def own_registers(monkeypatch):
    """Registers of our own, so that nothing of the application hears these facts."""
    monkeypatch.setattr(facts, "_handlers", defaultdict(list))
    monkeypatch.setattr(facts, "_after", defaultdict(list))
    for name in ("_named", "_types"):
        monkeypatch.setattr(facts, name, {})
    for name in ("_sink", "_runner"):
        monkeypatch.setattr(facts, name, [])


@pytest.fixture
def heard(own_registers):
    """Everything that happened, in order."""
    happened = []

    def pour(fact, now):
        happened.append(("handler", fact, now))

    def ring(fact, now):
        happened.append(("outside", fact, now))

    facts.on(KettleBoiled)(pour)
    facts.on(KettleBoiled)(pour)
    facts.after_commit(KettleBoiled)(ring)
    facts.after_commit(KettleBoiled)(ring)
    facts.set_sink(lambda fact, now: happened.append(("first sink", fact, now)))
    facts.set_sink(lambda fact, now: happened.append(("sink", fact, now)))
    facts.set_job_runner(lambda name, fact, now: happened.append((name, fact, now)))
    return happened


def test_fact_is_stored_then_handled_then_left_to_a_job(heard):
    fact = KettleBoiled("1824", 2)
    facts.announce(fact, now=NOW)
    job = heard[-1][0]
    assert heard == [("sink", fact, NOW), ("handler", fact, NOW), (job, fact, NOW)]
    assert job.endswith(".ring")
    facts.handler_named(job)(fact, NOW)
    assert heard[-1] == ("outside", fact, NOW)
    assert facts.fact_type_named("KettleBoiled") is KettleBoiled


def test_other_facts_reach_only_the_sink(heard):
    facts.announce(CupBroken("1824"), now=NOW)
    assert heard == [("sink", CupBroken("1824"), NOW)]


def test_fault_in_a_handler_stops_the_act(heard):
    def spill(fact, now):
        raise RuntimeError("spilt")

    facts.on(CupBroken)(spill)
    with pytest.raises(RuntimeError, match="spilt"):
        facts.announce(CupBroken("1824"), now=NOW)


def test_fact_without_registers_is_no_error(own_registers):
    facts.announce(KettleBoiled("1824", 1), now=NOW)


def test_job_of_a_handler_that_is_gone_is_an_error(own_registers):
    with pytest.raises(KeyError):
        facts.handler_named("gone")
    with pytest.raises(KeyError):
        facts.fact_type_named("Gone")
