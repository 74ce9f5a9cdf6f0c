"""Row-level security of agreements, and triggers that keep a confirmed version as it was, for the owner too.

A citizen's own acts here are the confirmation and the reply; the rest is written by staff or, on the citizen's yes,
by the system.
"""

from django.db import migrations

from lagspill.tenancy.data import Lock
from lagspill.tenancy.rls import secure

FUNCTIONS = """
CREATE FUNCTION agreements_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version uuid;
    found_state text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'a confirmed agreement never changes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOREACH version IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id] END
    LOOP
        SELECT state INTO found_state FROM agreements_version WHERE id = version;
        IF found_state IS NULL OR found_state NOT IN ('draft', 'proposed') THEN
            RAISE EXCEPTION 'a confirmed agreement never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION agreements_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'a confirmed agreement never changes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state IN ('confirmed', 'superseded', 'ended') THEN
        IF TG_OP = 'DELETE'
            OR to_jsonb(NEW) - 'state' - 'closed_at' <> to_jsonb(OLD) - 'state' - 'closed_at'
            OR (NEW.state <> OLD.state AND NOT (OLD.state = 'confirmed' AND NEW.state IN ('superseded', 'ended')))
        THEN
            RAISE EXCEPTION 'a confirmed agreement never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER never_changes BEFORE INSERT OR UPDATE OR DELETE ON agreements_line
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_part();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON agreements_line
    FOR EACH STATEMENT EXECUTE FUNCTION agreements_guard_part();
CREATE TRIGGER never_changes BEFORE INSERT OR UPDATE OR DELETE ON agreements_confirmation
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_part();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON agreements_confirmation
    FOR EACH STATEMENT EXECUTE FUNCTION agreements_guard_part();
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_guard_version();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON agreements_version
    FOR EACH STATEMENT EXECUTE FUNCTION agreements_guard_version();
"""
BACK = """
DROP TRIGGER never_changes ON agreements_line;
DROP TRIGGER never_emptied ON agreements_line;
DROP TRIGGER never_changes ON agreements_confirmation;
DROP TRIGGER never_emptied ON agreements_confirmation;
DROP TRIGGER never_changes ON agreements_version;
DROP TRIGGER never_emptied ON agreements_version;
DROP FUNCTION agreements_guard_part();
DROP FUNCTION agreements_guard_version();
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("people", "0002_locks")]

    operations = [
        secure("agreements_agreement", Lock.FILE, write="staff"),
        secure("agreements_agreement_relation", Lock.FILE, write="staff"),
        secure("agreements_version", Lock.FILE, write="staff"),
        secure("agreements_line", Lock.FILE, write="staff"),
        secure("agreements_confirmation", Lock.FILE),
        secure("agreements_reply", Lock.FILE),
        migrations.RunSQL(FUNCTIONS, BACK),
    ]
