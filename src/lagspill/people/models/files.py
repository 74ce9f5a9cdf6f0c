"""Caregivers' files: how to reach their owner safely, who may reach them in the database's own lock, and who is their staff."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lagspill.people.models.persons import Person
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class File(TenantModel):
    """One caregiver in one municipality: the caregiver's file, with how to reach them safely."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality caregiver unit",
        Data.CODE: "reach_channel reach_blocked source closed_why",
        Data.PERSONAL: "reach_phone reach_email reach_address",
        Data.SENSITIVE: "reach_note",
        Data.TIME: "opened_at closed_at",
    }
    dies = Dies.WITH_FILE

    caregiver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.CharField(max_length=20, default="staff")
    reach_channel = models.CharField(max_length=12, default="phone")
    reach_phone = models.CharField(max_length=20, blank=True)
    reach_email = models.EmailField(blank=True)
    reach_address = models.CharField(max_length=200, blank=True)
    reach_note = models.CharField(max_length=300, blank=True)
    reach_blocked: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=12), default=list
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("municipality", "caregiver"), name="file_once"),
        )
        indexes = (models.Index(fields=("municipality", "unit", "-id"), name="file_by_unit"),)


class FileParty(TenantModel):
    """Who may reach a file in the database's own lock: the caregiver, the care recipient once the caregiver agrees, …"""

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality file person",
        Data.CODE: "basis",
        Data.TIME: "starts_at ends_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    basis = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_file_party"
        constraints = (
            models.UniqueConstraint(fields=("file", "person", "basis"), name="file_party_once"),
        )
        # The database's second lock asks this for every citizen query.
        indexes = (models.Index(fields=("person", "file"), name="file_party_by_person"),)


class FileStaff(TenantModel):
    """The file's staff: lead of the talk, substitute, contact person, coordinators of its unit. Filled by operations."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file staff",
        Data.CODE: "role",
        Data.TIME: "starts_at ends_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_file_staff"
        constraints = (
            models.UniqueConstraint(
                fields=("file", "staff", "role"), condition=Q(ends_at=None), name="file_staff_once"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "staff", "file"), name="file_staff_by_staff"),
            models.Index(fields=("municipality", "file"), name="file_staff_by_file"),
        )


class BindingCode(TenantModel):
    """The code in an invitation that, with the caregiver's own sign-in, binds the file to a national id. Used once."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality file",
        Data.SECRET: "code_hash",
        Data.TIME: "expires_at used_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_binding_code"
        constraints = (
            models.UniqueConstraint(fields=("municipality", "code_hash"), name="binding_code_once"),
        )
