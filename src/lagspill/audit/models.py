"""Two append-only tables: who did what to which id, and what has happened. Ids and field names, never text."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lagspill.kernel.ids import new_id
from lagspill.tenancy.data import Data, Dies, Lock


class Entry(models.Model):
    """One act: a read, a write, a refusal, something sent or printed. Not chained here; the sealer does that later.

    `municipality` is null only for acts outside any municipality (a citizen nobody knows yet).
    """

    lock: ClassVar[Lock] = Lock.FILE
    data: ClassVar[dict[Data, str]] = {
        Data.KEY: "id municipality actor_id actor_unit_id object_id file_id person_id object_ids",
        Data.CODE: "act verb noun actor_kind actor_role reason fields",
        Data.TIME: "at",
    }
    dies: ClassVar[Dies] = Dies.AFTER_LOG_PERIOD

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    municipality = models.ForeignKey(
        "tenancy.Municipality",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()
    act = models.CharField(max_length=12)
    verb = models.CharField(max_length=60)
    noun = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=40, blank=True)
    actor_unit_id = models.UUIDField(null=True)
    object_id = models.UUIDField(null=True)
    object_ids: models.Field[list[uuid.UUID], list[uuid.UUID]] = ArrayField(
        models.UUIDField(), default=list
    )
    file_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    fields: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=60), default=list
    )
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = (
            # The owner's log: newest first within one file.
            models.Index(fields=("municipality", "file_id", "-at", "-id"), name="audit_file_at"),
            # Reads of somebody's card, newest first: the care recipient's own log, and who has read what stands there.
            models.Index(
                fields=("municipality", "person_id", "-at", "-id"),
                condition=Q(person_id__isnull=False),
                name="audit_person_at",
            ),
            # "What did this actor do?", for the privacy officer.
            models.Index(fields=("municipality", "actor_id", "-at", "-id"), name="audit_actor_at"),
        )


class StoredFact(models.Model):
    """A fact as it was announced, in the transaction of its act."""

    lock: ClassVar[Lock] = Lock.STAFF
    data: ClassVar[dict[Data, str]] = {
        Data.KEY: "id municipality payload",
        Data.CODE: "type",
        Data.TIME: "at",
    }
    dies: ClassVar[Dies] = Dies.AFTER_LOG_PERIOD

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    municipality = models.ForeignKey(
        "tenancy.Municipality", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    type = models.CharField(max_length=60)
    payload = models.JSONField()

    class Meta:
        db_table = "audit_fact"
        indexes = (models.Index(fields=("municipality", "-id"), name="fact_by_time"),)
