"""Tables of the child track. Codes, days and a first name; no sentence about a child has a place here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class ChildTrack(TenantModel):
    """A child under 16 who is next of kin to `person`, the one who is ill. `unit` is the one whose child-responsible
    staff follow up. Reached by no citizen, and so by no parent's representation.
    """

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality person unit passed_on_by lead",
        Data.CODE: "kin closed_how",
        Data.PERSONAL: "child_name birth_year",
        Data.TIME: "passed_on_at next_on closed_at",
    }
    dies = Dies.WITH_PERSON

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    child_name = models.CharField(max_length=40, blank=True)  # first name or initials
    birth_year = models.PositiveSmallIntegerField(null=True)
    kin = models.CharField(max_length=12)
    passed_on_by = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    passed_on_at = models.DateTimeField()
    lead = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    next_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_how = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "children_track"
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_how="")
                | (Q(closed_at__isnull=False) & ~Q(closed_how="")),
                name="child_track_closed_says_how",
            ),
        )
        indexes = (
            # The list of a unit, and what staff have passed on about somebody.
            models.Index(fields=("municipality", "unit", "next_on"), name="child_track_by_unit"),
            models.Index(fields=("municipality", "person"), name="child_track_by_person"),
        )


class ChildStep(TenantModel):
    """One dated act in a track: which step, what came of it, by whom. Added, never changed."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality track taken_by",
        Data.SENSITIVE: "outcome how",
        Data.CODE: "step",
        Data.TIME: "done_on noted_at",
    }
    dies = Dies.WITH_PERSON

    track = models.ForeignKey(
        ChildTrack, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    step = models.CharField(max_length=12)
    outcome = models.CharField(max_length=20)
    how = models.CharField(max_length=12, blank=True)
    done_on = models.DateField()
    taken_by = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "children_step"
        indexes = (models.Index(fields=("municipality", "track", "id"), name="child_step_history"),)
