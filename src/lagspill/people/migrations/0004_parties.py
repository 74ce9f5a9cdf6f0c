"""Consents, legal grounds, capacity statements, representation, and what staff have told under them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lagspill.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("people", "0003_person_import_key"), ("tenancy", "0002_locks")]

    operations = [
        migrations.CreateModel(
            name="LegalGround",
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
                ("topic", models.CharField(max_length=20)),
                ("ground", models.CharField(max_length=20)),
                ("why", models.CharField(max_length=400)),
                ("recorded_by", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "care_recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
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
                    "to_person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "db_table": "people_legal_ground",
            },
        ),
        migrations.CreateModel(
            name="Representation",
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
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), size=None
                    ),
                ),
                ("document_ref", models.CharField(blank=True, max_length=120)),
                ("verified_by", models.UUIDField()),
                ("verified_at", models.DateTimeField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_how", models.CharField(blank=True, max_length=12)),
                (
                    "care_recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SharingConsent",
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
                ("topic", models.CharField(max_length=20)),
                ("purpose", models.CharField(max_length=20)),
                ("how", models.CharField(max_length=12)),
                ("recorded_by", models.UUIDField(null=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_how", models.CharField(blank=True, max_length=12)),
                (
                    "care_recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
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
                    "representation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.representation",
                    ),
                ),
                (
                    "to_person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "db_table": "people_sharing_consent",
            },
        ),
        migrations.CreateModel(
            name="Told",
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
                ("topic", models.CharField(max_length=20)),
                ("basis", models.CharField(max_length=12)),
                ("told_by", models.UUIDField()),
                ("told_at", models.DateTimeField()),
                (
                    "care_recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.sharingconsent",
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
                    "ground",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.legalground",
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
                    "to_person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CapacityStatement",
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
                ("matter", models.CharField(max_length=20)),
                ("ability", models.CharField(max_length=10)),
                ("decided_by", models.CharField(max_length=120)),
                ("why", models.CharField(max_length=400)),
                ("is_told_recipient", models.BooleanField(default=False)),
                ("is_told_nearest", models.BooleanField(default=False)),
                ("decided_on", models.DateField()),
                ("recorded_by", models.UUIDField()),
                ("stated_at", models.DateTimeField()),
                (
                    "care_recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
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
                "db_table": "people_capacity_statement",
                "indexes": [
                    models.Index(
                        fields=["municipality", "care_recipient", "matter", "-decided_on"],
                        name="capacity_of",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentAsked",
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
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("again_on", models.DateField(null=True)),
                (
                    "care_recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
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
                    "relation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.relation",
                    ),
                ),
            ],
            options={
                "db_table": "people_consent_asked",
                "indexes": [
                    models.Index(fields=["municipality", "care_recipient"], name="asked_of")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="legalground",
            index=models.Index(fields=["municipality", "care_recipient"], name="ground_of"),
        ),
        migrations.AddIndex(
            model_name="representation",
            index=models.Index(fields=["person", "care_recipient"], name="represented_by_person"),
        ),
        migrations.AddIndex(
            model_name="representation",
            index=models.Index(fields=["municipality", "care_recipient"], name="representation_of"),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("care_recipient")), _negated=True),
                name="representation_of_another",
            ),
        ),
        migrations.AddIndex(
            model_name="sharingconsent",
            index=models.Index(fields=["municipality", "care_recipient"], name="consent_of"),
        ),
        migrations.AddConstraint(
            model_name="sharingconsent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("care_recipient", "to_person", "topic", "purpose"),
                name="consent_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="told",
            index=models.Index(fields=["municipality", "care_recipient"], name="told_of"),
        ),
        migrations.AddConstraint(
            model_name="told",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "consent"), ("consent__isnull", False), ("ground", None)),
                    models.Q(("basis", "ground"), ("consent", None), ("ground__isnull", False)),
                    models.Q(("basis", "nearest"), ("consent", None), ("ground", None)),
                    _connector="OR",
                ),
                name="told_says_why",
            ),
        ),
    ]
