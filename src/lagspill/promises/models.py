"""Tables of promises: the promise, what happened to it, and reports that it was not followed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class Promise(TenantModel):
    """What the municipality said it will do: the only holder of owner, date and state."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item owner_unit owner_staff",
        Data.SENSITIVE: "text",
        Data.CODE: "state version",
        Data.TIME: "due_on made_at closed_at overdue_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    item = models.OneToOneField("people.Item", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=400)
    owner_unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner_staff = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_on = models.DateField()
    state = models.CharField(max_length=12, default="open")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="promise_closed_when_not_open",
            ),
        )
        indexes = (
            # The caregiver's and the file's promises.
            models.Index(fields=("municipality", "file", "-id"), name="promise_by_file"),
            # The sweep: open ones whose date has passed.
            models.Index(
                fields=("municipality", "due_on"),
                condition=Q(state="open", overdue_at__isnull=True),
                name="promise_to_sweep",
            ),
            # The leader's month: kept and overdue in a unit.
            models.Index(fields=("municipality", "owner_unit", "due_on"), name="promise_by_unit"),
        )


class PromiseEvent(TenantModel):
    """One line of a promise's history."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file promise by_id",
        Data.CODE: "kind reason by_kind",
        Data.TIME: "at due_on",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True)
    by_kind = models.CharField(max_length=10)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "promises_event"
        indexes = (models.Index(fields=("municipality", "promise", "id"), name="promise_history"),)


class PromiseReport(TenantModel):
    """ "It was not followed": the caregiver's words, and the leader's answer; each an item of its own.

    `unit` is the one whose leader owes the answer: the owner's, or one above where its leader keeps the promise.
    """

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file promise item answer_item leader_staff unit answered_by",
        Data.SENSITIVE: "words answer",
        Data.CODE: "outcome",
        Data.TIME: "reported_at answer_by answered_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(
        "people.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField("people.Item", on_delete=models.PROTECT, related_name="+")
    answer_item = models.OneToOneField(
        "people.Item", null=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    leader_staff = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    words = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    answered_by = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField()
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "promises_report"
        constraints = (
            models.UniqueConstraint(
                fields=("promise",), condition=Q(answered_at__isnull=True), name="one_open_report"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "promise", "id"), name="report_by_promise"),
        )
