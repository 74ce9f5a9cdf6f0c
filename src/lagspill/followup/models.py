"""The one table of work: what is due, for which role in which unit, and who has taken it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel

OPEN = Q(closed_at__isnull=True)


class WorkItem(TenantModel):
    """Something to do about a file, or in the child track, which has none. Opened and cleared by facts; holds codes, ids and dates, never a word."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality file subject_id target_id unit staff closed_by",
        Data.CODE: "kind role closed_how",
        Data.TIME: "due_on opened_at closed_at",
    }
    dies = Dies.WITH_FILE

    kind = models.CharField(max_length=30)
    file = models.ForeignKey(
        "people.File", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject_id = models.UUIDField()  # what it is about: the open work of a kind about it is one
    target_id = models.UUIDField()  # whose page it is done on
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=40)
    staff = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_how = models.CharField(max_length=40, blank=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        db_table = "followup_work_item"
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "kind", "subject_id"), condition=OPEN, name="work_once"
            ),
            models.CheckConstraint(
                condition=(OPEN & Q(closed_how="")) | (~OPEN & ~Q(closed_how="")),
                name="work_closed_says_how",
            ),
        )
        indexes = (
            # The worklist of a unit, in order of due date; several units are merged, each by equality.
            models.Index(
                fields=("municipality", "unit", "due_on", "id"), condition=OPEN, name="work_by_unit"
            ),
            # The worklist of somebody.
            models.Index(
                fields=("municipality", "staff", "due_on", "id"),
                condition=OPEN,
                name="work_by_staff",
            ),
            # What is open about a file, and what a fact about the file clears.
            models.Index(fields=("municipality", "file"), condition=OPEN, name="work_by_file"),
        )
