"""The database itself keeps a confirmed version as it was, and keeps citizens to their own acts. Raw SQL, both roles."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connections, transaction

from lagspill.agreements import demo
from lagspill.agreements.models import Confirmation, Line, Version
from lagspill.tenancy.scope import use_actor

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

CHANGES = [
    "UPDATE agreements_line SET text = 'noe annet'",
    "UPDATE agreements_line SET who = 'caregiver' WHERE kind = 'task'",
    "UPDATE agreements_line SET promise_id = NULL WHERE kind = 'measure'",
    "UPDATE agreements_line SET audience = 'talk'",
    "DELETE FROM agreements_line",
    "INSERT INTO agreements_line SELECT (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(),"
    " 'position', 99))).* FROM agreements_line l WHERE kind = 'task' LIMIT 1",
    "UPDATE agreements_version SET review_on = review_on + 1",
    "UPDATE agreements_version SET digest = repeat('0', 64)",
    "UPDATE agreements_version SET confirmed_at = now()",
    "UPDATE agreements_version SET lead_staff_id = gen_random_uuid()",
    "UPDATE agreements_version SET state = 'draft'",
    "UPDATE agreements_version SET state = 'proposed'",
    "UPDATE agreements_version SET state = 'withdrawn', closed_at = now()",
    "DELETE FROM agreements_version",
    "UPDATE agreements_confirmation SET how = 'paper' WHERE side = 'caregiver'",
    "DELETE FROM agreements_confirmation",
]


def run(sql, using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


def refused(sql):
    """True when the database says that a confirmed agreement never changes."""
    try:
        with transaction.atomic():
            run(sql)
    except DatabaseError as error:
        return "never changes" in str(error)
    return False


def test_a_confirmed_version_never_changes_for_the_application(world, confirmed):
    with use_actor(world.system):
        assert [sql for sql in CHANGES if not refused(sql)] == []
        assert Line.objects.count() == 8
        assert Confirmation.objects.count() == 2


@pytest.fixture
def as_owner():
    """Everything in the test, the small world included, is done over the owner's connection."""
    held = connections["default"]
    connections["default"] = connections["owner"]
    yield
    connections["default"] = held


def test_nor_for_the_owner(as_owner, request):
    world, _ = request.getfixturevalue("world"), request.getfixturevalue("confirmed")
    with use_actor(world.system):
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'agreements_line'"
            )
            assert cursor.fetchone() == (True,)
        assert [sql for sql in CHANGES if not refused(sql)] == []
        assert Line.objects.count() == 8


@pytest.mark.parametrize(
    "table", ["agreements_line", "agreements_version", "agreements_confirmation"]
)
def test_the_owner_cannot_empty_it(db, table):
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(using="owner"):
        run(f"TRUNCATE {table} CASCADE", using="owner")


@pytest.mark.parametrize("state", ["superseded", "ended"])
def test_its_state_may_still_move_on(world, confirmed, state):
    with use_actor(world.system):
        assert run(f"UPDATE agreements_version SET state = '{state}', closed_at = now()") == 1
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            run("UPDATE agreements_version SET state = 'confirmed'")
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            run("DELETE FROM agreements_line")


def test_a_line_cannot_be_moved_into_a_confirmed_version(world, now, confirmed, lines):
    draft = demo.build_draft(lead=world.coordinator, file_id=world.file.id, now=now)
    with use_actor(world.system):
        line = Line.objects.filter(version=draft).first()
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            run(
                f"UPDATE agreements_line SET version_id = '{confirmed.id}', position = 99 WHERE id = '{line.id}'"
            )


@pytest.mark.parametrize("who", ["caregiver", "care_recipient"])
def test_a_citizen_cannot_write_lines_or_versions(world, now, known, draft, who):
    with use_actor(getattr(world, who)):
        assert (
            Line.objects.count() == 8
        )  # reached through the file; what may be read is the policy's matter
        assert run("UPDATE agreements_line SET text = 'mitt'") == 0
        assert run("UPDATE agreements_version SET state = 'proposed'") == 0
        assert run("DELETE FROM agreements_line") == 0


@pytest.mark.parametrize("who", ["stranger", "unknown_citizen"])
def test_others_see_no_row(world, confirmed, who):
    actor = getattr(world, who)
    with use_actor(world.system):
        assert Version.objects.count() == 1
    with use_actor(actor), connections["default"].cursor() as cursor:
        for table in (
            "agreements_agreement",
            "agreements_agreement_relation",
            "agreements_version",
            "agreements_line",
            "agreements_confirmation",
            "agreements_reply",
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)


def test_a_second_open_version_is_refused(world, now, draft):
    with use_actor(world.system), pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.create(
            file=world.file,
            agreement_id=draft.agreement_id,
            number=2,
            state="draft",
            lead_staff_id=world.coordinator.id,
            started_at=now,
        )
