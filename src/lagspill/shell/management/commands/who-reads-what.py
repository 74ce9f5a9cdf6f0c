"""Write docs/who-reads-what.md anew, from the policies themselves. Needs a database; leaves nothing in it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lagspill.kernel import clock
from lagspill.shell.reading import table


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write it."""
        default = Path(settings.CONTENT_DIR).parent / "docs" / "who-reads-what.md"
        parser.add_argument("--to", type=Path, default=default)

    def handle(self, *args: Any, **options: Any) -> None:
        options["to"].write_text(table.write(clock.now() - timedelta(hours=1)), "utf-8")
        self.stdout.write(f"Wrote {options['to']}.")
