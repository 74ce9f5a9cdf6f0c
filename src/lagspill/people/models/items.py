"""The envelope of whatever can be read by itself, and what has happened to its audience and its copies."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.people.models.files import File
from lagspill.people.models.persons import Person
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class Item(TenantModel):
    """The envelope of any piece that can be read by itself: whom it is about, who may read it, who wrote it.

    The words stand in one table per kind, in the capability that owns the kind, pointing here.
    """

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file author_staff author_person",
        Data.CODE: "kind about audience author_capacity caregiver_present agreed must_record",
        Data.TIME: "written_at placed_at edited_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    about = models.CharField(max_length=20)
    audience = models.CharField(max_length=10)
    author_staff = models.ForeignKey(
        "access.StaffMember", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    author_person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    author_capacity = models.CharField(max_length=20)
    caregiver_present = models.BooleanField(default=False)
    agreed = models.BooleanField(default=True)  # False: "not yet agreed with the caregiver"
    must_record = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(audience__in=("draft", "mine", "talk", "service", "shared")),
                name="item_audience_known",
            ),
            models.CheckConstraint(
                condition=~Q(audience="service") | Q(about="caregiver"), name="item_service_about"
            ),
            models.CheckConstraint(
                condition=~(Q(audience__in=("service", "shared")) & Q(about="both")),
                name="item_both_is_narrow",
            ),
            models.CheckConstraint(
                condition=~(Q(audience="mine") & Q(author_staff__isnull=False)), name="item_mine"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "file", "kind", "-id"), name="item_by_file"),
            # Drafts to warn about and to delete, swept once an hour.
            models.Index(
                fields=("municipality", "edited_at"),
                condition=Q(audience="draft"),
                name="item_drafts",
            ),
        )


class ItemFamily(TenantModel):
    """Other caregivers named as readers of an item (`family`), as long as what allows it holds."""

    lock = Lock.FILE
    data = {Data.KEY: "id municipality file item person", Data.TIME: "ends_at"}
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ends_at = models.DateTimeField(null=True)  # when the care recipient's consent ends

    class Meta:
        db_table = "people_item_family"
        constraints = (models.UniqueConstraint(fields=("item", "person"), name="item_family_once"),)


class ItemCopy(TenantModel):
    """A copy that has left and cannot be called back: PDF, EPJ, message, letter."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item",
        Data.CODE: "channel receiver",
        Data.TIME: "left_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=12)
    receiver = models.CharField(max_length=20)
    left_at = models.DateTimeField()

    class Meta:
        db_table = "people_item_copy"
        indexes = (models.Index(fields=("municipality", "item"), name="copy_by_item"),)


class AudienceChange(TenantModel):
    """Each time an item's audience was set: from, to, who asked, how, and the sentence that was shown."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item by_id",
        Data.CODE: "old new how by_kind",
        Data.WORK: "sentence",
        Data.TIME: "changed_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    old = models.CharField(max_length=10)
    new = models.CharField(max_length=10)
    how = models.CharField(max_length=12)
    by_kind = models.CharField(max_length=10)
    by_id = models.UUIDField(null=True)
    sentence = models.CharField(max_length=400)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "people_audience_change"
        indexes = (
            models.Index(fields=("municipality", "item", "id"), name="audience_change_by_item"),
        )
