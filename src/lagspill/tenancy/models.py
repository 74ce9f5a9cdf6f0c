"""Municipality, network and unit, and the base of every tenant row."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lagspill.kernel.ids import new_id
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.managers import ScopedManager
from lagspill.tenancy.scope import current_municipality


class Municipality(models.Model):
    """One of Norway's municipalities, by number (kommunenummer). Public facts, kept by `load-municipalities`."""

    number = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=80)
    county_number = models.CharField(max_length=2)
    county = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="nb")
    settings = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class Network(models.Model):
    """Municipalities that share templates and courses; never persons."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)


class NetworkMember(models.Model):
    """One municipality in one network."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "tenancy_network_member"
        constraints = (
            models.UniqueConstraint(fields=("network", "municipality"), name="network_member_once"),
        )


class MunicipalityKey(models.ForeignKey[Municipality, Municipality]):
    """The key of every tenant row: the municipality in scope, when nothing else is said. Raises NoTenant without one.

    Not by `default=`: a field with a default counts as one that may be empty, in the types of every row.
    """

    def get_default(self) -> str:
        return current_municipality()

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class TenantModel(models.Model):
    """Base of every row that belongs to a municipality. Subclasses name their lock, data classes and end."""

    lock: ClassVar[Lock]
    data: ClassVar[dict[Data, str]]
    dies: ClassVar[Dies]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    municipality = MunicipalityKey(
        "tenancy.Municipality", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta:
        abstract = True


class Unit(TenantModel):
    """A unit in the municipality's tree. `path` holds the ids from the root down, itself last."""

    lock = Lock.OPEN
    data = {
        Data.KEY: "id municipality parent path",
        Data.CODE: "code kind is_active",
        Data.WORK: "name phone",
    }
    dies = Dies.WITH_MUNICIPALITY

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, default="unit")
    phone = models.CharField(max_length=20, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path: models.Field[list[uuid.UUID], list[uuid.UUID]] = ArrayField(
        models.UUIDField(), default=list
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("municipality", "code"), name="unit_code_once"),
        )
