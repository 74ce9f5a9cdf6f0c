"""Both locks: without a municipality nothing is asked, in one nothing of another is seen, and a citizen has a third."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from lagspill.kernel.actor import system_actor
from lagspill.people.models import File, Person, Pin, Relation
from lagspill.tenancy.models import Unit
from lagspill.tenancy.scope import (
    NOBODY,
    NoTenant,
    Scope,
    current,
    current_municipality,
    scope_of,
    use,
    use_actor,
)
from tests.world import HOL, VEFSN, World


def settings_in_database() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.municipality', true), current_setting('app.kind', true),"
            " current_setting('app.actor', true), current_setting('app.person', true)"
        )
        return tuple(value or "" for value in cursor.fetchone())


def raw(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


class TestFirstLock:
    def test_the_manager_asks_nothing_without_a_municipality(self, world: World):
        with use(NOBODY):
            for ask in (
                lambda: list(Person.objects.all()),
                lambda: Person.objects.count(),
                lambda: Person.objects.filter(id=uuid.uuid4()).exists(),
                current_municipality,
            ):
                with pytest.raises(NoTenant):
                    ask()

    def test_the_manager_sees_one_municipality(self, world: World):
        for number in (VEFSN, HOL):
            with use_actor(system_actor("test", number)):
                assert {row.municipality_id for row in File.objects.all()} == {number}


class TestSecondLock:
    def test_the_database_shows_nothing_without_a_scope(self, world: World):
        with use(NOBODY):
            assert raw("SELECT count(*) FROM people_person") == [(0,)]
            assert raw("SELECT count(*) FROM people_file") == [(0,)]

    def test_the_database_shows_one_municipality_whatever_is_asked(self, world: World):
        with use_actor(system_actor("test", HOL)):
            assert raw("SELECT DISTINCT municipality_id FROM people_person") == [(HOL,)]
            assert raw(f"SELECT count(*) FROM people_file WHERE municipality_id = '{VEFSN}'") == [
                (0,)
            ]

    def test_a_row_for_another_municipality_is_refused(self, world: World):
        with use_actor(world.system):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Person.objects.create(name="Feil kommune", municipality_id=HOL)
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Unit.objects.filter(id=world.south.id).update(municipality_id=HOL)
            assert not Person.objects.filter(name="Feil kommune").exists()

    def test_changing_what_belongs_to_another_municipality_hits_nothing(self, world: World):
        with use_actor(world.system), connection.cursor() as cursor:
            cursor.execute("UPDATE people_file SET source = 'x' WHERE id = %s", [world.hol_file.id])
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM people_pin")
            assert cursor.rowcount == 0


class TestCitizens:
    def test_a_citizen_reaches_the_files_they_are_party_to_and_no_other(self, world: World):
        with use_actor(world.caregiver):
            assert [row.id for row in File.objects.all()] == [world.file.id]
            assert {row.file_id for row in Relation.objects.all()} == {world.file.id}
        with use_actor(world.care_recipient):
            assert list(File.objects.all()) == []
            assert list(Relation.objects.all()) == []

    def test_a_citizen_reaches_no_table_of_staff_and_changes_no_file(self, world: World):
        with use_actor(world.system):
            Pin.objects.create(
                staff_id=world.nurse.id,
                person=world.care_recipient_person,
                pinned_at=world.now,
            )
        with use_actor(world.caregiver):
            assert list(Pin.objects.all()) == []
            assert File.objects.filter(id=world.file.id).update(source="x") == 0
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Person.objects.create(name="Selvlaget")

    def test_a_citizen_without_a_person_here_reaches_nothing(self, world: World):
        with use(Scope(municipality=VEFSN, kind="citizen", actor=str(uuid.uuid4()))):
            assert list(Person.objects.all()) == []
            assert list(File.objects.all()) == []

    def test_a_visitor_reaches_no_person(self, world: World):
        with use(Scope(municipality=VEFSN, kind="visitor")):
            assert list(Person.objects.all()) == []
            assert Unit.objects.exists()


class TestUse:
    def test_the_scope_before_is_in_force_again_in_python_and_in_the_database(self, world: World):
        assert current() == NOBODY
        with use_actor(world.nurse):
            nurse = settings_in_database()
            assert nurse == (VEFSN, "staff", str(world.nurse.id), "")
            with use_actor(world.caregiver):
                assert current() == scope_of(world.caregiver)
                assert settings_in_database()[3] == str(world.caregiver_person.id)
            assert settings_in_database() == nurse
        assert settings_in_database() == ("", "", "", "")
        assert current() == NOBODY

    def test_an_error_inside_puts_the_scope_back_too(self, world: World):
        with pytest.raises(ZeroDivisionError), use_actor(world.nurse):
            _ = 1 / 0
        assert settings_in_database() == ("", "", "", "")

    def test_a_failed_statement_inside_puts_the_scope_back_too(self, world: World):
        with use_actor(world.nurse):
            with pytest.raises(DatabaseError), transaction.atomic(), use_actor(world.system):
                raw("SELECT 1/0")
            assert settings_in_database()[1] == "staff"
