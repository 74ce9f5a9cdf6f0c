"""Gets uv, the installer, by itself: a plain Debian has neither pip nor ensurepip."""

import hashlib
import io
import os
import platform
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

from scripts.steps import NETWORK_ADVICE, StepFailed

PATIENCE = 60.0  # seconds without a byte


def fetch(version: str, hashes: set[str], target: Path) -> None:
    """Download the wheel for this machine, compare it with the locked hashes, take out the program."""
    index = (
        os.environ.get("UV_DEFAULT_INDEX")
        or os.environ.get("PIP_INDEX_URL")
        or "https://pypi.org/simple"
    )
    page_url = f"{index.rstrip('/')}/uv/"
    page = _get(page_url).decode()
    links = {
        urllib.parse.unquote(link.split("#")[0].rsplit("/", 1)[1]): urllib.parse.urljoin(
            page_url, link
        )
        for link in re.findall(r'href="([^"]+)"', page)
        if "/" in link
    }
    fitting = [link for name, link in links.items() if _fits(name, version)]
    if not fitting:
        raise StepFailed(
            f"{page_url} has no uv {version} for {sys.platform} on {platform.machine()}."
        )
    wheel = _get(fitting[0])
    if hashlib.sha256(wheel).hexdigest() not in hashes:
        raise StepFailed(
            f"{fitting[0].split('#')[0]} is not the file that requirements-uv.lock names."
        )
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        partial = target.with_name("uv.partial")
        partial.write_bytes(archive.read(member))
    partial.chmod(0o755)
    partial.replace(target)


def _fits(name: str, version: str) -> bool:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    if not name.startswith(f"uv-{version}-py3-none-") or not name.endswith(".whl"):
        return False
    if sys.platform == "darwin":
        return "macosx" in name and ("arm64" if machine == "aarch64" else machine) in name
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    return libc in name and machine in name


def _get(url: str) -> bytes:
    request = urllib.request.Request(
        url, headers={"Accept": "text/html", "User-Agent": "lagspill-run"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise StepFailed(f"Could not fetch {url}: {error}\n\n{NETWORK_ADVICE}") from error
