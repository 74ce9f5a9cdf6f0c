"""The running demo: web server and worker under one supervisor that leaves nothing behind."""

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from scripts.place import Place
from scripts.steps import ROOT, StepFailed, end_group, ends_with_us, step

HOST = "127.0.0.1"
# Every served process carries it, so that the next start finds what a kill left behind.
MARK = "LAGSPILL_SERVED_FROM"
READY_WITHIN = 60.0
CALM_AFTER = 30.0  # seconds a process must live before its deaths are forgotten
MOST_DEATHS = 10


class Claim:
    """One server per data directory, and one per port on the whole machine, while this lives."""

    def __init__(self, place: Place) -> None:
        place.directory.mkdir(parents=True, exist_ok=True)
        self._place = place
        self._lock: IO[str] = (place.directory / "serving.lock").open("a+")
        self._port: socket.socket | None = None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            where = self._lock.read().strip() or "an address not known yet"
            raise StepFailed(
                f"It already runs, at {where}. Stop it first, or use another --data."
            ) from None

    def take_port(self, wanted: int | None) -> int:
        """The wanted port, or from 8000 the first free one."""
        for port in [wanted] if wanted else range(8000, 8100):
            self._port = _claim_port(port)
            if self._port:
                self._lock.truncate(0)
                self._lock.write(f"http://localhost:{port}/")
                self._lock.flush()
                return port
        if wanted:
            raise StepFailed(
                f"Port {wanted} is taken. Choose another with --port, or leave --port out."
            )
        raise StepFailed("No free port between 8000 and 8099. Choose one with --port.")


def _claim_port(port: int) -> socket.socket | None:
    """A mark that lasts as long as the process: the server itself would share its port silently."""
    claim = socket.socket(socket.AF_UNIX)
    if sys.platform == "linux":
        try:
            claim.bind(f"\0lagspill-port-{port}")
        except OSError:
            claim.close()
            return None
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            claim.close()
            if error.errno == errno.EACCES:
                raise StepFailed(f"Port {port} needs more rights than this user has.") from error
            return None
    return claim


def end_leftovers(place: Place) -> None:
    """End processes of an earlier run of this data directory that was killed (Linux)."""
    wanted = f"{MARK}={place.directory}".encode()
    left = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in entry.read_bytes().split(b"\0") and int(entry.parent.name) != os.getpid():
                left.append(int(entry.parent.name))
        except OSError:
            continue
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            try:
                os.kill(pid, number)
            except OSError:
                continue
        deadline = time.monotonic() + 5
        while left and time.monotonic() < deadline:
            left = [pid for pid in left if _is_alive(pid)]
            time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False


class Service:
    """One kept process: started again when it dies."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        self.name, self.command, self.env = name, command, env
        self.deaths, self.started = 0, 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            env=self.env,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=ends_with_us(),
        )

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def look_after(self) -> None:
        if not self.has_died() or not self.process:
            return
        code = self.process.returncode
        end_group(self.process)  # what it started must not keep the port
        self.deaths = 1 if time.monotonic() - self.started > CALM_AFTER else self.deaths + 1
        if self.deaths > MOST_DEATHS:
            raise StepFailed(
                f"The {self.name} ended {self.deaths} times in a row (status {code}). See above."
            )
        print(
            f"The {self.name} ended (status {code}); starting it again.",
            file=sys.stderr,
            flush=True,
        )
        time.sleep(0.2 * self.deaths)
        self.start()

    def stop(self) -> None:
        if self.process:
            end_group(self.process)
            self.process = None


def serve(place: Place, services: list[Service], port: int, when_ready: Callable[[], None]) -> int:
    """Run the services until a signal; the first one is the web server."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: stopping.append(got))
    try:
        with step("Starting the web server and the worker"):
            for service in services:
                service.start()
            _wait_until_it_answers(services[0], port, stopping)
        if not stopping:
            when_ready()
        while not stopping:
            time.sleep(0.25)
            place.watch_database()
            for service in services:
                service.look_after()
    finally:
        for service in services:
            service.stop()
        place.stop_database()
    return 130 if stopping[0] == signal.SIGINT else 0


def _wait_until_it_answers(web: Service, port: int, stopping: list[int]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    # Straight to the loopback address, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while not stopping:
        if web.has_died():
            raise StepFailed("The web server did not start; what it said stands above.")
        try:
            opener.open(f"http://{HOST}:{port}/drift/levende/", timeout=10).close()
            return
        except urllib.error.HTTPError:
            return  # it answers, which is all that is asked here
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise StepFailed(f"The web server did not answer within {READY_WITHIN:.0f} s.")
        time.sleep(0.1)
