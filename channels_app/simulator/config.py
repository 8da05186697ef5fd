"""What the simulator can be told: how an access key is set up, and how to misbehave."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Strict):
    """Messages one number may receive in rolling windows; 0 is no limit."""

    per_minute: Count = 0
    per_hour: Count = 0
    per_day: Count = 0


class AccessKey(Strict):
    """An Aliyun account: its secret, what it has had approved, and where its callbacks go.

    `templates` maps a TemplateCode to its text. `retry_scale` stretches the vendor's 1, 5 and 10 minutes between
    repetitions of a callback, `delivery_ms` is how long a message takes to reach the phone.
    """

    secret: str
    signs: tuple[str, ...] = ()
    templates: dict[str, str] = {}
    report_url: str = ""
    up_url: str = ""
    qps: Count = 0
    limits: Limits = Limits()
    delivery_ms: Count = 200
    retry_scale: Annotated[float, Field(ge=0)] = 1.0


class Faults(Strict):
    """Switches of misbehaviour; a rate is the share of calls (or of messages) it strikes."""

    latency_ms: Count = 0
    http_500_rate: Rate = 0
    http_503_rate: Rate = 0
    timeout_after_accept_rate: Rate = 0
    throttle_rate: Rate = 0
    duplicate_callback_rate: Rate = 0
    late_callback_ms: Count = 0
    reorder_callbacks: bool = False
    fail_delivery_rate: Rate = 0


class Reply(Strict):
    content: Annotated[str, Field(min_length=1, max_length=500)]
