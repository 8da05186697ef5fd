"""A call as a job of Aliyun's outbound robot: in a group's list, in a list of jobs, and described alone."""

from typing import Any

from channels_app.simulator.voice_calls import Row
from channels_app.simulator.voice_config import HEARD, End, VoiceAccount

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


def job_of(call: Row, account: VoiceAccount) -> dict[str, Any]:
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


def listed_of(call: Row, account: VoiceAccount) -> dict[str, Any]:
    """A job in a list: its tasks say when they began and for how long they lasted, not when they ended."""
    job = job_of(call, account)
    described = described_of(call) if "LatestTask" in job else {}
    ended = described.pop("EndTime", 0)
    began = int((call["placed_at"] or 0) * 1000)
    return {
        "JobId": call["call_id"],
        "JobGroupId": call["group_id"],
        "ReferenceId": call["reference"],
        "Status": job["Status"],
        "FailureReason": job.get("JobFailureReason", ""),
        "Summary": summary_of(call, account),
        "Tasks": [{**described, "ActualTime": began, "Duration": max(ended - began, 0) // 1000}]
        if "LatestTask" in job
        else [],
    }


def described_of(call: Row) -> dict[str, Any]:
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


def summary_of(call: Row, account: VoiceAccount) -> list[dict[str, str]]:
    return [{"SummaryName": account.intent_tag, "Content": call["intent"]}] if call["intent"] else []
