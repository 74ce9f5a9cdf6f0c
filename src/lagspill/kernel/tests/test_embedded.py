"""The embedded PostgreSQL, really started and really killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from lagspill.kernel import embedded, keeper

KILLS = 10 if os.environ.get("LAGSPILL_LONG") == "1" else 1
SRC = Path(embedded.__file__).parents[2]
USER = """
import sys
sys.path.insert(0, sys.argv[1])
from lagspill.kernel import embedded
embedded.ensure(sys.argv[2])
print("up", flush=True)
sys.stdin.read()
"""


class User:
    """A process of its own that uses the database."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(SRC), str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def wait_until_up(self) -> "User":
        assert self.process.stdout
        assert self.process.stdout.readline() == b"up\n"
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory that any user may enter: pytest's own is closed to root's stand-in."""
    monkeypatch.setenv("LAGSPILL_PG_FAST", "1")
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def data_dir(place: Path) -> Iterator[Path]:
    yield place / "data"
    stop_everything(place / "data")


def stop_everything(data_dir: Path) -> None:
    if data_dir.exists():
        assert embedded.release(data_dir, timeout=20)


def server_pid(data_dir: Path) -> int:
    return int((keeper.cluster_home(data_dir) / "data" / "postmaster.pid").read_text().split()[0])


def keeper_pid(data_dir: Path) -> int:
    return int(Path(f"/proc/{server_pid(data_dir)}/stat").read_text().rsplit(") ", 1)[1].split()[1])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> float:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "waited in vain"
        time.sleep(0.02)
    return time.monotonic() - started


def answers(dsn: str) -> bool:
    try:
        with psycopg.connect(dsn, connect_timeout=2) as conn:
            return conn.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_first_start_makes_roles_database_and_extensions(data_dir: Path) -> None:
    dsns = embedded.ensure(data_dir)

    with psycopg.connect(dsns.superuser) as conn:
        roles = conn.execute(
            "SELECT rolname, rolcanlogin, rolcreatedb, rolbypassrls FROM pg_roles"
            " WHERE rolname LIKE 'lagspill%' ORDER BY 1"
        ).fetchall()
    assert roles == [
        ("lagspill_app", True, False, False),
        ("lagspill_definer", False, False, True),
        ("lagspill_owner", True, True, False),
    ]
    with psycopg.connect(dsns.app) as conn:
        row = conn.execute(
            "SELECT current_database(), similarity('a', 'a'), lower('ÆØÅ')"
        ).fetchone()
        assert row == ("lagspill", 1.0, "æøå")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("CREATE TABLE mine (id int)")


def test_database_made_by_the_owner_has_extensions_and_grants(data_dir: Path) -> None:
    dsns = embedded.ensure(data_dir)
    with psycopg.connect(dsns.owner, autocommit=True) as conn:
        conn.execute("CREATE DATABASE test_one")

    with psycopg.connect(embedded.dsns(data_dir, "test_one").owner) as conn:
        conn.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        conn.execute("ALTER FUNCTION one() OWNER TO lagspill_definer")
    with psycopg.connect(embedded.dsns(data_dir, "test_one").app) as conn:
        assert conn.execute("SELECT one(), unaccent('å')").fetchone() == (1, "a")

    embedded.prepare_database(embedded.dsns(data_dir, "test_one").superuser)
    embedded.prepare_database(embedded.dsns(data_dir, "test_one").owner)


def test_two_users_share_a_server_that_ends_with_the_last(data_dir: Path) -> None:
    first, second = User(data_dir), User(data_dir)
    first.wait_until_up()
    second.wait_until_up()
    pid, its_keeper = server_pid(data_dir), keeper_pid(data_dir)

    first.kill()
    time.sleep(0.5)
    assert is_alive(pid)
    second.kill()
    wait_for(lambda: not is_alive(pid) and not is_alive(its_keeper))


def test_killed_server_comes_back_with_its_data(data_dir: Path) -> None:
    dsns = embedded.ensure(data_dir)
    with psycopg.connect(dsns.owner) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 0 AS kill")

    for kill in range(1, KILLS + 1):
        before = server_pid(data_dir)
        os.kill(before, signal.SIGKILL)
        wait_for(lambda before=before: not is_alive(before))
        wait_for(lambda: answers(dsns.owner))
        with psycopg.connect(dsns.owner) as conn:
            assert conn.execute("SELECT max(kill) FROM kept").fetchone() == (kill - 1,)
            conn.execute("INSERT INTO kept VALUES (%s)", [kill])


def test_killed_keeper_takes_the_server_along_and_a_new_one_recovers(data_dir: Path) -> None:
    dsns = embedded.ensure(data_dir)
    for _ in range(KILLS):
        pid, its_keeper = server_pid(data_dir), keeper_pid(data_dir)
        os.kill(its_keeper, signal.SIGKILL)
        wait_for(lambda pid=pid: not is_alive(pid))
        assert not embedded.is_running(data_dir)

        embedded.ensure(data_dir)
        assert answers(dsns.app)
        assert server_pid(data_dir) != pid


def test_server_and_keeper_killed_together_recover(data_dir: Path) -> None:
    dsns = embedded.ensure(data_dir)
    for _ in range(KILLS):
        pid, its_keeper = server_pid(data_dir), keeper_pid(data_dir)
        os.kill(its_keeper, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        embedded.ensure(data_dir)
        wait_for(lambda: answers(dsns.app))


def test_user_killed_while_starting_leaves_nothing_broken(data_dir: Path) -> None:
    for pause in [0.15 + 0.1 * step for step in range(KILLS)]:
        user = User(data_dir)
        time.sleep(pause)
        user.kill()
    embedded.ensure(data_dir)
    assert answers(embedded.dsns(data_dir).app)


def test_pid_file_naming_a_stranger_does_not_stop_the_start(data_dir: Path) -> None:
    user = User(data_dir).wait_until_up()
    home = keeper.cluster_home(data_dir)
    left_behind = (home / "data" / "postmaster.pid").read_text().split("\n", 1)[1]
    user.kill()
    wait_for(lambda: not embedded.is_running(data_dir))
    (home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{left_behind}")

    assert answers(embedded.ensure(data_dir).app)


def test_long_path_gets_a_short_socket_directory(place: Path) -> None:
    data_dir = place / ("long-" * 12) / ("longer-" * 8)
    dsns = embedded.ensure(data_dir)
    assert answers(dsns.app)
    socket_dir = keeper.socket_dir(keeper.cluster_home(data_dir))
    assert len(str(socket_dir)) < keeper.SOCKET_DIR_LIMIT
    stop_everything(data_dir)
    socket_dir.rmdir()


def test_data_of_another_major_version_is_refused_in_clear_text(data_dir: Path) -> None:
    home = keeper.cluster_home(data_dir)
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 9; here is"):
        embedded.ensure(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_root_with_a_closed_directory_keeps_the_cluster_elsewhere(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "data"
    home = keeper.cluster_home(data_dir)
    try:
        assert home.parent == Path("/var/lib")
        assert answers(embedded.ensure(data_dir).app)
        assert closed.stat().st_mode & 0o777 == 0o700
        stop_everything(data_dir)

        # A data directory made anew starts with an empty cluster.
        shutil.rmtree(data_dir)
        keeper._homes.clear()
        assert not (keeper.cluster_home(data_dir) / "data").exists()
    finally:
        shutil.rmtree(home)


def test_large_log_is_rotated_at_start(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = keeper.cluster_home(data_dir) / "postgres.log"
    log.write_bytes(b"x" * (keeper.LOG_LIMIT + 1))

    embedded.ensure(data_dir)

    assert log.stat().st_size < keeper.LOG_LIMIT
    assert log.with_name("postgres.log.1").stat().st_size == keeper.LOG_LIMIT + 1
