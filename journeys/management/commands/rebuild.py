"""`manage.py rebuild`: the projections, computed again from the log."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journeys.projections.rebuild import differences, rebuild


class Command(BaseCommand):
    help = "Compute enrollments, counters and conversions again from the log. Stop the workers first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Only compare; exit with an error if something differs."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            self.stdout.write(f"{rebuild()} enrollments were rebuilt from the log.")
            return
        found = differences()
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} differences between the log and its projections.")
        self.stdout.write("The projections are what the log says.")
