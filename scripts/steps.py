"""Steps with a title and seconds, and commands that never outlive the script that started them."""

import ctypes
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PR_SET_PDEATHSIG = 1
_NETWORK_WORDS = (
    "Could not find a version",
    "Failed to fetch",
    "dns error",
    "Name or service not known",
    "Temporary failure in name resolution",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "Network is unreachable",
    "Connection refused",
    "Failed to establish a new connection",
)
NETWORK_ADVICE = (
    "There seems to be no contact with the package index. Check the network; behind a proxy set "
    "HTTPS_PROXY, with an index of your own UV_DEFAULT_INDEX (Python) and npm_config_registry (npm), "
    "with a certificate of your own SSL_CERT_FILE and NODE_EXTRA_CA_CERTS."
)


def with_caches(env: Mapping[str, str]) -> dict[str, str]:
    """Keep the caches of uv and npm in .venv for a user without a home of their own (a service, CI)."""
    env = dict(env)
    try:
        home = Path.home()
    except RuntimeError:
        home = Path("/nonexistent")
    if not os.access(home, os.W_OK):
        env.setdefault("UV_CACHE_DIR", str(ROOT / ".venv" / "cache" / "uv"))
        env.setdefault("npm_config_cache", str(ROOT / ".venv" / "cache" / "npm"))
    return env


class StepFailed(Exception):
    """A step could not be done; the text says why and what to do."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show the title while the work goes on, then the seconds it took."""
    on_terminal = sys.stdout.isatty()
    if on_terminal:
        print(f"  {title} …", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed" if on_terminal else f"  {title}: failed", flush=True)
        raise
    seconds = f"{time.monotonic() - started:.1f} s"
    print(f" {seconds}" if on_terminal else f"  {title}: {seconds}", flush=True)


def ends_with_us() -> Callable[[], None]:
    """For preexec_fn: the child gets SIGTERM when this process goes, however it goes (Linux)."""
    parent = os.getpid()

    def in_child() -> None:
        try:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        except (OSError, AttributeError):
            return
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def end_group(process: "subprocess.Popen[bytes]", patience: float = 10.0) -> None:
    """SIGTERM to a process started in a session of its own, then SIGKILL to all that is left of it."""
    try:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(patience)
    except subprocess.TimeoutExpired:
        pass
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_quietly(
    command: Iterable[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    advice: str = "",
) -> str:
    """Run a command and give back what it said; show the end of that only if it fails."""
    parts = [str(part) for part in command]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            parts,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=ends_with_us(),
        )
        try:
            code = process.wait()
        except BaseException:
            end_group(process)
            raise
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
        if code:
            lines, hint = said.splitlines(), advice
            if any(word in line for line in lines for word in _NETWORK_WORDS):
                hint = NETWORK_ADVICE
            raise StepFailed(
                "\n".join([f"{' '.join(parts)[:300]} ended with {code}:", *lines[-30:], "", hint])
            )
    return said


def fingerprint(*paths: Path, stat_only: bool = False) -> str:
    """A digest of files, or of whole directories; by size and time only where that will do."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if not file.exists():
                continue
            digest.update(
                str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file).encode()
            )
            if stat_only:
                stat = file.stat()
                digest.update(f"{stat.st_size}-{stat.st_mtime_ns}".encode())
            else:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value
