"""Aliyun's outbound robot (outboundbot, version 2019-12-26): jobs are assigned, and asked about, never reported.

https://help.aliyun.com/zh/outboundbot/developer-reference/api-outboundbot-2019-12-26-assignjobs
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import orjson

from channels_app.policy.hours import SHANGHAI
from channels_app.providers.aliyun_client import AliyunClient, Answer, gateway_error
from channels_app.providers.base import (
    Accepted,
    AccountConfig,
    Attempted,
    BaseProvider,
    Open,
    Outgoing,
    Reconciled,
    Refused,
    SendResult,
)
from channels_app.providers.call import aliyun_jobs
from channels_app.providers.call.content import check_values
from channels_app.providers.call.reference import reference_of
from channels_app.providers.call.strategy import BadStrategy, parse_windows, problem_with_strategy
from channels_app.providers.errors import CallRefused, ErrorClass, TransportError
from channels_app.providers.inbound import Inbound, ProviderReceipt
from channels_app.providers.sms.content import variables
from channels_app.providers.sms.phone import wire_phone

log = logging.getLogger(__name__)

VERSION = "2019-12-26"
MOST_JOBS = 99
PAGE = 100
# The vendor names no limit (unconfirmed).
MOST_DESCRIBED = 50
DEFAULT_HOURS = [["08:00", "21:00"]]
DEFAULT_INTENT_TAG = "意向等级"
# A call is dialled, held and recorded within minutes; before that nobody can say that there is none.
REPORT_WINDOW = timedelta(minutes=20)
# The vendor publishes no list of this service's own codes (unconfirmed).
GROUP_GONE = frozenset({"JobGroupNotExist", "NotExist.JobGroup"})
ACCOUNT = frozenset({"InstanceNotExist", "NotExist.Instance", "InstanceExpired", "InstanceInArrears"})


class AliyunRobot(BaseProvider):
    """A template's provider_code is the ScriptId. One job group for each script and day, as the vendor's reports show it.

    The vendor's own redialling is switched off (one attempt a day): `channels_app.redial` decides, for all vendors.
    """

    most_in_call: ClassVar[int] = MOST_JOBS
    poll_every: ClassVar[timedelta | None] = timedelta(seconds=30)
    polled_for: ClassVar[timedelta] = timedelta(days=3)
    needed_credentials: ClassVar[tuple[str, ...]] = ("access_key_id", "access_key_secret")
    needed_settings: ClassVar[tuple[str, ...]] = ("instance_id",)

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self._aliyun = AliyunClient(account, VERSION)
        self._instance = str(account.settings.get("instance_id", ""))
        self._intent_tag = str(account.settings.get("intent_tag") or DEFAULT_INTENT_TAG)
        self._groups: dict[str, str] = {}

    def check(self, message: Outgoing) -> Refused | None:
        if wire_phone(message.address) is None:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "NotExist", "not a mainland mobile number")
        fault = check_values(message.template_body, message.params)
        return Refused(ErrorClass.CONTENT_PERMANENT, fault.fault, fault.detail) if fault else None

    def plan(self, messages: Sequence[Outgoing]) -> list[list[Outgoing]]:
        """One script a call, at most 99 jobs, and no number twice, because a number names its job."""
        calls: list[list[Outgoing]] = []
        with_room: dict[str, list[list[Outgoing]]] = defaultdict(list)
        for message in messages:
            of_script = with_room[message.template_code]
            call = next((c for c in of_script if all(m.address != message.address for m in c)), None)
            if call is None:
                call = []
                calls.append(call)
                of_script.append(call)
            call.append(message)
            if len(call) == MOST_JOBS:
                of_script.remove(call)
        return calls

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        script = messages[0].template_code
        group = self._group(script)
        try:
            self._assign(group, attempt, messages)
        except CallRefused as error:
            if error.code not in GROUP_GONE:
                raise
            group = self._group(script, stale=group)
            self._assign(group, attempt, messages)
        accepted = Accepted(group)
        return {message.message_id: accepted for message in messages}

    def _assign(self, group: str, attempt: UUID, messages: Sequence[Outgoing]) -> None:
        query = {"InstanceId": self._instance, "JobGroupId": group}
        for position, message in enumerate(messages, start=1):
            contact = {
                "phoneNumber": wire_phone(message.address),
                "referenceId": reference_of(message.message_id, attempt),
                "name": message.params.get("name", ""),
            }
            extras = [{"key": name, "value": value} for name, value in sorted(message.params.items())]
            query[f"JobsJson.{position}"] = orjson.dumps({"contacts": [contact], "extras": extras}).decode()
        self._call("AssignJobs", query)

    def _group(self, script: str, stale: str | None = None) -> str:
        """Return today's job group of a script, made by whoever needs it first."""
        today = datetime.now(SHANGHAI).date()
        name = f"job_group/{today:%Y%m%d}/{hashlib.sha256(script.encode()).hexdigest()[:32]}"

        def create() -> tuple[str, timedelta]:
            return self._create_group(script, f"zhitu {today:%Y-%m-%d} {script}"), timedelta(days=2)

        if self.account.tokens is not None:
            return self.account.tokens.get(name, create, stale)
        if self._groups.get(name) in (None, stale):
            self._groups[name] = create()[0]
        return self._groups[name]

    def _create_group(self, script: str, name: str) -> str:
        hours = self.account.settings.get("windows") or DEFAULT_HOURS
        strategy = {
            "maxAttemptsPerDay": 1,
            "minAttemptInterval": 1,
            "repeatBy": "Once",
            "workingTime": [{"beginTime": f"{start}:00", "endTime": f"{end}:00"} for start, end in hours],
        }
        query = {
            "InstanceId": self._instance,
            "JobGroupName": name,
            "ScriptId": script,
            "StrategyJson": orjson.dumps(strategy).decode(),
        }
        for key, wire in (("priority", "Priority"), ("ringing_seconds", "RingingDuration")):
            if self.account.settings.get(key) is not None:
                query[wire] = str(self.account.settings[key])
        for position, number in enumerate(self.account.settings.get("calling_numbers") or [], start=1):
            query[f"CallingNumber.{position}"] = str(number)
        return str((self._call("CreateJobGroup", query).get("JobGroup") or {}).get("JobGroupId", ""))

    def _call(self, action: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._aliyun.call(action, query)
        if answer.status == 200 and answer.code == "OK" and answer.body.get("Success") is True:
            return answer.body
        raise _error_of(answer)

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        """Look for the jobs in the groups that this account knows of today; what is not there is waited for."""
        now = datetime.now(UTC)
        found: dict[UUID, Reconciled | None] = {}
        for message in attempted:
            try:
                job = self._job_to(message)
            except TransportError as error:
                log.warning("message %s could not be looked up: %s", message.message_id, error.code)
                continue
            if job is not None:
                found[message.message_id] = Reconciled("accepted", provider_id=str(job["JobGroupId"]))
            elif now >= message.attempted_at + REPORT_WINDOW:
                found[message.message_id] = None
        return found

    def _job_to(self, message: Attempted) -> Mapping[str, Any] | None:
        day = f"zhitu {message.attempted_at.astimezone(SHANGHAI):%Y-%m-%d}"
        query = {"InstanceId": self._instance, "SearchText": day, "PageNumber": "1", "PageSize": str(PAGE)}
        groups = (self._call("ListJobGroups", query).get("JobGroups") or {}).get("List") or []
        wanted = reference_of(message.message_id, message.attempt)
        for group in groups:
            jobs = list(self._jobs(str(group["JobGroupId"]), wire_phone(message.address) or message.address))
            described = self._described([job for job in jobs if not self._reference(job, {})])
            for job in jobs:
                if self._reference(job, described) == wanted:
                    return {**job, "JobGroupId": group["JobGroupId"]}
        return None

    def _reference(self, job: Mapping[str, Any], described: Mapping[str, Mapping[str, Any]]) -> str:
        """Return our reference of a job; one that has not been dialled says it only when it is described."""
        contact = (job.get("LatestTask") or {}).get("Contact") or {}
        return str(contact.get("ReferenceId") or described.get(str(job["Id"]), {}).get("ReferenceId") or "")

    def _described(self, jobs: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        """Return what the vendor knows of each job, many a call."""
        found: dict[str, Mapping[str, Any]] = {}
        for first in range(0, len(jobs), MOST_DESCRIBED):
            query = {"InstanceId": self._instance}
            query |= {f"JobId.{n}": str(job["Id"]) for n, job in enumerate(jobs[first : first + MOST_DESCRIBED], 1)}
            found |= {str(job.get("JobId")): job for job in self._call("ListJobs", query).get("Jobs") or []}
        return found

    def _jobs(self, group: str, text: str = "") -> Iterator[Mapping[str, Any]]:
        page, pages = 1, 1
        while page <= pages:
            query = {"InstanceId": self._instance, "JobGroupId": group, "PageNumber": str(page), "PageSize": str(PAGE)}
            if text:
                query["QueryText"] = text
            jobs = self._call("QueryJobsWithResult", query).get("Jobs") or {}
            yield from jobs.get("List") or []
            page, pages = page + 1, int(jobs.get("PageCount") or 0)

    def poll(self, open_messages: Sequence[Open]) -> Inbound:
        """Read the groups that open messages belong to, and take down the jobs that have ended."""
        now = datetime.now(UTC)
        of_group: dict[str, dict[str, Open]] = defaultdict(dict)
        for message in open_messages:
            of_group[message.provider_id][reference_of(message.message_id, message.attempt)] = message
        receipts: list[ProviderReceipt] = []
        for group, wanted in of_group.items():
            finished = [job for job in self._jobs(group) if job.get("Status") in aliyun_jobs.FINISHED]
            named = {str(job["Id"]): self._reference(job, {}) for job in finished}
            # A job that was taken down before names itself and is passed over; one that names nobody must be looked at.
            asked = [job for job in finished if named[str(job["Id"])] in wanted or not named[str(job["Id"])]]
            described = self._described(asked)
            for job in asked:
                ended = wanted.get(self._reference(job, described))
                if ended is not None:
                    receipts.append(self._ended(ended, job, described.get(str(job["Id"]), {}), now))
        return Inbound(receipts=tuple(receipts))

    def _ended(
        self, message: Open, job: Mapping[str, Any], detail: Mapping[str, Any], now: datetime
    ) -> ProviderReceipt:
        tasks = detail.get("Tasks") or []
        recording = self._recording(str(tasks[-1].get("TaskId"))) if tasks and job.get("Status") == "Succeeded" else ""
        return aliyun_jobs.receipt_of(message, job, detail, recording, self._intent_tag, now)

    def _recording(self, task_id: str) -> str:
        """Return where a call can be heard, "" if the vendor has not stored it: that holds no result back."""
        try:
            answer = self._call("DownloadRecording", {"InstanceId": self._instance, "TaskId": task_id})
        except TransportError as error:
            log.warning("task %s has no recording: %s", task_id, error.code)
            return ""
        return str((answer.get("DownloadParams") or {}).get("SignatureUrl") or "")

    def act_on_jobs(self, action: str, calls: Sequence[Open]) -> None:
        """SuspendJobs, ResumeJobs or CancelJobs for these calls. Raises TransportError."""
        of_group: dict[str, list[str]] = defaultdict(list)
        for call in calls:
            of_group[call.provider_id].append(reference_of(call.message_id, call.attempt))
        for group, references in of_group.items():
            query = {"InstanceId": self._instance, "JobGroupId": group, "All": "false"}
            query |= {f"JobReferenceId.{n}": reference for n, reference in enumerate(references, start=1)}
            self._call(action, query)

    def try_connection(self) -> str:
        """List the job groups, which changes nothing."""
        query = {"InstanceId": self._instance, "PageNumber": "1", "PageSize": "1"}
        self._call("ListJobGroups", query)
        return "OK"

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        if not isinstance(settings.get("instance_id"), str) or not settings["instance_id"]:
            return "instance_id is the id of the outbound robot's instance."
        numbers = settings.get("calling_numbers") or []
        if not isinstance(numbers, list) or not all(isinstance(number, str) and number for number in numbers):
            return "calling_numbers is a list of numbers of the instance."
        try:
            parse_windows(settings.get("windows") or DEFAULT_HOURS)
        except BadStrategy as error:
            return str(error)
        return problem_with_strategy(settings)

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        problem = problem_with_strategy(settings)
        return ("settings", "bad_call_setting", problem) if problem else None

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return variables(body)

    def close(self) -> None:
        self._aliyun.close()


def _error_of(answer: Answer) -> TransportError:
    known = gateway_error(answer)
    if known is not None:
        return known
    if answer.code in GROUP_GONE:
        return CallRefused(ErrorClass.RETRY, answer.code, answer.message)
    if answer.code in ACCOUNT:
        return CallRefused(ErrorClass.ACCOUNT, answer.code, answer.message)
    # The service's other codes are names of what is wrong with a script or a parameter.
    return CallRefused(ErrorClass.CONTENT_PERMANENT, answer.code, answer.message)
