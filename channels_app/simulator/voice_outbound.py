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
from channels_app.simulator.voice_config import HEARD, End, VoiceAccount

SERVICE = "aliyun_robot"
MOST_JOBS, MOST_IN_PAGE = 99, 100
TASK = {
    End.NO_ANSWER: "NoAnswer",
    End.BUSY: "Busy",
    End.REJECTED: "NotConnected",
    End.UNREACHABLE: "NotConnected",
    End.POWERED_OFF: "PoweredOff",
    End.INVALID: "NotExist",
    End.SUSPENDED: "OutOfService",
    End.TOO_OFTEN: "PerDayCallCountLimit",
    End.OUT_OF_HOURS: "Terminated",
    End.COMPLETED: "SucceededFinish",
    End.HUNG_UP: "SucceededClientHangUp",
}
# Ended before anybody was dialled, so that there is a job and no task.
NOT_DIALLED = frozenset({End.TOO_OFTEN, End.OUT_OF_HOURS, End.CANCELLED})
NUMBERED = re.compile(r"JobsJson\.(\d+)")
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
        listed = [_job(row, account) for row in rows]
        return {
            "Jobs": {"PageNumber": page, "PageSize": size, "PageCount": pages, "RowCount": every, "List": listed},
            "VariableNames": [],
        }

    def describe(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        self._instance(account, params, "JobId")
        call = self._job(key_id, params["JobId"])
        job = _job(call, account)
        return {
            "Job": {
                "JobId": call["call_id"],
                "JobGroupId": call["group_id"],
                "InstanceId": account.instance_id,
                "ReferenceId": call["reference"],
                "Status": job["Status"],
                "FailureReason": job.get("JobFailureReason", ""),
                "CalledNumber": call["callee"],
                "Summary": _summary(call, account),
                "Tasks": [_described(call)] if "LatestTask" in job else [],
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


def _job(call: Row, account: VoiceAccount) -> dict[str, Any]:
    ending = End(call["ending"]) if call["ending"] else None
    if ending is None:
        status = "Paused" if call["state"] == "paused" else "Executing"
    elif ending == End.CANCELLED:
        status = "Cancelled"
    else:
        status = "Succeeded" if ending in HEARD else "Failed"
    job: dict[str, Any] = {"Id": call["call_id"], "Status": status, "StatusName": status}
    if ending in NOT_DIALLED:
        return job if ending == End.CANCELLED else {**job, "JobFailureReason": TASK[End(call["ending"])]}
    task = TASK[ending] if ending else "Executing"
    seconds = round(call["ended_at"] - call["answered_at"]) if call["answered_at"] and call["ended_at"] else 0
    job["LatestTask"] = {
        "Status": task,
        "StatusName": task,
        "CallTime": int(call["placed_at"] * 1000),
        "CallDuration": seconds,
        "HasAnswered": ending in HEARD,
        "HangUpDirection": "client" if ending in (End.HUNG_UP, End.REJECTED) else "ivr",
        "Contact": {"PhoneNumber": call["callee"], "ReferenceId": call["reference"]},
        "TagHits": [{"TagGroup": account.intent_tag, "TagName": call["intent"]}] if call["intent"] else [],
        "TaskEndReason": "",
    }
    return job


def _described(call: Row) -> dict[str, Any]:
    spoken = [{"Speaker": "Robot", "Script": call["content"], "Timestamp": int((call["answered_at"] or 0) * 1000)}]
    if call["ending"] in HEARD:
        spoken.append({"Speaker": "Contact", "Script": call["keys"] or "好的", "Timestamp": spoken[0]["Timestamp"]})
    return {
        "TaskId": f"task-{call['call_id']}",
        "JobId": call["call_id"],
        "Status": TASK[End(call["ending"])] if call["ending"] else "Executing",
        "CalledNumber": call["callee"],
        "EndTime": int((call["ended_at"] or 0) * 1000),
        "Conversation": spoken if call["answered_at"] else [],
    }


def _summary(call: Row, account: VoiceAccount) -> list[dict[str, str]]:
    return [{"SummaryName": account.intent_tag, "Content": call["intent"]}] if call["intent"] else []


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
