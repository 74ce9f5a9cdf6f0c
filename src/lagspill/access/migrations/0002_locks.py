"""Row-level security of staff and grants, and the listed functions that alone reach a citizen's identity."""

from django.conf import settings
from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import KIND, MUNICIPALITY, secure

DEFINER = settings.DATABASE_DEFINER_ROLE
ACTOR = "(SELECT NULLIF(current_setting('app.actor', true), '')::uuid)"

FUNCTIONS = {
    "ensure_identity(hashed text)": """
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found uuid;
BEGIN
    IF hashed !~ '^[0-9a-f]{64}$' THEN RAISE EXCEPTION 'not a keyed hash'; END IF;
    INSERT INTO access_identity (id, key_hash) VALUES (gen_random_uuid(), hashed) ON CONFLICT (key_hash) DO NOTHING;
    SELECT id INTO found FROM access_identity WHERE key_hash = hashed;
    RETURN found;
END $$""",
    "identity_places(asked uuid)": f"""
RETURNS TABLE (municipality varchar, person uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT place.municipality_id, place.person_id FROM access_identity_place place
    WHERE place.identity_id = asked AND asked = {ACTOR} AND {KIND} = 'citizen'
    ORDER BY place.municipality_id
$$""",
    "find_identity(hashed text)": f"""
RETURNS TABLE (person uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT place.person_id FROM access_identity_place place
    JOIN access_identity identity ON identity.id = place.identity_id
    WHERE identity.key_hash = hashed AND place.municipality_id = {MUNICIPALITY} AND {KIND} IN ('staff', 'system')
$$""",
    "bind_identity(holder uuid, asked uuid)": f"""
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bound uuid;
BEGIN
    IF {KIND} NOT IN ('staff', 'system') OR {MUNICIPALITY} IS NULL THEN RETURN false; END IF;
    INSERT INTO access_identity_place (id, identity_id, municipality_id, person_id)
        VALUES (gen_random_uuid(), holder, {MUNICIPALITY}, asked) ON CONFLICT DO NOTHING;
    SELECT person_id INTO bound FROM access_identity_place
        WHERE identity_id = holder AND municipality_id = {MUNICIPALITY};
    RETURN bound IS NOT DISTINCT FROM asked;
END $$""",
}


def _sql() -> list[str]:
    made = []
    for head, body in FUNCTIONS.items():
        name, arguments = head.rstrip(")").split("(")
        types = ", ".join(argument.split()[1] for argument in arguments.split(", "))
        made += [
            f"CREATE FUNCTION {head} {body}",
            f'ALTER FUNCTION {name}({types}) OWNER TO "{DEFINER}"',
        ]
    return made


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("tenancy", "0002_locks")]

    operations = [
        secure("access_staffmember", Lock.OPEN, write="staff"),
        secure("access_membership", Lock.STAFF),
        secure("access_done_once", Lock.PERSON, citizen=f"actor_id = {ACTOR}"),
        migrations.RunSQL(
            _sql(), [f"DROP FUNCTION {head.split('(')[0]}" for head in reversed(FUNCTIONS)]
        ),
    ]
