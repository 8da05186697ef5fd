"""What Aliyun's outbound robot says of a job: its states and how they end in Zhitu's words.

https://help.aliyun.com/zh/outboundbot/developer-reference/api-outboundbot-2019-12-26-describejob
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels_app.providers.base import Open
from channels_app.providers.call import results
from channels_app.providers.call.results import intent_result, outcome_of
from channels_app.providers.inbound import ProviderReceipt

FINISHED = frozenset({"Succeeded", "Failed", "Cancelled"})
RESULT_OF_TASK = {
    "NoAnswer": results.NO_ANSWER,
    "NotExist": results.INVALID,
    "Busy": results.BUSY,
    "Cancelled": results.CANCELLED,
    "Failed": results.ERROR,
    "NotConnected": results.UNREACHABLE,
    "PoweredOff": results.POWERED_OFF,
    "OutOfService": results.SUSPENDED,
    "InArrears": results.SUSPENDED,
    "EmptyNumber": results.INVALID,
    "PerDayCallCountLimit": results.RESTRICTED,
    "ContactBlockList": results.RESTRICTED,
    "CallerNotRegistered": results.RESTRICTED,
    "Terminated": results.CANCELLED,
    "VerificationCancelled": results.CANCELLED,
    "OutOfServiceNoCall": results.SUSPENDED,
    "InArrearsNoCall": results.SUSPENDED,
    "CallingNumberNotExist": results.RESTRICTED,
    "HighRiskSipCode": results.RESTRICTED,
}
MOST_SUMMARY = 500


def result_of(job: Mapping[str, Any], intent: str) -> str:
    """Return how a finished job ended. A job that was never dialled has no task, only a reason."""
    task = job.get("LatestTask") or {}
    status = str(task.get("Status") or job.get("JobFailureReason") or "")
    if status.startswith("Succeeded") or (not status and job.get("Status") == "Succeeded"):
        return intent_result(intent) if intent else results.ANSWERED
    if job.get("Status") == "Cancelled" and not task:
        return results.CANCELLED
    return RESULT_OF_TASK.get(status, results.ERROR)


def intent_of(tags: Mapping[str, str], intent_tag: str) -> str:
    """Return the grade that a script's tag group for intents holds, "" without one."""
    return tags.get(intent_tag, "")


def tags_of(job: Mapping[str, Any]) -> dict[str, str]:
    hits = (job.get("LatestTask") or {}).get("TagHits") or []
    return {str(hit.get("TagGroup")): str(hit.get("TagName")) for hit in hits}


def receipt_of(
    message: Open, job: Mapping[str, Any], detail: Mapping[str, Any], recording: str, intent_tag: str, now: datetime
) -> ProviderReceipt:
    """Return the receipt of a finished job, with what was said, how many rounds, and where it can be heard."""
    task = job.get("LatestTask") or {}
    summaries = {str(s.get("SummaryName")): str(s.get("Content")) for s in detail.get("Summary") or []}
    tags = {**summaries, **tags_of(job)}
    intent = intent_of(tags, intent_tag)
    result = result_of(job, intent)
    status = str(task.get("Status") or job.get("JobFailureReason") or job.get("Status"))
    tasks = detail.get("Tasks") or []
    talk = (tasks[-1].get("Conversation") or []) if tasks else []
    ended = _ended_at(tasks[-1]) if tasks else 0
    return ProviderReceipt(
        dedup_key=f"job:{job['Id']}:{status}:{intent}",
        attempt=message.attempt,
        provider_id=message.provider_id,
        address=message.address,
        outcome=outcome_of(result),
        code=status,
        detail=str(task.get("TaskEndReason") or ""),
        reported_at=datetime.fromtimestamp(ended / 1000, UTC) if ended else now,
        payload={
            "job_id": job["Id"],
            "job_status": job.get("Status"),
            "task_status": status,
            "intent": intent,
            "tags": tags,
            "seconds": task.get("CallDuration"),
            "hung_up_by": task.get("HangUpDirection"),
            "rounds": sum(1 for line in talk if line.get("Speaker") == "Contact"),
            "recording_url": recording,
            "summary": " ".join(summaries.values())[:MOST_SUMMARY],
        },
        message_id=message.message_id,
        result=result,
    )


def _ended_at(task: Mapping[str, Any]) -> int:
    """Return when a try ended, in milliseconds since 1970; a list of jobs says only when it began and how long it took."""
    if task.get("EndTime"):
        return int(task["EndTime"])
    return int(task["ActualTime"]) + int(task.get("Duration") or 0) * 1000 if task.get("ActualTime") else 0
