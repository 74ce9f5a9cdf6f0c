"""Rows by COPY, as the application's role and under row-level security.

PostgreSQL refuses COPY into a table whose row-level security holds for the role. So rows go by COPY into a temporary
table, and from there in one statement into the real one, where both locks, constraints and triggers see them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import NOT_PROVIDED, Field

NULL = "\\N"

#: Which columns a row gives, by model, in the order in which tables are filled; others take the model's default.
COLUMNS: Mapping[str, str] = {
    "tenancy.Unit": "id code name kind phone parent_id path",
    "access.StaffMember": "id name title phone persona",
    "access.Membership": "id staff_id role unit_id starts_at",
    "people.Person": "id name name_key last_key birth_on phone email address is_bound persona",
    "people.File": "id caregiver_id unit_id reach_phone reach_email reach_address opened_at",
    "people.FileParty": "id file_id person_id basis starts_at",
    "people.FileStaff": "id file_id staff_id role starts_at",
    "people.Service": "id person_id unit_id starts_at",
    "people.Pin": "id staff_id person_id pinned_at",
    "people.Item": "id file_id kind about audience author_staff_id author_person_id author_capacity caregiver_present"
    " agreed written_at edited_at placed_at",
    "people.Relation": "id file_id item_id care_recipient_id code state state_changed_at known_to_recipient_at starts_at",
    "people.ItemRelation": "id file_id item_id relation_id",
    "people.AudienceChange": "id file_id item_id old new how by_kind by_id sentence changed_at",
    "assessments.CheckInRequest": "id file_id unit_id kind why channel state asked_by asked_at ended_at",
    "assessments.Answer": "id file_id item_id sheet instrument version answers score closing saved_at answered_at",
    "conversations.Invitation": "id file_id lead_id sent_by relation_ids state channel form times reply_by topics sent_at"
    " answer answer_how answered_at chosen_time chosen_form",
    "conversations.Talk": "id file_id invitation_id lead_id relation_ids state at form topics started_at ended_at",
    "conversations.Statement": "id file_id talk_id item_id topic text",
    "promises.Promise": "id file_id item_id text owner_unit_id owner_staff_id due_on state made_at closed_at",
    "promises.PromiseEvent": "id file_id promise_id kind by_kind by_id at due_on",
    "agreements.Agreement": "id file_id state started_at",
    "agreements.AgreementRelation": "id file_id agreement_id relation_id",
    "agreements.Version": "id file_id agreement_id number state talk_id lead_staff_id review_on digest started_at"
    " proposed_at confirmed_at",
    "agreements.Line": "id file_id version_id item_id kind audience position text who name phone promise_id",
    "agreements.Confirmation": "id file_id version_id side how by_staff_id by_person_id confirmed_at",
    "followup.WorkItem": "id kind file_id subject_id target_id unit_id role staff_id due_on opened_at closed_at closed_how",
    "audit.Entry": "id at act verb noun actor_kind actor_id actor_role object_id file_id person_id",
    "audit.StoredFact": "id at type payload",
}


class Ids:
    """Ids in the shape of UUIDv7 that come back the same for the same seed, growing like the rows they name."""

    def __init__(self, start: datetime, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311  # invented rows, no secret
        self._next = int(start.timestamp() * 1000)
        self._numbers = self._count()

    def _count(self) -> Iterator[str]:
        while True:
            self._next += 1
            tail = self._random.getrandbits(74)
            stamp, rest = f"{self._next:012x}", f"{tail & (1 << 60) - 1:015x}"
            yield f"{stamp[:8]}-{stamp[8:]}-7{tail >> 62:03x}-8{rest[:3]}-{rest[3:]}"

    def __call__(self) -> str:
        return next(self._numbers)


class Batch:
    """Rows of one municipality on their way in. Values are text as COPY reads it, without tabs and backslashes."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {label: [] for label in COLUMNS}

    def add(self, label: str, *values: str) -> None:
        """One row, in the order of `COLUMNS`."""
        self._lines[label].append("\t".join(values))

    def write(self, municipality: str) -> int:
        """Write everything, in the transaction and scope in force; the number of rows."""
        written = 0
        for label, lines in self._lines.items():
            if lines:
                _write(label, lines, municipality)
            written += len(lines)
            lines.clear()
        return written


def array(*values: str) -> str:
    """An array of plain words, as COPY reads it."""
    return "{" + ",".join(values) + "}"


def _write(label: str, lines: list[str], municipality: str) -> None:
    meta = apps.get_model(label)._meta
    given = COLUMNS[label].split()
    rest = [
        field
        for field in meta.concrete_fields
        if field.column not in given and field.column != "municipality_id"
    ]
    names, stage = ", ".join(given), f"stage_{meta.db_table}"
    every = ", ".join([*given, "municipality_id", *(field.column for field in rest)])
    marks = ", ".join(["%s"] * (len(rest) + 1))
    with connection.cursor() as cursor:
        # Names of tables and columns come from the models, values are parameters.
        cursor.execute(
            f"CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS SELECT {names} FROM {meta.db_table} WITH NO DATA"  # noqa: S608  # names of our own tables
        )
        with cursor.copy(f"COPY {stage} ({names}) FROM STDIN") as copy:
            copy.write("\n".join(lines) + "\n")
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({every}) SELECT {names}, {marks} FROM {stage}",  # noqa: S608  # names of our own tables
            [municipality, *(_default(field) for field in rest)],
        )
        cursor.execute(f"DROP TABLE {stage}")


def _default(field: Field[Any, Any]) -> Any:
    if field.default is NOT_PROVIDED and not field.null and not field.empty_strings_allowed:
        raise TypeError(f"{field.model.__name__}.{field.name} has no default: give it a column")
    return field.get_db_prep_save(field.get_default(), connection)
