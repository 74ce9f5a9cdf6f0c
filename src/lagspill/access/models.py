"""Staff members, their memberships, and the tenant-free identity of citizens."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q

from lagspill.kernel.ids import new_id
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class StaffMember(TenantModel):
    """One employee of the municipality. Name and phone are shown to those the person serves."""

    lock = Lock.OPEN
    data = {
        Data.KEY: "id municipality",
        Data.WORK: "name title phone email",
        Data.CODE: "persona language",
    }
    dies = Dies.WITH_MUNICIPALITY

    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, blank=True)
    persona = models.CharField(max_length=40, blank=True)


class Membership(TenantModel):
    """A role in a unit (and all units below it) for a period; `ends_at` is the first moment without it."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality staff unit",
        Data.CODE: "role",
        Data.TIME: "starts_at ends_at",
    }
    dies = Dies.WITH_MUNICIPALITY

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="membership_period",
            ),
        )
        indexes = (
            # Building the actor, once a request.
            models.Index(fields=("municipality", "staff"), name="membership_by_staff"),
            # "Who leads this unit?", "who coordinates here?"
            models.Index(fields=("municipality", "role", "unit"), name="membership_by_role"),
        )


class Identity(models.Model):
    """A citizen, by the keyed hash of the national id. The application reaches it only through listed functions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key_hash = models.CharField(max_length=64, unique=True)


class IdentityPlace(models.Model):
    """Where an identity is known: one person in one municipality. Same lock as `Identity`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    municipality = models.ForeignKey(
        "tenancy.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    person_id = models.UUIDField(unique=True)

    class Meta:
        db_table = "access_identity_place"
        constraints = (
            models.UniqueConstraint(
                fields=("identity", "municipality"), name="identity_place_once"
            ),
        )


class StaffIdentity(models.Model):
    """Which citizen an employee is in private life: linked once, so that nobody meets own family at work. Same lock as
    `Identity`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    municipality = models.ForeignKey(
        "tenancy.Municipality", on_delete=models.PROTECT, related_name="+"
    )
    staff_id = models.UUIDField(unique=True)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "access_staff_identity"


class WrongCode(models.Model):
    """A code that a citizen typed and that opened nothing: so many in an hour, and then no more. Same lock as `Identity`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    identity = models.ForeignKey(
        Identity, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "access_wrong_code"
        indexes = (models.Index(fields=("identity", "at"), name="wrong_code_by_identity"),)


class BreakGlass(TenantModel):
    """One person's card opened in an emergency by one employee, for two hours at most; reviewed by somebody else."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality staff unit person_id reviewed_by",
        Data.CODE: "why outcome",
        Data.WORK: "reason review_note",
        Data.TIME: "starts_at ends_at reviewed_at",
    }
    dies = Dies.AFTER_LOG_PERIOD

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(  # where the employee works: its leader hears of it
        "tenancy.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person_id = models.UUIDField()
    why = models.CharField(max_length=20, default="other")
    reason = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    review_note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "access_break_glass"
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at"))
                & Q(ends_at__lte=models.F("starts_at") + timedelta(hours=2)),
                name="break_glass_period",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, outcome="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(outcome="")),
                name="break_glass_review_whole",
            ),
        )
        indexes = (
            # Building the actor, once a request.
            models.Index(fields=("municipality", "staff", "ends_at"), name="break_glass_by_staff"),
            # Reviews that wait, and how many there were in a month.
            models.Index(fields=("municipality", "-starts_at"), name="break_glass_by_time"),
        )


class DoneOnce(TenantModel):
    """A form that was done: the key it carried. A second submit of the same form finds it and does nothing."""

    lock = Lock.PERSON
    data = {Data.KEY: "id municipality actor_id key", Data.TIME: "at"}
    dies = Dies.AFTER_LOG_PERIOD

    actor_id = models.UUIDField()
    key = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "access_done_once"
        constraints = (
            models.UniqueConstraint(fields=("municipality", "actor_id", "key"), name="done_once"),
        )
