"""Aliyun's outbound robot (outboundbot 2019-12-26) as its callers see it: groups, jobs, and results by asking."""

import re
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson

from channels_app.simulator.aliyun_sms import MAINLAND, VARIABLE
from channels_app.simulator.aliyun_words import BusinessError
from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.voice_aliyun import AcsService, Params, require
from channels_app.simulator.voice_calls import Calls, Order, Row
from channels_app.simulator.voice_config import HEARD, VoiceAccount
from channels_app.simulator.voice_jobs import described_of, job_of, listed_of, summary_of

SERVICE = "aliyun_robot"
MOST_JOBS, MOST_IN_PAGE = 99, 100
NUMBERED = re.compile(r"JobsJson\.(\d+)")
JOB_ID = re.compile(r"JobId\.\d+")
REFERENCED = re.compile(r"JobReferenceId\.\d+")


class Outbound:
    def __init__(self, surroundings: Surroundings, calls: Calls) -> None:
        self._surroundings = surroundings
        self._store = surroundings.store
        self._calls = calls
        calls.listen(SERVICE, lambda call, what: None)

    def route(self) -> AcsService:
        return AcsService(
            self._surroundings,
            self._calls,
            service=SERVICE,
            version="2019-12-26",
            host="outboundbot.cn-shanghai.aliyuncs.com",
            actions={
                "CreateJobGroup": self.create_group,
                "ListJobGroups": self.list_groups,
                "AssignJobs": self.assign,
                "QueryJobsWithResult": self.query,
                "DescribeJob": self.describe,
                "ListJobs": self.list_jobs,
                "DownloadRecording": self.recording,
                "SuspendJobs": self.suspend,
                "ResumeJobs": self.resume,
                "CancelJobs": self.cancel,
            },
            sends=frozenset({"AssignJobs"}),
            success={"Success": True, "HttpStatusCode": 200},
            whole_version=True,
        )

    def create_group(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        self._instance(account, params, "JobGroupName", "ScriptId")
        if params["ScriptId"] not in account.templates:
            raise BusinessError("ScriptNotExist", "The script does not exist.")
        if params.get("StrategyJson"):
            _object(params["StrategyJson"], "StrategyJson")
        id_ = str(uuid4())
        self._store.run(
            "insert into voice_group values (?, ?, ?, ?, ?)",
            id_,
            key_id,
            params["JobGroupName"],
            params["ScriptId"],
            time.time(),
        )
        return {"JobGroup": {"JobGroupId": id_, "JobGroupName": params["JobGroupName"], "Status": "Executing"}}

    def list_groups(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        self._instance(account, params, "PageNumber", "PageSize")
        text = params.get("SearchText", "")
        rows = self._store.rows("select * from voice_group where account = ? order by created_at desc", key_id)
        groups = [{"JobGroupId": r["id"], "JobGroupName": r["name"]} for r in rows if text in r["name"]]
        page, size = _page(params)
        shown = groups[(page - 1) * size : page * size]
        return {"JobGroups": {"PageNumber": page, "PageSize": size, "TotalCount": len(groups), "List": shown}}

    def assign(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        """Take all jobs or none."""
        self._instance(account, params, "JobGroupId")
        group = self._group(key_id, params["JobGroupId"])
        numbered = sorted((int(match[1]), params[name]) for name in params if (match := NUMBERED.fullmatch(name)))
        if not numbered:
            require({}, "JobsJson")
        if len(numbered) > MOST_JOBS:
            raise BusinessError("Parameter.JobsJson", "The array can contain up to 99 elements.")
        orders = [self._order(key_id, account, group, text) for _, text in numbered]
        return {"JobGroupId": group["id"], "JobsId": [self._calls.place(o, account)["call_id"] for o in orders]}

    def _order(self, key_id: str, account: VoiceAccount, group: Mapping[str, Any], text: str) -> Order:
        job = _object(text, "JobsJson")
        try:
            (contact,) = job["contacts"]
            number = MAINLAND.fullmatch(contact["phoneNumber"])
            extras = {extra["key"]: extra["value"] for extra in job.get("extras", [])}
            reference, name = contact.get("referenceId", ""), contact.get("name", "")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BusinessError("Parameter.JobsJson", "JobsJson is not a job with one contact.") from error
        if number is None or not all(isinstance(value, str) for value in (reference, name, *extras.values())):
            raise BusinessError("Parameter.PhoneNumber", "The phone number of a contact is not valid.")
        body = account.templates.get(group["script"], "")
        content = VARIABLE.sub(lambda match: extras.get(match[1], ""), body)
        return Order(SERVICE, key_id, number[1], reference, group["script"], content, extras, group_id=group["id"])

    def query(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        self._instance(account, params, "JobGroupId", "PageNumber", "PageSize")
        group, (page, size) = self._group(key_id, params["JobGroupId"]), _page(params)
        wanted = "group_id = ? and instr(callee, ?) order by id limit ? offset ?"
        text = params.get("QueryText", "")
        every = self._store.rows(
            "select count(*) as n from voice_call where group_id = ? and instr(callee, ?)", group["id"], text
        )[0]["n"]
        rows = self._calls.where(wanted, group["id"], text, size, (page - 1) * size)
        pages = -(-every // size)
        listed = [job_of(row, account) for row in rows]
        return {
            "Jobs": {"PageNumber": page, "PageSize": size, "PageCount": pages, "RowCount": every, "List": listed},
            "VariableNames": [],
        }

    def list_jobs(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        self._instance(account, params)
        ids = [value for name, value in params.items() if JOB_ID.fullmatch(name)]
        if not ids:
            require({}, "JobId")
        if len(ids) > MOST_IN_PAGE:
            raise BusinessError("Parameter.JobId", "The array can contain up to 100 elements.")
        rows = self._calls.where(
            "service = ? and account = ? and call_id in (select value from json_each(?)) order by id",
            SERVICE, key_id, orjson.dumps(ids).decode(),
        )  # fmt: skip
        return {"Jobs": [listed_of(row, account) for row in rows]}

    def describe(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        self._instance(account, params, "JobId")
        call = self._job(key_id, params["JobId"])
        job = job_of(call, account)
        return {
            "Job": {
                "JobId": call["call_id"],
                "JobGroupId": call["group_id"],
                "InstanceId": account.instance_id,
                "ReferenceId": call["reference"],
                "Status": job["Status"],
                "FailureReason": job.get("JobFailureReason", ""),
                "CalledNumber": call["callee"],
                "Summary": summary_of(call, account),
                "Tasks": [described_of(call)] if "LatestTask" in job else [],
            }
        }

    def recording(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        self._instance(account, params, "TaskId")
        call = self._job(key_id, params["TaskId"].removeprefix("task-"))
        if call["ending"] not in HEARD:
            raise BusinessError("RecordingNotExist", "The call has no recording.")
        url = f"https://recordings.example/{call['call_id']}.wav"
        return {"DownloadParams": {"SignatureUrl": url, "FileName": f"{call['call_id']}.wav"}}

    def suspend(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        for call in self._chosen(key_id, account, params):
            self._calls.hold(call["id"], on=True)
        return {}

    def resume(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        for call in self._chosen(key_id, account, params):
            self._calls.hold(call["id"], on=False)
        return {}

    def cancel(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        for call in self._chosen(key_id, account, params):
            if call["state"] in ("ringing", "paused"):
                self._calls.cancel(call["id"])
        return {}

    def _chosen(self, key_id: str, account: VoiceAccount, params: Params) -> list[Row]:
        self._instance(account, params, "All")
        rows = self._calls.where("service = ? and account = ?", SERVICE, key_id)
        if params["All"].lower() == "true":
            return rows
        references = {value for name, value in params.items() if REFERENCED.fullmatch(name)}
        if not references:
            raise BusinessError("Parameter.JobId", "When All is false, JobId is required.")
        return [row for row in rows if row["reference"] in references]

    def _instance(self, account: VoiceAccount, params: Params, *names: str) -> None:
        require(params, "InstanceId", *names)
        if params["InstanceId"] != account.instance_id:
            raise BusinessError("InstanceNotExist", "The instance does not exist.")

    def _group(self, key_id: str, id_: str) -> dict[str, Any]:
        rows = self._store.rows("select * from voice_group where id = ? and account = ?", id_, key_id)
        if not rows:
            raise BusinessError("JobGroupNotExist", "The job group does not exist.")
        return rows[0]

    def _job(self, key_id: str, id_: str) -> Row:
        rows = self._calls.where("service = ? and account = ? and call_id = ?", SERVICE, key_id, id_)
        if not rows:
            raise BusinessError("JobNotExist", "The job does not exist.")
        return rows[0]


def _page(params: Params) -> tuple[int, int]:
    try:
        page, size = int(params["PageNumber"]), int(params["PageSize"])
    except ValueError as error:
        raise BusinessError("Parameter.Page", "PageNumber and PageSize are numbers.") from error
    if page < 1 or not 1 <= size <= MOST_IN_PAGE:
        raise BusinessError("Parameter.Page", "PageSize is 1 to 100.")
    return page, size


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BusinessError(f"Parameter.{name}", f"{name} is not JSON.") from error
    if not isinstance(value, dict):
        raise BusinessError(f"Parameter.{name}", f"{name} is not an object.")
    return value
