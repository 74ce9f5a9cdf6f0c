"""One data directory: its mode, its secrets, its database, and the environment that follows."""

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from scripts.steps import ROOT, StepFailed, step

sys.path.insert(0, str(ROOT / "src"))
from lagspill.kernel import embedded  # the path to it is set one line up

SECRETS = ("LAGSPILL_SECRET_KEY", "LAGSPILL_IDENTITY_KEY")
MODES = ("demo", "test", "bench")


class Place:
    """Where one installation keeps everything: `--data`, else LAGSPILL_DATA, else .lagspill/."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.mode_file = self.directory / "mode"

    @property
    def mode(self) -> str:
        """The mode it was marked with; `production` where nothing marked it."""
        if not self.mode_file.exists():
            return "production"
        mode = self.mode_file.read_text().strip()
        if mode not in MODES:
            raise StepFailed(f"{self.mode_file} says {mode!r}; expected one of {', '.join(MODES)}.")
        return mode

    def mark(self, mode: str) -> None:
        """Make this directory a demo's, a test's or a benchmark's; refuse to turn real data into one."""
        has_database = any(
            (self.directory / name).exists() for name in ("postgres", "postgres-elsewhere")
        )
        if self.mode != mode and (self.mode_file.exists() or has_database):
            raise StepFailed(
                f"{self.directory} already holds data in mode '{self.mode}', not '{mode}'. "
                "Choose another directory with --data."
            )
        self.directory.mkdir(parents=True, exist_ok=True)
        self.mode_file.write_text(f"{mode}\n")

    def uses_own_server(self) -> bool:
        """Whether the environment names a PostgreSQL server, so that none is started here."""
        given = [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if os.environ.get(name)]
        if len(given) == 1:
            raise StepFailed("Set both DATABASE_URL and DATABASE_OWNER_URL, or neither.")
        return len(given) == 2

    def start_database(self) -> None:
        """Start the embedded database and hold it for this process's life; quick when it runs."""
        if self.uses_own_server():
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            if embedded.is_running(self.directory):
                embedded.ensure(self.directory)
                return
            with step("Starting PostgreSQL"):
                embedded.ensure(self.directory)
        except embedded.EmbeddedError as error:
            raise StepFailed(str(error)) from error

    def watch_database(self) -> None:
        """Start it anew if its keeper was killed."""
        if not self.uses_own_server() and not embedded.is_running(self.directory):
            embedded.ensure(self.directory)

    def stop_database(self) -> None:
        if not self.uses_own_server():
            embedded.release(self.directory)

    def environment(self, **more: str) -> dict[str, str]:
        """What Django and everything under it is started with."""
        env = dict(os.environ)
        path = [str(ROOT / "src"), str(ROOT), env.get("PYTHONPATH", "")]
        env.update(
            PYTHONPATH=os.pathsep.join(filter(None, path)),
            PYTHONUNBUFFERED="1",
            DJANGO_SETTINGS_MODULE="lagspill.settings",
            LAGSPILL_DATA=str(self.directory),
            LAGSPILL_MODE=self.mode,
        )
        env.setdefault("LAGSPILL_STATIC_ROOT", str(self.directory / "static"))
        if not self.uses_own_server():
            dsns = embedded.dsns(self.directory)
            env.update(DATABASE_URL=dsns.app, DATABASE_OWNER_URL=dsns.owner)
        if self.mode != "production" or not self.uses_own_server():
            for name in SECRETS:
                if not env.get(name) and not env.get(f"{name}_FILE"):
                    env[name] = self._secret(name)
        return {**env, **more}

    def _secret(self, name: str) -> str:
        """Made once and kept beside the data it protects, readable by its owner only."""
        file = self.directory / "secrets" / name.lower().removeprefix("lagspill_")
        if not file.exists():
            file.parent.mkdir(mode=0o700, exist_ok=True)
            partial = file.with_name(f"{file.name}.{os.getpid()}")
            with os.fdopen(
                os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as new:
                new.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(partial, file)  # the first of two starters wins
            partial.unlink()
        return file.read_text().strip()
