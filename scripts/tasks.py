"""The commands of ./run, inside .venv: each a list of steps."""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts import assets, browser
from scripts.place import Place
from scripts.serving import HOST, MARK, Claim, Service, end_leftovers, serve
from scripts.steps import ROOT, StepFailed, ends_with_us, fingerprint, is_stamped, run_quietly, step

#: The line before the cast; src/lagspill/shell/management/commands/build-demo.py writes it.
CAST_HEAD = "The cast:"

BIN = Path(sys.prefix) / "bin"
SOURCE = ROOT / "src" / "lagspill"
LISTING_ONLY = {"--collect-only", "--co", "--fixtures", "--markers", "--version", "--help", "-h"}
SLOTS = 20  # test runs at a time on one data directory


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    task, arguments = TASKS[sys.argv[1]], sys.argv[2:]
    try:
        sys.exit(task(arguments))
    except StepFailed as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)


def data_directory(given: str | None) -> Path:
    return Path(given or os.environ.get("LAGSPILL_DATA") or ROOT / ".lagspill")


def django(*arguments: str) -> list[Any]:
    return [sys.executable, "-m", "django", *arguments]


# --- demo and dev ---------------------------------------------------------------------------


def demo(arguments: list[str]) -> int:
    return _serve(arguments, name="demo", reloading=False)


def dev(arguments: list[str]) -> int:
    return _serve(arguments, name="dev", reloading=True)


def _serve(arguments: list[str], *, name: str, reloading: bool) -> int:
    parser = argparse.ArgumentParser(prog=f"./run {name}")
    parser.add_argument("--port", type=int, help="default: 8000, or the next free one")
    parser.add_argument("--data", metavar="DIR", help="default: LAGSPILL_DATA, else .lagspill/")
    asked = parser.parse_args(arguments)

    place = Place(data_directory(asked.data))
    place.mark("demo")
    claim = Claim(place)
    end_leftovers(place)
    port = claim.take_port(asked.port)
    site = f"http://localhost:{port}"
    place.start_database()
    env = place.environment(**{MARK: str(place.directory), "LAGSPILL_SITE_URL": site})
    prepare_files(place, env)
    with step("Bringing the database up to date"):
        run_quietly(django("migrate", "--database=owner", "--no-input"), env=env)
    with step("Building the demo world"):
        said = run_quietly(django("build-demo"), env=env)

    granian = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(port),
    ]
    tuning = [
        "--workers",
        "2",
        "--blocking-threads",
        "2",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
    ]
    web = [*granian, *tuning, "lagspill.wsgi:application"]
    if reloading:
        web = django("runserver", f"{HOST}:{port}")
    services = [Service("web server", web, env), Service("worker", django("work"), env)]

    def show_address() -> None:
        print(
            f"\nLagspill runs at {site}/\nSign in as one of the cast: {site}/demo/\n\n{cast_in(said)}\n\nStop with Ctrl-C.",
            flush=True,
        )

    return serve(place, services, port, show_address)


def cast_in(said: str) -> str:
    """The cast, from the end of what `build-demo` said: persona and who they are, a line each."""
    lines = said.splitlines()
    return "\n".join(lines[lines.index(CAST_HEAD) + 1 :]) if CAST_HEAD in lines else ""


def prepare_files(place: Place, env: dict[str, str]) -> None:
    """Static files from npm, compiled translations, and the hashed copies that the server hands out."""
    assets.build()
    compile_texts(place, env)
    inputs = [*SOURCE.glob("*/static"), ROOT / "requirements.lock"]
    wanted, stamp = fingerprint(*inputs, stat_only=True), place.directory / "static.stamp"
    static_root = Path(env["LAGSPILL_STATIC_ROOT"])
    if not is_stamped(stamp, wanted) or not static_root.exists():
        with step("Preparing static files"):
            run_quietly(django("collectstatic", "--no-input", "--clear", "-v0"), env=env)
        stamp.write_text(wanted)


def compile_texts(place: Place, env: dict[str, str]) -> None:
    files = sorted(SOURCE.glob("**/locale/*/LC_MESSAGES/*.po"))
    wanted, stamp = fingerprint(*files), place.directory / "texts.stamp"
    if is_stamped(stamp, wanted) and all(file.with_suffix(".mo").exists() for file in files):
        return
    with step("Compiling translations"):
        run_quietly(django("texts", "--compile"), env=env)
    stamp.write_text(wanted)


# --- manage ---------------------------------------------------------------------------------


def manage(arguments: list[str]) -> int:
    given = None
    if arguments[:1] == ["--data"]:
        given, arguments = arguments[1], arguments[2:]
    elif arguments and arguments[0].startswith("--data="):
        given, arguments = arguments[0].removeprefix("--data="), arguments[1:]
    place = Place(data_directory(given))
    place.start_database()
    return run_in_terminal(django(*(arguments or ["help"])), place.environment())


def run_in_terminal(command: list[str], env: dict[str, str]) -> int:
    """Run in the foreground, so that prompts and Ctrl-C reach it; its exit status is ours."""
    process = subprocess.Popen(command, env=env, cwd=ROOT, preexec_fn=ends_with_us())
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            code = process.wait()
            return code if code >= 0 else 128 - code
        except KeyboardInterrupt:
            continue  # the terminal sent it to the command too, which decides


# --- test, check, bench ---------------------------------------------------------------------


@contextmanager
def slot(place: Place) -> Iterator[int]:
    """A number no other test run on this data directory has: its databases carry it."""
    for number in range(SLOTS):
        with (place.directory / f"slot-{number}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
    raise StepFailed(f"{SLOTS} test runs are under way already.")


def test_place() -> Place:
    place = Place(data_directory(None) / "test")
    place.mark("test")
    os.environ["LAGSPILL_PG_FAST"] = "1"
    place.start_database()
    return place


def test(arguments: list[str]) -> int:
    if "--long" in arguments:
        arguments = [argument for argument in arguments if argument != "--long"]
        os.environ["LAGSPILL_LONG"] = "1"
    place = test_place()
    assets.build()
    with slot(place) as number:
        env = place.environment(**browser.find().environment())
        compile_texts(place, env)
        env.setdefault("LAGSPILL_TEST_DATABASE", f"test_lagspill_{number}")
        report = place.directory / f"junit-{number}.xml"
        report.unlink(missing_ok=True)
        if not any(
            argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments
        ):
            arguments = ["-n", "2", *arguments]
        code = run_in_terminal(
            [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments], env
        )
        asked_to_run = not LISTING_ONLY & set(arguments)
        if code == 0 and asked_to_run and not count_of_tests_run(report):
            print("No test ran.", file=sys.stderr)
            return 5
    return code


def count_of_tests_run(report: Path) -> int:
    if not report.exists():
        return 0
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    return sum(int(suite.get("tests", 0)) - int(suite.get("skipped", 0)) for suite in suites)


def check(arguments: list[str]) -> int:
    place = test_place()
    assets.build()
    env = place.environment()
    python = [
        name for name in ("src", "tests", "bench", "scripts", "run") if (ROOT / name).exists()
    ]
    checks: dict[str, list[Any]] = {
        "format": [BIN / "ruff", "format", "--check", "-q", *python],
        "lint": [BIN / "ruff", "check", "-q", *python],
        "types": [sys.executable, "-m", "mypy"],
        "import contracts": [BIN / "lint-imports", "--no-cache"],
        "django": django("check", "--fail-level", "WARNING"),
        "migrations": django("makemigrations", "--check", "--dry-run"),
        "translations": django("texts", "--check"),
        "templates": [sys.executable, "-m", "scripts.check_templates"],
        "figures": [sys.executable, "-m", "scripts.figures"],
    }
    failed = []
    try:
        compile_texts(place, env)
    except StepFailed as error:
        print(error)
        failed.append("compiling translations")
    for name, command in checks.items():
        if arguments and name not in arguments:
            continue
        started = time.monotonic()
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        verdict = "FAIL" if done.returncode else "ok"
        print(f"  {name:<17} {verdict:<4} {time.monotonic() - started:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
        if done.returncode or name == "figures":
            print(
                "    " + "\n    ".join((done.stdout + done.stderr).strip().splitlines()), flush=True
            )
    if failed:
        print(f"\nNot in order: {', '.join(failed)}")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    place = Place(data_directory(None) / "bench")
    place.mark("bench")
    place.start_database()
    env = place.environment()
    prepare_files(place, env)
    with step("Bringing the database up to date"):
        run_quietly(django("migrate", "--database=owner", "--no-input"), env=env)
    return run_in_terminal([sys.executable, "-m", "bench", *arguments], env)


# --- for developers -------------------------------------------------------------------------


def new_capability(arguments: list[str]) -> int:
    from scripts import scaffold  # used by this command alone

    return scaffold.create(arguments)


def lock(arguments: list[str]) -> int:
    """Versions and hashes, no addresses. Keeps what still fits; `./run lock --upgrade` takes the newest."""
    options = [
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
    ]
    options += ["--no-emit-index-url", "--no-emit-find-links", *arguments]
    for name in ("requirements-uv", "requirements", "requirements-dev", "requirements-assets"):
        with step(f"Locking {name}.in"):
            run_quietly(
                [BIN / "uv", "pip", "compile", "-q", *options, f"{name}.in", "-o", f"{name}.lock"]
            )
    return 0


TASKS = {
    "demo": demo,
    "dev": dev,
    "test": test,
    "check": check,
    "bench": bench,
    "manage": manage,
    "new-capability": new_capability,
    "lock": lock,
}
