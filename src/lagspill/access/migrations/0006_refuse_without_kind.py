"""A connection that never said what kind of actor it serves binds and links nobody: NULL is not "not in the list"."""

from django.db import migrations

from lagspill.tenancy.rls import KIND, MUNICIPALITY

SAFE = "SECURITY DEFINER SET search_path = public, pg_temp AS"
REFUSE = "IF coalesce({kind}, '') NOT IN ('staff', 'system') OR {municipality} IS NULL THEN RETURN false; END IF;"


def _bind(refuse: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION bind_identity(holder uuid, asked uuid)
RETURNS boolean LANGUAGE plpgsql {SAFE} $$
DECLARE bound uuid;
BEGIN
    {refuse}
    INSERT INTO access_identity_place (id, identity_id, municipality_id, person_id)
        VALUES (gen_random_uuid(), holder, {MUNICIPALITY}, asked) ON CONFLICT DO NOTHING;
    SELECT person_id INTO bound FROM access_identity_place
        WHERE identity_id = holder AND municipality_id = {MUNICIPALITY};
    RETURN bound IS NOT DISTINCT FROM asked;
END $$"""


def _link(refuse: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION link_staff_identity(hashed text, asked uuid)
RETURNS boolean LANGUAGE plpgsql {SAFE} $$
DECLARE holder uuid; bound uuid;
BEGIN
    {refuse}
    holder := ensure_identity(hashed);
    INSERT INTO access_staff_identity (id, municipality_id, staff_id, identity_id)
        VALUES (gen_random_uuid(), {MUNICIPALITY}, asked, holder) ON CONFLICT DO NOTHING;
    SELECT identity_id INTO bound FROM access_staff_identity
        WHERE staff_id = asked AND municipality_id = {MUNICIPALITY};
    RETURN bound IS NOT DISTINCT FROM holder;
END $$"""


NOW = REFUSE.format(kind=KIND, municipality=MUNICIPALITY)
BEFORE = (
    f"IF {KIND} NOT IN ('staff', 'system') OR {MUNICIPALITY} IS NULL THEN RETURN false; END IF;"
)


class Migration(migrations.Migration):
    dependencies = [("access", "0005_break_glass_review")]

    operations = [
        migrations.RunSQL([_bind(NOW), _link(NOW)], [_bind(BEFORE), _link(BEFORE)]),
    ]
