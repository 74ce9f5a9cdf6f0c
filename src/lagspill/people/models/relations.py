"""Who is close to whom, which items concern that, and the dated facts about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lagspill.people.models.files import File
from lagspill.people.models.items import Item
from lagspill.people.models.persons import Person
from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.models import TenantModel


class Relation(TenantModel):
    """That somebody is close to somebody. Itself an item: hidden from the care recipient until the caregiver agrees."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item care_recipient import_key",
        Data.CODE: "code state state_before registered_by codings lives_together",
        Data.PERSONAL: "label",
        Data.TIME: "starts_at ends_at known_to_recipient_at state_changed_at",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="+")
    care_recipient = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=30)
    label = models.CharField(max_length=80, blank=True)
    codings = models.JSONField(default=list)
    state = models.CharField(max_length=20, default="identified")
    state_before = models.CharField(max_length=20, blank=True)  # a death; what undoing it restores
    state_changed_at = models.DateTimeField()
    registered_by = models.CharField(max_length=20, default="staff")
    lives_together = models.BooleanField(null=True)
    known_to_recipient_at = models.DateTimeField(null=True)
    import_key = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "file", "care_recipient"),
                condition=Q(ends_at=None),
                name="relation_once",
            ),
            models.UniqueConstraint(
                fields=("municipality", "import_key"),
                condition=~Q(import_key=""),
                name="relation_import_once",
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "file"), name="relation_by_file"),
            models.Index(fields=("municipality", "care_recipient"), name="relation_by_recipient"),
        )


class ItemRelation(TenantModel):
    """Which relations an item concerns; `service` and `shared` reach only the staff and care recipient of those."""

    lock = Lock.FILE
    data = {Data.KEY: "id municipality file item relation"}
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    relation = models.ForeignKey(
        Relation, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "people_item_relation"
        constraints = (
            models.UniqueConstraint(fields=("item", "relation"), name="item_relation_once"),
        )
        indexes = (
            models.Index(fields=("municipality", "relation", "item"), name="item_by_relation"),
        )


class Designation(TenantModel):
    """Nearest, contact person and heavy-care status: three separate, dated facts about a relation (N8, N9)."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file relation recorded_by",
        Data.CODE: "kind basis",
        Data.TIME: "starts_on ends_on",
    }
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    relation = models.ForeignKey(
        Relation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)
    basis = models.CharField(max_length=20)
    recorded_by = models.UUIDField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("relation", "kind"), condition=Q(ends_on=None), name="designation_once"
            ),
        )
