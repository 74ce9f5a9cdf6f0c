"""What was asked, and what was answered. An answer's envelope is an item: it is `mine` from the first key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.assessments.rules import Kind, State
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class CheckInRequest(TenantModel):
    """Somebody asks a caregiver how it goes, or a call to the caregiver is wanted. Holds nothing of what was answered."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file unit asked_by ended_by",
        Data.CODE: "kind why channel state outcome tries",
        Data.TIME: "asked_at due_on tried_at ended_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10)
    why = models.CharField(max_length=12)
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default=State.OPEN.value)
    outcome = models.CharField(max_length=12, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_by = models.UUIDField(
        null=True
    )  # staff; none for the caregiver's own wish and for a system actor
    ended_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "assessments_check_in_request"
        constraints = (
            models.UniqueConstraint(
                fields=("file", "kind"), condition=Q(state="open"), name="request_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="request_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="request_kind"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="request_ended",
            ),
        )
        indexes = (
            # The newest of a file, on the caregiver's and the staff's page.
            models.Index(fields=("municipality", "file", "-id"), name="request_by_file"),
        )


class Answer(TenantModel):
    """The answers to one instrument. Without `answered_at` it is begun and not sent: kept for whoever comes back.

    `sheet` is the id of the page's form: sent twice, or saved late after it was sent, it is still one answer.
    """

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item sheet",
        Data.CODE: "instrument version closing",
        Data.SENSITIVE: "answers score",
        Data.TIME: "saved_at answered_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    item = models.OneToOneField("people.Item", on_delete=models.PROTECT, related_name="+")
    sheet = models.UUIDField()
    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    score = models.SmallIntegerField(null=True)
    closing = models.CharField(max_length=12, blank=True)
    saved_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("file", "sheet"), name="answer_sheet_once"),
            models.UniqueConstraint(
                fields=("file", "instrument"),
                condition=Q(answered_at=None),
                name="answer_begun_once",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(score__isnull=True), name="answer_score"
            ),
        )
        indexes = (
            # A file's answers over time.
            models.Index(fields=("municipality", "file", "-answered_at"), name="answer_by_file"),
        )
