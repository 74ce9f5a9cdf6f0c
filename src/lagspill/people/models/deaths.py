"""Who may read the file of somebody who has died: one named reader, for a while, decided by the privacy officer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lagspill.people.models.files import File
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class FileOpening(TenantModel):
    """A decision that one employee reads a dead person's file for a period, and why. It is read, never written in."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality file staff decided_by ended_by",
        Data.WORK: "why",
        Data.TIME: "starts_at ends_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_by = models.UUIDField()
    why = models.CharField(max_length=400)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_by = models.UUIDField(null=True)

    class Meta:
        db_table = "people_file_opening"
        constraints = (
            # Ended at once by its own decider it may last no time at all, never less.
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="file_opening_period"
            ),
            models.CheckConstraint(
                condition=~Q(staff=F("decided_by")), name="file_opening_for_another"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "staff", "ends_at"), name="opening_by_staff"),
            models.Index(fields=("municipality", "file"), name="opening_by_file"),
        )
