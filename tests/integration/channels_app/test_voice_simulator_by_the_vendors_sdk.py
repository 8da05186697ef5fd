"""The vendor's own SDKs for voice notifications and the outbound robot prove the simulator."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from alibabacloud_dyvmsapi20170525.client import Client as VoiceClient
from alibabacloud_dyvmsapi20170525.models import QueryCallDetailByCallIdRequest, SingleCallByTtsRequest
from alibabacloud_outboundbot20191226.client import Client as RobotClient
from alibabacloud_outboundbot20191226.models import (
    AssignJobsRequest,
    CancelJobsRequest,
    CreateJobGroupRequest,
    DescribeJobRequest,
    DownloadRecordingRequest,
    QueryJobsWithResultRequest,
    ResumeJobsRequest,
    SuspendJobsRequest,
)
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config

from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.voice import BY_HAND, KEY, SECRET, act, calls, tell, until

PHONE = "13800000001"
VALUES = json.dumps({"name": "王~*小 明", "time": "A+1"})


def config(url: str, secret: str = SECRET) -> Config:
    return Config(access_key_id=KEY, access_key_secret=secret, endpoint=urlsplit(url).netloc, protocol="http")


def single(**fields: Any) -> SingleCallByTtsRequest:
    wanted = {"called_number": PHONE, "tts_code": "TTS_1", "tts_param": VALUES, "out_id": "abc123def456ghi"}
    return SingleCallByTtsRequest(**{**wanted, **fields})


def detail(call_id: str, prod_id: int = 11010000138001, before_seconds: int = 60) -> QueryCallDetailByCallIdRequest:
    since = int((time.time() - before_seconds) * 1000)
    return QueryCallDetailByCallIdRequest(call_id=call_id, prod_id=prod_id, query_date=since)


@pytest.fixture
def voice(simulator: SimulatorClient, simulator_url: str) -> VoiceClient:
    tell(simulator, "aliyun_tts", KEY)
    return VoiceClient(config(simulator_url))


@pytest.fixture
def robot(simulator: SimulatorClient, simulator_url: str) -> RobotClient:
    tell(simulator, "aliyun_robot", KEY)
    return RobotClient(config(simulator_url))


def group(robot: RobotClient) -> str:
    made = robot.create_job_group(
        CreateJobGroupRequest(instance_id="inst-1", job_group_name="体检", script_id="TTS_1", strategy_json="{}")
    ).body
    assert (made.code, made.success) == ("OK", True)
    return str(made.job_group.job_group_id)


def job(reference: str = "r1", phone: str = PHONE) -> str:
    contact = {"phoneNumber": phone, "referenceId": reference, "name": "王"}
    return json.dumps({"contacts": [contact], "extras": [{"key": "name", "value": "王"}]})


def assign(robot: RobotClient, to: str, *jobs: str) -> Any:
    return robot.assign_jobs(AssignJobsRequest(instance_id="inst-1", job_group_id=to, jobs_json=list(jobs))).body


def listed(robot: RobotClient, of: str, **fields: Any) -> Any:
    wanted = {"instance_id": "inst-1", "job_group_id": of, "page_number": 1, "page_size": 10}
    return robot.query_jobs_with_result(QueryJobsWithResultRequest(**{**wanted, **fields})).body.jobs


def test_a_call_is_made_and_its_record_says_how_it_ended(voice: VoiceClient, simulator: SimulatorClient) -> None:
    answer = voice.single_call_by_tts(single()).body
    assert (answer.code, answer.message) == ("OK", "OK")
    (call,) = until(lambda: [c for c in calls(simulator) if c["state"] == "ended"])
    assert call["content"] == "您好王~*小 明，您预约的A+1的体检请准时到店。"
    record = json.loads(voice.query_call_detail_by_call_id(detail(answer.call_id)).body.data)
    assert (record["state"], record["callee"]) == ("200000", PHONE)


def test_a_record_is_found_from_its_day_only(voice: VoiceClient) -> None:
    call_id = voice.single_call_by_tts(single()).body.call_id
    assert voice.query_call_detail_by_call_id(detail(call_id, before_seconds=-60)).body.data == ""
    assert voice.query_call_detail_by_call_id(detail(call_id, prod_id=1)).body.code == "isv.INVALID_PARAMETERS"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"called_number": "12345"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"called_number": f"{PHONE},13800000002"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"tts_code": "TTS_404"}, "isv.TTS_TEMPLATE_ILLEGAL"),
        ({"tts_param": '{"name": "王"}'}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"tts_param": "{"}, "isv.INVALID_PARAMETERS"),
        ({"tts_param": json.dumps({"name": "a" * 240, "time": "1"})}, "isv.PARAM_LENGTH_LIMIT"),
        ({"tts_param": json.dumps({"name": "http://a.cn", "time": "1"})}, "isv.PARAM_NOT_SUPPORT_URL"),
        ({"out_id": "abc123def456ghij"}, "isv.INVALID_PARAMETERS"),
        ({"out_id": "预约提醒一"}, "OK"),
        ({"out_id": "预约提醒一二"}, "isv.INVALID_PARAMETERS"),
        ({"play_times": 4}, "isv.INVALID_PARAMETERS"),
        ({"called_show_number": "4001112222"}, "isv.DISPLAY_NUMBER_ILLEGAL"),
    ],
)
def test_a_call_is_refused_in_the_vendors_words(voice: VoiceClient, fields: dict[str, Any], code: str) -> None:
    answer = voice.single_call_by_tts(single(**fields))
    assert (answer.status_code, answer.body.code) == (200, code)


def test_a_wrong_secret_is_answered_signature_does_not_match(voice: VoiceClient, simulator_url: str) -> None:
    with pytest.raises(AlibabaCloudException) as error:
        VoiceClient(config(simulator_url, "wrong")).single_call_by_tts(single())
    assert error.value.code == "SignatureDoesNotMatch"


def test_one_number_is_called_three_times_in_five_minutes(voice: VoiceClient, simulator: SimulatorClient) -> None:
    tell(simulator, "aliyun_tts", KEY, limits={"per_5_minutes": 3, "per_day": 5})
    for _ in range(4):
        assert voice.single_call_by_tts(single()).body.code == "OK"
    endings = until(lambda: len(e := [c["ending"] for c in calls(simulator) if c["ending"]]) == 4 and e)
    assert sorted(endings) == ["completed", "completed", "completed", "too_often"]


def test_outside_the_vendors_hours_nobody_is_dialled(voice: VoiceClient, simulator: SimulatorClient) -> None:
    tell(simulator, "aliyun_tts", KEY, hours=("00:00", "00:00"))
    voice.single_call_by_tts(single())
    (call,) = calls(simulator)
    assert (call["ending"], call["answered_at"]) == ("out_of_hours", None)


def test_a_job_is_assigned_called_and_asked_about(robot: RobotClient, simulator: SimulatorClient) -> None:
    tell(simulator, "aliyun_robot", KEY, **BY_HAND)
    to = group(robot)
    answer = assign(robot, to, job("r1"), job("r2", "13800000002"))
    assert (answer.code, len(answer.jobs_id)) == ("OK", 2)
    first, _ = calls(simulator)
    act(simulator, first, "answer")
    act(simulator, first, "intent", intent="B")
    act(simulator, first, "hang_up")
    rows = {row.latest_task.contact.reference_id: row for row in listed(robot, to).list}
    assert {reference: row.status for reference, row in rows.items()} == {"r1": "Succeeded", "r2": "Executing"}
    task = rows["r1"].latest_task
    assert (task.status, task.has_answered, task.hang_up_direction) == ("SucceededClientHangUp", True, "client")
    assert [(hit.tag_group, hit.tag_name) for hit in task.tag_hits] == [("意向等级", "B")]
    described = robot.describe_job(DescribeJobRequest(instance_id="inst-1", job_id=rows["r1"].id)).body.job
    assert (described.reference_id, described.tasks[0].conversation[-1].speaker) == ("r1", "Contact")
    heard = robot.download_recording(DownloadRecordingRequest(instance_id="inst-1", task_id=described.tasks[0].task_id))
    assert heard.body.download_params.signature_url.endswith(".wav")


def test_jobs_are_paged(robot: RobotClient) -> None:
    to = group(robot)
    assign(robot, to, *(job(f"r{n}", f"138{n:08}") for n in range(5)))
    first, last = listed(robot, to, page_size=2), listed(robot, to, page_size=2, page_number=3)
    assert (first.row_count, first.page_count, len(first.list), len(last.list)) == (5, 3, 2, 1)


def test_a_call_takes_ninety_nine_jobs_all_or_none(robot: RobotClient, simulator: SimulatorClient) -> None:
    to = group(robot)
    answer = assign(robot, to, *(job(f"r{n}", f"138{n:08}") for n in range(100)))
    assert (answer.success, answer.code) == (False, "Parameter.JobsJson")
    assert assign(robot, to, job(), job("r2", "1")).code == "Parameter.PhoneNumber"
    assert calls(simulator) == []


def test_jobs_are_suspended_resumed_and_cancelled_by_our_reference(
    robot: RobotClient, simulator: SimulatorClient
) -> None:
    tell(simulator, "aliyun_robot", KEY, **BY_HAND)
    to = group(robot)
    assign(robot, to, job("r1"), job("r2", "13800000002"))
    chosen = {"instance_id": "inst-1", "all": False, "job_reference_id": ["r1"]}
    robot.suspend_jobs(SuspendJobsRequest(**chosen))
    assert [call["state"] for call in calls(simulator)] == ["paused", "ringing"]
    robot.cancel_jobs(CancelJobsRequest(**chosen))
    robot.resume_jobs(ResumeJobsRequest(**chosen))
    assert [(call["state"], call["ending"]) for call in calls(simulator)] == [("ended", "cancelled"), ("ringing", "")]
    assert [row.status for row in listed(robot, to).list] == ["Cancelled", "Executing"]


def test_a_group_or_an_instance_that_does_not_exist_is_refused(robot: RobotClient) -> None:
    assert assign(robot, "gone", job()).code == "JobGroupNotExist"
    wrong = CreateJobGroupRequest(instance_id="other", job_group_name="x", script_id="TTS_1")
    assert robot.create_job_group(wrong).body.code == "InstanceNotExist"
