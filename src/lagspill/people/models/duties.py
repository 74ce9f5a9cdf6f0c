"""What a choice cannot switch off: what must be recorded, what care needs on the card, what left on a legal ground."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.people.models.files import File
from lagspill.people.models.items import Item
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class RecordDuty(TenantModel):
    """That staff marked an item "must be recorded", with the hash of the text that was shown first. No veto."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item marked_by",
        Data.CODE: "digest",
        Data.TIME: "marked_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    marked_by = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    marked_at = models.DateTimeField()

    class Meta:
        db_table = "people_record_duty"


class CardEntry(TenantModel):
    """A fact about the care recipient that care needs: exact words and their source, `shared`, part of the extract."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item source_item recorded_by",
        Data.CODE: "source",
        Data.SENSITIVE: "text",
        Data.TIME: "recorded_at told_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="+")
    source_item = models.ForeignKey(
        Item, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.CharField(max_length=12)
    text = models.CharField(max_length=1000)
    recorded_by = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_card_entry"
        constraints = (
            models.CheckConstraint(
                condition=Q(source__in=("caregiver", "staff")), name="card_entry_source_known"
            ),
        )
        indexes = (models.Index(fields=("municipality", "source_item"), name="entry_by_source"),)


class Disclosure(TenantModel):
    """Words that left on a legal ground without a yes. The caregiver sees it once told, in the database's own lock too."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item disclosed_by",
        Data.CODE: "ground told_how",
        Data.WORK: "receiver",
        Data.SENSITIVE: "words why_not_told",
        Data.TIME: "disclosed_at told_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    ground = models.CharField(max_length=20)
    receiver = models.CharField(max_length=120)
    words = models.CharField(max_length=4000)
    told_how = models.CharField(max_length=12)
    why_not_told = models.CharField(max_length=400, blank=True)
    disclosed_by = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    disclosed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(told_how="not_yet", told_at__isnull=True) & ~Q(why_not_told="")
                | ~Q(told_how="not_yet") & Q(told_at__isnull=False),
                name="disclosure_told_or_why",
            ),
        )
        indexes = (models.Index(fields=("municipality", "item", "-id"), name="disclosure_by_item"),)


class StorageApproval(TenantModel):
    """That the municipality has approved the storage policy in the form it had then (`digest` of its bokmål rows)."""

    lock = Lock.OPEN
    data = {
        Data.KEY: "id municipality approved_by",
        Data.CODE: "digest",
        Data.TIME: "approved_at",
    }
    dies = Dies.WITH_MUNICIPALITY

    digest = models.CharField(max_length=64)
    approved_by = models.ForeignKey(
        "access.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField()

    class Meta:
        db_table = "people_storage_approval"
        indexes = (models.Index(fields=("municipality", "-id"), name="storage_approval_latest"),)
