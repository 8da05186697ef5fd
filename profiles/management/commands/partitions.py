from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from profiles import partitions


class Command(BaseCommand):
    help = "Make the coming months of the event table, let go of what nobody keeps, and show what there is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ahead", type=int, default=partitions.AHEAD, help="months to make after the current one")
        parser.add_argument("--since", help="YYYY-MM: also make the months from this one on, before importing history")
        parser.add_argument("--check", action="store_true", help="change nothing; fail if a coming month is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["check"]:
            missing = [month for month in partitions.coming(now, options["ahead"]) if month not in partitions.months()]
            if missing:
                raise CommandError(f"There is no partition for {', '.join(f'{month:%Y-%m}' for month in missing)}.")
        else:
            past = [month for month in _months_since(options["since"], now.date()) if partitions.make(month)]
            for month in [*past, *partitions.make_ahead(now, options["ahead"])]:
                self.stdout.write(f"made {month:%Y-%m}")
            for month in partitions.let_go(now):
                self.stdout.write(f"dropped {month:%Y-%m}")
        self.stdout.write(f"{len(partitions.months())} months have a partition")
        for month, count in partitions.in_default().items():
            self.stdout.write(f"{month:%Y-%m}: {count} events in the default partition")


def _months_since(text: str | None, today: date) -> list[date]:
    if text is None:
        return []
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise CommandError(f"--since={text} is no month: YYYY-MM.") from error
    count = (today.year - first.year) * 12 + today.month - first.month
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count)]
