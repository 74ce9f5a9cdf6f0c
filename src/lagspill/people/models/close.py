"""What a caregiver has said about being known, being told that one is registered, and names that are only suspected."""

from __future__ import annotations

from django.db import models

from lagspill.people.models.files import File
from lagspill.people.models.persons import Person
from lagspill.people.models.relations import Relation
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class RelationAnswer(TenantModel):
    """The caregiver's latest yes or no about one relation: to the care recipient knowing, to being visible in the family."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file relation care_recipient",
        Data.CODE: "matter is_yes how",
        Data.TIME: "answered_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    relation = models.ForeignKey(
        Relation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    care_recipient = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    matter = models.CharField(max_length=10)  # known, family
    is_yes = models.BooleanField()
    how = models.CharField(max_length=12)
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "people_relation_answer"
        constraints = (
            models.UniqueConstraint(fields=("relation", "matter"), name="relation_answer_once"),
        )
        indexes = (
            models.Index(
                fields=("municipality", "care_recipient", "matter"), name="relation_answer_around"
            ),
        )


class ToldRegistered(TenantModel):
    """Somebody was registered by others, and is to be told so by a day (GDPR art. 14); when and how they were."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file relation told_by",
        Data.CODE: "told_how",
        Data.TIME: "tell_by told_at overdue_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    relation = models.OneToOneField(Relation, on_delete=models.PROTECT, related_name="+")
    tell_by = models.DateField()
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=12, blank=True)
    told_by = models.UUIDField(null=True)
    overdue_at = models.DateTimeField(null=True)  # when a sweep found the day passed

    class Meta:
        db_table = "people_told_registered"
        indexes = (
            models.Index(
                fields=("municipality", "tell_by"),
                condition=models.Q(told_at=None, overdue_at=None),
                name="told_registered_due",
            ),
            models.Index(fields=("municipality", "file"), name="told_registered_by_file"),
        )


class Suspected(TenantModel):
    """Perhaps a caregiver: a name, a relation, and who said so. Nothing else, and gone after eight weeks without contact."""

    lock = Lock.STAFF
    data = {
        Data.KEY: "id municipality care_recipient unit noted_by",
        Data.PERSONAL: "name",
        Data.CODE: "code source",
        Data.TIME: "noted_at",
    }
    dies = Dies.WITH_PERSON

    care_recipient = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "tenancy.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=30)
    source = models.CharField(max_length=20)
    noted_by = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    noted_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("municipality", "unit", "noted_at"), name="suspected_by_unit"),
            models.Index(fields=("municipality", "noted_at"), name="suspected_by_age"),
        )
