"""Build the demo world, where it does not stand yet, and say who is in it. Only in demo and test mode."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lagspill.kernel import clock
from lagspill.shell import cast
from lagspill.shell.demo import build


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE not in ("demo", "test"):
            raise CommandError(
                "The demo world is only built in a data directory marked as demo. Use ./run demo."
            )
        built = build.build(clock.now())
        self.stdout.write(
            "The demo world was built." if built else "The demo world stands already."
        )
        width = max(len(person.persona) for person in (*cast.COLLEAGUES, *cast.CITIZENS))
        self.stdout.write("The cast:")  # scripts/tasks.py reads what follows
        for person in (*cast.COLLEAGUES, *cast.CITIZENS):
            self.stdout.write(f"  {person.persona:{width}}  {person.name}: {person.about}")
