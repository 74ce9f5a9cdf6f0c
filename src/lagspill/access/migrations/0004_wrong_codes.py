"""Codes typed in vain, for as long as an hour counts them; reached through two listed functions alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lagspill.kernel.ids
from lagspill.tenancy.rls import KIND

DEFINER = settings.DATABASE_DEFINER_ROLE
ACTOR = "(SELECT NULLIF(current_setting('app.actor', true), '')::uuid)"
SAFE = "SECURITY DEFINER SET search_path = public, pg_temp AS"
FUNCTIONS = {
    "note_wrong_code(asked uuid, moment timestamptz)": f"""
RETURNS void LANGUAGE sql {SAFE} $$
    INSERT INTO access_wrong_code (id, identity_id, at)
    SELECT gen_random_uuid(), asked, moment WHERE asked = {ACTOR} AND {KIND} = 'citizen'
$$""",
    "count_wrong_codes(asked uuid, since timestamptz)": f"""
RETURNS bigint LANGUAGE sql STABLE {SAFE} $$
    SELECT count(*) FROM access_wrong_code
    WHERE identity_id = asked AND at > since AND asked = {ACTOR} AND {KIND} = 'citizen'
$$""",
}


def _sql() -> list[str]:
    made = [f'GRANT SELECT, INSERT ON access_wrong_code TO "{DEFINER}"']
    for head, body in FUNCTIONS.items():
        made += [
            f"CREATE FUNCTION {head} {body}",
            f'ALTER FUNCTION {head.split("(")[0]}(uuid, timestamptz) OWNER TO "{DEFINER}"',
        ]
    return made


class Migration(migrations.Migration):
    dependencies = [("access", "0003_kin_and_break_glass"), ("tenancy", "0002_locks")]

    operations = [
        migrations.CreateModel(
            name="WrongCode",
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
                ("at", models.DateTimeField()),
                (
                    "identity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.identity",
                    ),
                ),
            ],
            options={
                "db_table": "access_wrong_code",
                "indexes": [models.Index(fields=["identity", "at"], name="wrong_code_by_identity")],
            },
        ),
        migrations.RunSQL(
            _sql(), [f"DROP FUNCTION {head.split('(')[0]}" for head in reversed(FUNCTIONS)]
        ),
    ]
