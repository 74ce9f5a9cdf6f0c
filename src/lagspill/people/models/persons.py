"""Persons of a municipality, who serves them, and the lists on which staff keep them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class Person(TenantModel):
    """A caregiver or a care recipient in one municipality; often both. No national id is stored, only a keyed hash
    in `access_identity`.
    """

    lock = Lock.PERSON
    data = {
        Data.KEY: "id municipality import_key death_recorded_by",
        Data.PERSONAL: "name name_key last_key birth_on age_group phone email address language interpreter",
        Data.CODE: "protected is_nameless is_bound persona",
        Data.TIME: "died_on death_recorded_at",
    }
    dies = Dies.WITH_PERSON

    name = models.CharField(max_length=120, blank=True)
    name_key = models.CharField(max_length=120, blank=True)
    last_key = models.CharField(max_length=120, blank=True)
    is_nameless = models.BooleanField(default=False)
    is_bound = models.BooleanField(default=False)  # to a national id: can sign in
    birth_on = models.DateField(null=True)
    age_group = models.CharField(max_length=10, default="adult")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    interpreter = models.CharField(max_length=10, blank=True)
    protected = models.CharField(max_length=1, blank=True)
    died_on = models.DateField(null=True)
    death_recorded_at = models.DateTimeField(null=True)
    death_recorded_by = models.UUIDField(null=True)
    persona = models.CharField(max_length=40, blank=True)
    # Keyed hash of what another system calls this person, so that an import knows them again.
    import_key = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "import_key"),
                condition=~Q(import_key=""),
                name="person_import_once",
            ),
        )
        indexes = (
            # Prefix search by whole name and by last name, `>=`/`<` (leakproof, so usable under row-level security).
            models.Index(fields=("municipality", "name_key"), name="person_by_name"),
            models.Index(fields=("municipality", "last_key"), name="person_by_last"),
            # Every list asks who must not stand in it; they are few.
            models.Index(
                fields=("municipality",), condition=Q(protected="6"), name="person_unlisted"
            ),
        )


class Service(TenantModel):
    """A unit serves a person for a period: what makes staff of the unit "staff serving now"."""

    lock = Lock.PERSON
    data = {Data.KEY: "id municipality person unit", Data.TIME: "starts_at ends_at"}
    dies = Dies.WITH_PERSON

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "unit"), condition=Q(ends_at=None), name="service_once"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "unit", "person"), name="service_by_unit"),
            models.Index(fields=("municipality", "person"), name="service_by_person"),
        )


class Pin(TenantModel):
    """A nurse's own list of persons on the start page; stands for today's visits until visits are imported."""

    lock = Lock.STAFF
    data = {Data.KEY: "id municipality staff person", Data.TIME: "pinned_at"}
    dies = Dies.WITH_PERSON

    staff = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    pinned_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("staff", "person"), name="pin_once"),)
