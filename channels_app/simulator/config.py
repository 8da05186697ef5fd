"""What the simulator can be told: how an access key is set up, and how to misbehave."""

from typing import Annotated, Literal

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


class Review(Strict):
    """How a template or a signature stands with the vendor's reviewers, and what a template was submitted as."""

    state: Literal["approved", "pending", "rejected"] = "approved"
    reason: str = ""
    name: str = ""
    kind: Literal["otp", "notice", "marketing"] = "notice"


class AccessKey(Strict):
    """An account at an SMS vendor: its secret, what it has had reviewed, and where its callbacks go.

    `templates` maps a template's code to its text. What has no entry in `reviews` and `sign_reviews` is approved.
    `apps` are Tencent Cloud's SmsSdkAppIds. `blacklist` are numbers (11 digits) that want nothing. `ips`
    are the addresses that may call; empty: all may. `retry_scale`
    stretches the vendor's 1, 5 and 10 minutes between repetitions of a callback, `delivery_ms` is how long a message
    takes to reach the phone. `most_in_variable` and `marketing_hours`, on the clock of Shanghai, bind Tencent Cloud's.
    """

    vendor: Literal["aliyun", "tencent"] = "aliyun"
    secret: str
    apps: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    templates: dict[str, str] = {}
    reviews: dict[str, Review] = {}
    sign_reviews: dict[str, Review] = {}
    blacklist: tuple[str, ...] = ()
    most_in_variable: Count = 6
    marketing_hours: tuple[int, int] = (8, 22)
    ips: tuple[str, ...] = ()
    report_url: str = ""
    up_url: str = ""
    qps: Count = 0
    limits: Limits = Limits()
    delivery_ms: Count = 200
    retry_scale: Annotated[float, Field(ge=0)] = 1.0

    def review_of_template(self, code: str) -> Review:
        return self.reviews.get(code, Review())

    def review_of_sign(self, name: str) -> Review:
        return self.sign_reviews.get(name, Review())


class Faults(Strict):
    """Switches of misbehaviour; a rate is the share of calls (or of messages) it strikes.

    `partial_failure_rate`: recipients whom an answer refuses while it takes the rest of its call, of vendors that
    answer for each. `corrected_receipt_rate`: calls whose end is reported, and then reported otherwise.
    """

    latency_ms: Count = 0
    http_500_rate: Rate = 0
    http_503_rate: Rate = 0
    timeout_after_accept_rate: Rate = 0
    throttle_rate: Rate = 0
    duplicate_callback_rate: Rate = 0
    late_callback_ms: Count = 0
    reorder_callbacks: bool = False
    fail_delivery_rate: Rate = 0
    partial_failure_rate: Rate = 0
    corrected_receipt_rate: Rate = 0


class Reply(Strict):
    content: Annotated[str, Field(min_length=1, max_length=500)]
