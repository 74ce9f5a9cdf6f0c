"""Back-off, the two registries, and facts as arguments of jobs."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from lagspill.dispatch import rules
from lagspill.dispatch.rules import Outcome, Recipient
from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class Everything(Fact):
    """A fact with each kind of field that facts have."""

    file_id: uuid.UUID
    talk_id: uuid.UUID | None
    needs: tuple[str, ...]
    ids: tuple[uuid.UUID, ...]
    due_on: date
    at: datetime
    is_call: bool
    outcome: Outcome
    count: int = 0


FULL = Everything(
    "1824",
    uuid.uuid4(),
    uuid.uuid4(),
    ("interpreter", "stand_in"),
    (uuid.uuid4(),),
    date(2026, 11, 25),
    datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    True,
    Outcome.SENT,
    3,
)


def test_a_fact_survives_the_queue_whole():
    packed = json.loads(json.dumps(rules.pack(FULL)))
    assert rules.unpack(Everything, packed) == FULL


def test_what_is_empty_in_a_fact_stays_empty():
    empty = Everything(
        "1824", FULL.file_id, None, (), (), FULL.due_on, FULL.at, False, Outcome.NEEDS_CALL
    )
    assert rules.unpack(Everything, json.loads(json.dumps(rules.pack(empty)))) == empty


def test_a_fact_packed_by_another_version_is_read_where_it_can_be():
    packed = rules.pack(FULL)
    del packed["count"]  # has come since, with a default
    packed["gone_since"] = "x"
    assert rules.unpack(Everything, packed) == Everything(
        **{key: getattr(FULL, key) for key in packed if key != "gone_since"}
    )


def test_waiting_grows_and_ends_within_a_working_day():
    waits = [rules.wait_after(attempt) for attempt in range(1, rules.MOST_ATTEMPTS)]
    assert waits == [timedelta(minutes=n) for n in (1, 4, 16, 64, 256)]
    assert sum(waits, timedelta()) < timedelta(hours=8)


@pytest.mark.parametrize(
    ("recipient", "is_reachable"),
    [
        (Recipient("a@example.no", True), True),
        (Recipient("a@example.no", False), False),
        (Recipient("", True), False),
    ],
)
def test_a_recipient_is_reached_only_where_allowed_and_known(recipient, is_reachable):
    assert recipient.is_reachable is is_reachable


def test_without_a_resolver_nobody_is_known(monkeypatch):
    monkeypatch.setattr(rules, "_resolver", [])
    assert rules.find_recipient("1824", uuid.uuid4()) is None


def test_the_resolver_is_asked_with_municipality_and_file(monkeypatch):
    monkeypatch.setattr(rules, "_resolver", [])
    rules.set_recipient_resolver(lambda number, file_id: Recipient(f"{number}@{file_id}", True))
    file_id = uuid.uuid4()
    assert rules.find_recipient("1824", file_id) == Recipient(f"1824@{file_id}", True)


def test_two_sweeps_cannot_share_a_name():
    def first(actor, now):
        return 0

    def second(actor, now):
        return 0

    rules.register_sweep("test.once", first)
    try:
        rules.register_sweep("test.once", first)  # the same one twice is no harm
        assert rules.sweeps()["test.once"] is first
        with pytest.raises(ValueError, match=r"test\.once"):
            rules.register_sweep("test.once", second)
    finally:
        rules.forget_sweep("test.once")
    assert "test.once" not in rules.sweeps()
