"""What the caregiver has said to words and readers: answers, corrections, and a yes that waits for its copy."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.people.models.files import File
from lagspill.people.models.items import Item
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class ItemAnswer(TenantModel):
    """What the caregiver said to an item that was written without them: yes, narrower or correct; the latest holds."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item correction recorded_by",
        Data.CODE: "answer how",
        Data.TIME: "given_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    answer = models.CharField(max_length=10)
    how = models.CharField(max_length=12)
    correction = models.ForeignKey(
        Item, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_by = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    given_at = models.DateTimeField()

    class Meta:
        db_table = "people_item_answer"
        constraints = (
            models.CheckConstraint(
                condition=Q(answer__in=("yes", "narrower", "correct")), name="item_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="correct") | Q(correction__isnull=True),
                name="item_answer_correction",
            ),
        )
        indexes = (models.Index(fields=("municipality", "item", "-id"), name="answer_by_item"),)


class Correction(TenantModel):
    """The caregiver's own words beside somebody else's: an item of its own, so that the note keeps its history."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item of_item",
        Data.SENSITIVE: "text",
        Data.TIME: "written_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="+")
    of_item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=4000)
    written_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("municipality", "of_item"), name="correction_by_item"),)


class PendingWidening(TenantModel):
    """A yes by telephone or paper to more readers: it takes effect when the copy is sent, and may be undone at any time."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item taken_by confirmed_by",
        Data.CODE: "old new how way state",
        Data.WORK: "sentence",
        Data.TIME: "taken_at sent_at ended_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    old = models.CharField(max_length=10)
    new = models.CharField(max_length=10)
    how = models.CharField(max_length=12)
    way = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default="waiting")
    sentence = models.CharField(max_length=400)
    taken_by = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_pending_widening"
        constraints = (
            models.UniqueConstraint(
                fields=("item",), condition=Q(state="waiting"), name="widening_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(how__in=("phone", "paper"))
                & Q(way__in=("notice", "letter", "second_call")),
                name="widening_how_known",
            ),
            # Nothing is done before its copy is sent, or a colleague of the taker has called as well.
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True, sent_at__isnull=True)
                | Q(state="done", sent_at__isnull=False, ended_at__isnull=False)
                | Q(state="undone", ended_at__isnull=False),
                name="widening_done_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("taken_by")),
                name="widening_second_call_by_other",
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "item", "-id"), name="widening_by_item"),
            models.Index(
                fields=("municipality", "file"),
                condition=Q(state="waiting"),
                name="widening_waiting",
            ),
        )
