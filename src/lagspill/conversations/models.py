"""Tables of invitations, talks, what is prepared and what is said. The envelope of each statement is `people.Item`."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class Invitation(TenantModel):
    """An invitation to a talk, as it was sent, and what the caregiver answered. Read by the caregiver and the file's staff."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file lead relation_ids sent_by",
        Data.CODE: "state channel form topics others language is_large answer answer_how chosen_form needs",
        Data.PERSONAL: "place others_names interpreter_language",
        Data.SENSITIVE: "wish",
        Data.TIME: "times reply_by sent_at posted_at answered_at chosen_time ended_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lead = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sent_by = models.UUIDField()
    relation_ids: models.Field[list[uuid.UUID], list[uuid.UUID]] = ArrayField(models.UUIDField())
    state = models.CharField(max_length=10, default="sent")
    channel = models.CharField(max_length=10)
    form = models.CharField(max_length=10)
    place = models.CharField(max_length=120, blank=True)
    times: models.Field[list[datetime], list[datetime]] = ArrayField(models.DateTimeField())
    reply_by = models.DateField()
    topics: models.Field[list[str], list[str]] = ArrayField(models.CharField(max_length=4))
    others = models.CharField(max_length=10, default="nobody")
    others_names = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="nb")
    is_large = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # expired or cancelled
    answer = models.CharField(max_length=6, blank=True)
    answer_how = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True)
    chosen_time = models.DateTimeField(null=True)
    chosen_form = models.CharField(max_length=10, blank=True)
    wish = models.CharField(max_length=500, blank=True)
    needs: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=12), default=list
    )
    interpreter_language = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("sent", "answered", "expired", "cancelled")),
                name="invitation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answer__in=("yes", "no", "later"))
                | (~Q(state="answered") & Q(answer="")),
                name="invitation_answer_paired",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="invitation_answered_at_paired",
            ),
            models.UniqueConstraint(
                fields=("file",), condition=Q(state="sent"), name="invitation_waits_once"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "file", "-id"), name="invitation_by_file"),
            # What has not been answered in time, swept each minute.
            models.Index(
                fields=("municipality", "reply_by"),
                condition=Q(state="sent"),
                name="invitation_waiting",
            ),
        )


class Talk(TenantModel):
    """A talk with a caregiver: planned, held or cancelled. `at` is missing while its time is to be agreed."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file invitation lead relation_ids",
        Data.CODE: "state form presence topics important needs",
        Data.PERSONAL: "place interpreter_language",
        Data.TIME: "at started_at ended_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    invitation = models.OneToOneField(
        Invitation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lead = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    relation_ids: models.Field[list[uuid.UUID], list[uuid.UUID]] = ArrayField(models.UUIDField())
    state = models.CharField(max_length=10, default="planned")
    at = models.DateTimeField(null=True)
    form = models.CharField(max_length=10)
    place = models.CharField(max_length=120, blank=True)
    presence = models.CharField(max_length=10, default="in_person")
    topics: models.Field[list[str], list[str]] = ArrayField(models.CharField(max_length=4))
    #: Topics the caregiver marked as important; said beside the box that staff see the mark (N45).
    important: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=4), default=list
    )
    needs: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=12), default=list
    )
    interpreter_language = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # held or cancelled

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="planned", ended_at__isnull=True)
                | Q(state__in=("held", "cancelled"), ended_at__isnull=False),
                name="talk_state_paired",
            ),
        )
        indexes = (models.Index(fields=("municipality", "file", "-id"), name="talk_by_file"),)


class Statement(TenantModel):
    """What was said about a topic. As long as `draft_of` is set it is a draft that only this author reads."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file talk item draft_of",
        Data.CODE: "topic version writer",
        Data.SENSITIVE: "text",
        Data.TIME: "warned_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    talk = models.ForeignKey(Talk, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField("people.Item", on_delete=models.PROTECT, related_name="+")
    draft_of = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    topic = models.CharField(max_length=4)
    text = models.CharField(max_length=4000)
    version = models.PositiveIntegerField(default=1)
    writer = models.CharField(max_length=40, blank=True)
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("talk", "topic", "draft_of"),
                condition=Q(draft_of__isnull=False),
                name="statement_draft_once",
            ),
        )
        indexes = (models.Index(fields=("municipality", "file", "talk"), name="statement_by_file"),)


class Preparation(TenantModel):
    """What a caregiver wrote at home about a topic: `mine` until shared, and again when taken back."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file talk item",
        Data.CODE: "topic version writer",
        Data.SENSITIVE: "text",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    talk = models.ForeignKey(Talk, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField("people.Item", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=4)
    text = models.CharField(max_length=4000)
    version = models.PositiveIntegerField(default=1)
    writer = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("talk", "topic"), name="preparation_topic_once"),
        )
