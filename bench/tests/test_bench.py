"""A tiny world: valid by every constraint, the same each time, and every measured page answers in it."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from bench import measuring, pages
from lagspill.kernel import clock
from lagspill.kernel.actor import system_actor
from lagspill.shell.bulk import world
from lagspill.shell.cast import HOL, VEFSN
from lagspill.tenancy.scope import NOBODY, use, use_actor


@pytest.fixture
def tiny(db: None, settings) -> int:
    settings.ROOT_URLCONF = "bench.urls"
    with use(NOBODY):
        return world.build(municipalities=2, caregivers=20, now=clock.now())


def _count(label: str, number: str, **conditions: object) -> int:
    with use_actor(system_actor("test", number)):
        return apps.get_model(label).objects.filter(**conditions).count()


def test_every_constraint_holds_and_caregivers_are_shared_out(tiny: int) -> None:
    connection.check_constraints()
    assert [_count("people.File", number) for number in (VEFSN, HOL)] == [10, 10]
    assert tiny > 20 * 30


def test_confirmed_agreements_carry_lines_promises_and_both_confirmations(tiny: int) -> None:
    confirmed = _count("agreements.Version", VEFSN, state="confirmed")
    assert confirmed > 0
    assert _count("agreements.Version", VEFSN) == confirmed
    assert _count("agreements.Confirmation", VEFSN) == 2 * confirmed
    assert _count("promises.Promise", VEFSN) == confirmed
    assert _count("agreements.Line", VEFSN, promise__isnull=False) == confirmed


def test_every_measured_page_answers(tiny: int) -> None:
    found, missing = pages.every_page()
    assert not missing
    for page in [*found, pages.unit_of_measure()]:
        for number in range(2):
            page.act(number)  # raises WrongAnswer for another status than expected


def test_the_same_seed_gives_the_same_rows(db: None) -> None:
    now = datetime.fromisoformat("2026-11-25T09:00:00+00:00")
    made = []
    for _ in range(2):
        with use(NOBODY):
            point = connection.savepoint()
            world.build(municipalities=1, caregivers=5, now=now, seed=7)
            with use_actor(system_actor("test", VEFSN)):
                rows = apps.get_model("people.Person").objects.order_by("id")
                made.append(list(rows.values_list("id", "name", "birth_on")))
            connection.savepoint_rollback(point)
    assert made[0]
    assert made[0] == made[1]


def test_an_unmarked_data_directory_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="not marked for benchmarks") as refusal:
        call_command("build-world", stdout=StringIO())
    assert refusal.value.returncode == 2


def test_a_database_with_persons_is_refused(tiny: int, settings) -> None:
    settings.MODE = "bench"
    with use(NOBODY), pytest.raises(CommandError, match="persons in this database") as refusal:
        call_command("build-world", stdout=StringIO())
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("asked", [(0, 10), (358, 1000), (3, 2)])
def test_impossible_sizes_are_refused(db: None, settings, asked: tuple[int, int]) -> None:
    settings.MODE = "bench"
    with pytest.raises(CommandError, match="Ask for 1 to 357"):
        call_command("build-world", municipalities=asked[0], caregivers=asked[1], stdout=StringIO())


def test_queries_are_counted_as_sent(db: None) -> None:
    def act(number: int) -> None:
        with connection.cursor() as cursor:
            for _ in range(number):
                cursor.execute("SELECT 1")

    assert measuring.count_queries(act, 3) == 3


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([3, 1, 2], 50, 2), (range(1, 101), 95, 95), ([7], 95, 7)]
)
def test_percentile(values, share: int, expected: int) -> None:
    assert measuring.percentile(values, share) == expected
