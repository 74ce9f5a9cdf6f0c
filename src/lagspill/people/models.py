"""Tables of persons, files, relations and items. The envelope of an item is here; its words are with its capability."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
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
        Data.KEY: "id municipality import_key",
        Data.PERSONAL: "name name_key last_key birth_on age_group phone email address language interpreter",
        Data.CODE: "protected is_nameless is_bound persona",
        Data.TIME: "died_on",
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
        )


class File(TenantModel):
    """One caregiver in one municipality: the caregiver's file, with how to reach them safely."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality caregiver unit",
        Data.CODE: "reach_channel reach_blocked source",
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


class Relation(TenantModel):
    """That somebody is close to somebody. Itself an item: hidden from the care recipient until the caregiver agrees."""

    lock = Lock.FILE
    data = {
        Data.KEY: "id municipality file item care_recipient import_key",
        Data.CODE: "code state registered_by codings lives_together",
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


class ItemFamily(TenantModel):
    """Other caregivers named as readers of an item (`family`)."""

    lock = Lock.FILE
    data = {Data.KEY: "id municipality file item person"}
    dies = Dies.WITH_FILE

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

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
