"""Answers to words written without the caregiver, a yes that waits for its copy, duties, and the storage policy."""

import django.db.models.deletion
from django.db import migrations, models

import lagspill.kernel.ids
from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import OWN_FILES, secure


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_kin_and_break_glass"),
        ("people", "0005_parties_locks"),
        ("tenancy", "0002_locks"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordDuty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lagspill.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("marked_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.file",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.staffmember",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.municipality",
                    ),
                ),
            ],
            options={
                "db_table": "people_record_duty",
            },
        ),
        migrations.CreateModel(
            name="CardEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lagspill.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.CharField(max_length=12)),
                ("text", models.CharField(max_length=1000)),
                ("recorded_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.file",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.municipality",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.staffmember",
                    ),
                ),
                (
                    "source_item",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
            ],
            options={
                "db_table": "people_card_entry",
                "indexes": [
                    models.Index(fields=["municipality", "source_item"], name="entry_by_source")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ("caregiver", "staff"))),
                        name="card_entry_source_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lagspill.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("text", models.CharField(max_length=4000)),
                ("written_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.file",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.municipality",
                    ),
                ),
                (
                    "of_item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["municipality", "of_item"], name="correction_by_item")
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lagspill.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("ground", models.CharField(max_length=20)),
                ("receiver", models.CharField(max_length=120)),
                ("words", models.CharField(max_length=4000)),
                ("told_how", models.CharField(max_length=12)),
                ("why_not_told", models.CharField(blank=True, max_length=400)),
                ("disclosed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "disclosed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.staffmember",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.file",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.municipality",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["municipality", "item", "-id"], name="disclosure_by_item")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("told_at__isnull", True),
                                ("told_how", "not_yet"),
                                models.Q(("why_not_told", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("told_how", "not_yet"), _negated=True),
                                ("told_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="disclosure_told_or_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lagspill.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("answer", models.CharField(max_length=10)),
                ("how", models.CharField(max_length=12)),
                ("given_at", models.DateTimeField()),
                (
                    "correction",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.file",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.municipality",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.staffmember",
                    ),
                ),
            ],
            options={
                "db_table": "people_item_answer",
                "indexes": [
                    models.Index(fields=["municipality", "item", "-id"], name="answer_by_item")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ("yes", "narrower", "correct"))),
                        name="item_answer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer", "correct"), ("correction__isnull", True), _connector="OR"
                        ),
                        name="item_answer_correction",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingWidening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lagspill.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("old", models.CharField(max_length=10)),
                ("new", models.CharField(max_length=10)),
                ("how", models.CharField(max_length=12)),
                ("way", models.CharField(max_length=12)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("sentence", models.CharField(max_length=400)),
                ("taken_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.staffmember",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.file",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.item",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.municipality",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.staffmember",
                    ),
                ),
            ],
            options={
                "db_table": "people_pending_widening",
                "indexes": [
                    models.Index(fields=["municipality", "item", "-id"], name="widening_by_item"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["municipality", "file"],
                        name="widening_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("item",),
                        name="widening_waits_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("how__in", ("phone", "paper")),
                            ("way__in", ("notice", "letter", "second_call")),
                        ),
                        name="widening_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("sent_at__isnull", True),
                                ("state", "waiting"),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("sent_at__isnull", False),
                                ("state", "done"),
                            ),
                            models.Q(("ended_at__isnull", False), ("state", "undone")),
                            _connector="OR",
                        ),
                        name="widening_done_when_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("taken_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="widening_second_call_by_other",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StorageApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lagspill.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("approved_at", models.DateTimeField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.staffmember",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.municipality",
                    ),
                ),
            ],
            options={
                "db_table": "people_storage_approval",
                "indexes": [
                    models.Index(fields=["municipality", "-id"], name="storage_approval_latest")
                ],
            },
        ),
        secure("people_item_answer", Lock.FILE),
        secure("people_correction", Lock.FILE),
        secure("people_pending_widening", Lock.FILE),
        secure("people_record_duty", Lock.FILE, write="staff"),
        secure("people_card_entry", Lock.FILE, write="staff"),
        secure(
            "people_disclosure",
            Lock.FILE,
            citizen=f"(told_at IS NOT NULL AND file_id IN ({OWN_FILES}))",
            write="staff",
        ),
        secure("people_storage_approval", Lock.OPEN, write="staff"),
    ]
