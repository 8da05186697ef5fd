"""`manage.py replay`: every stored stream folded and decided again."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from journeys.runtime.replay import Chosen, cores, replay
from journeys.runtime.replay_stream import Tally
from workspaces.instants import parse_instant


class Command(BaseCommand):
    help = (
        "Decide every stored stream again from its recorded inputs, fold it, and compare with what is stored. "
        "Lanes may go on meanwhile. Ends with status 1 if something differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--journey", type=_read(UUID), help="Only this journey's streams (its id).")
        parser.add_argument(
            "--since", type=_read(parse_instant), help="Only people enrolled since this instant (RFC 3339)."
        )
        parser.add_argument("--limit", type=_read(_count), help="Only the first so many streams.")
        parser.add_argument("--processes", type=_read(_count), default=None, help="Default: one for each core.")

    def handle(
        self,
        *args: Any,
        journey: UUID | None,
        since: datetime | None,
        limit: int | None,
        processes: int | None,
        **options: Any,
    ) -> None:
        total = Tally()
        for tally in replay(Chosen(journey, since, limit), processes or cores()):
            total.add(tally)
            for one in tally.differences:
                place = f"entry {one.seq}" if one.seq else "the row"
                self.stdout.write(f"enrollment {one.enrollment}, {place}")
                self.stdout.write(f"  expected: {one.expected}\n  found:    {one.found}")
        self.stdout.write(f"{total.streams} streams, {total.events} entries, {total.decided} decided again.")
        for why, number in sorted(total.folded.items()):
            self.stdout.write(f"{number} only folded: {why}")
        if total.differences:
            raise CommandError(f"{len(total.differences)} differences.")
        self.stdout.write("No differences.")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("not a positive number")
    return number


def _read(function: Callable[[str], Any]) -> Callable[[str], Any]:
    """`function` as argparse wants it: its name stands in the error for what it refuses."""

    def value(text: str) -> Any:
        try:
            return function(text)
        except Exception as error:
            raise ValueError(str(error)) from error

    return value
