"""`make bench-import`: a file of people imported by a worker, and the largest process meanwhile.

Sizes: N people by CSV, XLSX people by workbook (0: none). docs/benchmarks.md says what is measured and how.
"""

import csv
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.admission import largest_process
from bench.harness.report import Bound, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from profiles.models import Import
    from workspaces.models import Workspace

BOUNDS = {"seconds_1m": Bound(most=240), "peak_mb": Bound(most=500)}
MILLION = 1_000_000
POLL_SECONDS = 0.2
WITHIN = 1800.0  # seconds
HEADER = ["手机号", "会员号", "姓名", "城市", "生日", "积分", "标签", "短信同意"]
# The larger cities have more of the people, as they do.
CITIES = ("上海", "北京", "广州", "深圳", "杭州", "成都", "武汉", "西安", "苏州", "南京")
WEIGHTS = tuple(1 / place for place in range(1, len(CITIES) + 1))
LABELS = ("", "", "", "新客", "vip", "新客,直播间", "沉睡")


def person(number: int, rng: random.Random) -> list[str | int]:
    """A row: two identities of their own, four attributes; a third have tags, half a consent. Phones come in no order."""
    phone = f"13{(number * 387_420_489) % 1_000_000_000:09}"
    birthday = f"{rng.randint(1950, 2008)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    city = rng.choices(CITIES, WEIGHTS)[0]
    consent = ("是", "", "", "否")[number % 4] if number % 3 else "是"
    return [
        phone,
        f"m{number:08}",
        f"客户{number}",
        city,
        birthday,
        rng.randint(0, 20_000),
        rng.choice(LABELS),
        consent,
    ]


def main() -> None:
    with stack() as running:
        measure(running, size("N", MILLION), int(os.environ.get("XLSX") or MILLION // 10))


def measure(running: Stack, people: int, by_workbook: int) -> None:
    from journeys.runtime import nudges
    from journeys.temporal.nudger import Nudger
    from workspaces.models import Workspace

    # What an upload asks for is done at once, as from a web server.
    nudges.connect(Nudger())
    workspace = Workspace.objects.create(slug="bench", name="基准测试")
    running.start_worker()
    path = write_csv(running.var / "people.csv", people)
    before = running.cpu_seconds()
    with largest_process() as largest:
        seconds, job = imported(workspace, path)
    say(f"{people:,} people in {seconds:.1f} s")
    say(f"{path.stat().st_size / 1e6:.0f} MB of CSV; processor seconds: {running.cpu_since(before)}")
    say(f"largest process: {largest}")
    check(job, people)
    figures: dict[str, Any] = {
        "people": people,
        "seconds_1m": seconds * MILLION / people,
        "people_per_s": people / seconds,
        "peak_mb": largest.megabytes,
    }
    again, job = imported(workspace, path)
    if (job.created, job.updated, job.unchanged) != (0, 0, people):
        raise RuntimeError(f"the same file again has changed {job.created + job.updated:,} people")
    figures["again_per_s"] = people / again
    if by_workbook:
        book = write_workbook(running.var / "people.xlsx", people, by_workbook)
        with largest_process() as largest:
            seconds, job = imported(workspace, book)
        say(f"{book.stat().st_size / 1e6:.0f} MB of XLSX, largest process: {largest}")
        check(job, by_workbook)
        figures |= {"xlsx_people": by_workbook, "xlsx_per_s": by_workbook / seconds, "xlsx_peak_mb": largest.megabytes}
    report("import", figures, BOUNDS)


def write_csv(path: Path, people: int) -> Path:
    rng = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(person(number, rng) for number in range(people))
    return path


def write_workbook(path: Path, first: int, people: int) -> Path:
    """Others than those of the CSV file."""
    from openpyxl import Workbook

    rng = random.Random(2)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for number in range(first, first + people):
        sheet.append(person(number, rng))
    book.save(path)
    return path


def imported(workspace: "Workspace", path: Path) -> tuple[float, "Import"]:
    """Upload a file and have the worker import it as suggested. Returns the seconds from the upload to the end."""
    from bench.harness.people import TooSlow
    from profiles.imports import jobs
    from profiles.imports.preparing import upload
    from profiles.models import ImportState

    began = time.monotonic()
    with path.open("rb") as file:
        job = upload(workspace, "people", path.name, file, None, datetime.now(UTC))
    started = False
    while job.state != ImportState.DONE:
        if job.state == ImportState.FAILED or time.monotonic() - began > WITHIN:
            raise TooSlow(f"{job.state} after {time.monotonic() - began:.0f} s, {job.done:,} rows: {job.error}")
        if job.state == ImportState.READY and not started:
            columns = [{"column": place, **one["suggestion"]} for place, one in enumerate(job.columns)]
            jobs.start(job, {"columns": columns}, datetime.now(UTC), dry=False)
            started = True
        time.sleep(POLL_SECONDS)
        job.refresh_from_db()
    return time.monotonic() - began, job


def check(job: "Import", people: int) -> None:
    """Raises RuntimeError unless everybody is there, once, with two identities."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(distinct i.profile_id) from profiles_identity i"
            " where i.workspace_id = %s and i.created_at >= %s",
            [job.workspace_id, job.started_at],
        )
        found = cursor.fetchone()
    if (job.created, job.rejected, *found) != (people, 0, 2 * people, people):
        raise RuntimeError(f"{job.created:,} created, {job.rejected:,} rejected, {found}; not {people:,}")


if __name__ == "__main__":
    main()
