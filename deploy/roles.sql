-- Roles and database on a real PostgreSQL server (15 or newer), once, as its administrator:
--   psql -v app_password=… -v owner_password=… -f deploy/roles.sql
-- The embedded database makes the same in src/lagspill/kernel/embedded.py: change both together.

CREATE ROLE lagspill_owner LOGIN PASSWORD :'owner_password';          -- owns tables, runs migrations
CREATE ROLE lagspill_app LOGIN NOBYPASSRLS PASSWORD :'app_password';  -- serves; owns nothing
CREATE ROLE lagspill_definer NOLOGIN BYPASSRLS;                       -- owns the few functions that look across
GRANT lagspill_definer TO lagspill_owner;

ALTER ROLE lagspill_owner SET search_path = public, ext;
ALTER ROLE lagspill_app SET search_path = public, ext;
ALTER ROLE lagspill_definer SET search_path = public, ext;

CREATE DATABASE lagspill OWNER lagspill_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE lagspill FROM PUBLIC;
GRANT CONNECT ON DATABASE lagspill TO lagspill_app;

\connect lagspill
CREATE SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION btree_gist SCHEMA ext;
CREATE EXTENSION btree_gin SCHEMA ext;
CREATE EXTENSION unaccent SCHEMA ext;
GRANT USAGE ON SCHEMA ext TO PUBLIC;
GRANT USAGE ON SCHEMA public TO lagspill_app;
-- ALTER FUNCTION … OWNER TO asks that the new owner may create in the schema.
GRANT USAGE, CREATE ON SCHEMA public TO lagspill_definer;
