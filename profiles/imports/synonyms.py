"""What headers mean, in Chinese and English, and what shapes of values mean where a header says nothing."""

import re
from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from profiles.imports.dates import Unreadable, read_date, read_instant
from profiles.imports.values import number

Target = dict[str, Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def _identity(type_: str) -> Target:
    return {"target": "identity", "key": type_}


def _attribute(key: str, type_: str = "text") -> Target:
    return {"target": "attribute", "key": key, "type": type_}


_PEOPLE: Final[list[tuple[str, Target]]] = [
    (
        "手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 phone mobile tel telephone phonenumber mobilephone cellphone",
        _identity("phone"),
    ),
    ("邮箱 电子邮箱 电子邮件 邮件 邮件地址 email mail emailaddress", _identity("email")),
    ("会员号 会员编号 会员id 会员卡号 卡号 memberid memberno member membernumber cardno", _identity("member_id")),
    ("用户id 用户编号 客户id 客户编号 userid uid customerid", _identity("user_id")),
    ("openid 微信openid wechatopenid wxopenid", _identity("wechat_openid")),
    ("unionid 微信unionid wechatunionid wxunionid", _identity("wechat_unionid")),
    ("外部联系人id 企微客户id externaluserid wecomexternaluserid", _identity("wecom_external_userid")),
    ("京东pin jdpin pin", _identity("jd_pin")),
    ("设备 设备id device deviceid", _identity("device")),
    ("姓名 名字 客户姓名 会员姓名 name fullname customername", _attribute("name")),
    ("昵称 微信昵称 nickname nick", _attribute("nickname")),
    ("性别 gender sex", _attribute("gender")),
    ("生日 出生日期 birthday birthdate dateofbirth dob", _attribute("birthday", "date")),
    ("年龄 age", _attribute("age", "number")),
    ("城市 市 所在城市 city", _attribute("city")),
    ("省 省份 省市 province state region", _attribute("province")),
    ("国家 country", _attribute("country")),
    ("地址 详细地址 address", _attribute("address")),
    ("会员等级 等级 level memberlevel tier", _attribute("level")),
    ("积分 会员积分 points", _attribute("points", "number")),
    ("余额 balance", _attribute("balance", "number")),
    (
        "注册时间 入会时间 注册日期 registeredat signupdate joindate joinedat createdat",
        _attribute("registered_at", "instant"),
    ),
    ("门店 所属门店 店铺 store shop", _attribute("store")),
    ("时区 timezone tz", _attribute("timezone")),
    ("语言 language lang locale", _attribute("language")),
    ("标签 客户标签 tags tag labels", {"target": "tags"}),
    ("短信同意 短信授权 接收短信 smsconsent smsoptin", {"target": "consent", "channel": "sms", "purpose": "marketing"}),
    ("邮件同意 邮件授权 emailconsent emailoptin", {"target": "consent", "channel": "email", "purpose": "marketing"}),
    ("同意时间 授权时间 consentat consentdate", {"target": "consent_at"}),
]
_EVENTS: Final[list[tuple[str, Target]]] = [
    ("事件 事件名 事件名称 event eventname", {"target": "event_name"}),
    ("事件id 订单号 订单编号 流水号 eventid orderid orderno messageid", {"target": "event_id"}),
    ("时间 发生时间 事件时间 下单时间 支付时间 付款时间 日期 occurredat time timestamp date datetime paidat orderedat createdat", {"target": "occurred_at"}),
]  # fmt: skip
_NOISE = re.compile(r"[\s_\-./:：()（）*]+")
_MOBILE = re.compile(r"(\+?86)?[- ]?1[3-9]\d[- ]?\d{4}[- ]?\d{4}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_OPENID = re.compile(r"o[A-Za-z0-9_-]{27}", re.ASCII)
_KEY = re.compile(r"[^\w]+")


def _table(entries: list[tuple[str, Target]]) -> dict[str, Target]:
    return {word: target for words, target in entries for word in words.split()}


_BY_KIND: Final = {"people": _table(_PEOPLE), "events": _table(_PEOPLE) | _table(_EVENTS)}


def suggest(kind: str, header: str, samples: Sequence[str]) -> Target:
    """What a column probably is. A header that is known decides, then its values; else it is an attribute of its name."""
    found = _BY_KIND[kind].get(_NOISE.sub("", header).lower())
    if found is None:
        found = _by_shape(samples)
    if found is None or (kind == "events" and found["target"] not in {"identity", *_OF_EVENTS}):
        return _other(kind, header, samples, found)
    return _with_format(dict(found), samples)


_OF_EVENTS = frozenset({"event_name", "event_id", "occurred_at"})


def _by_shape(samples: Sequence[str]) -> Target | None:
    filled = [sample.strip() for sample in samples if sample.strip()]
    for pattern, type_ in ((_MOBILE, "phone"), (_EMAIL, "email"), (_OPENID, "wechat_openid")):
        if filled and all(pattern.fullmatch(sample) for sample in filled):
            return _identity(type_)
    return None


def _other(kind: str, header: str, samples: Sequence[str], found: Target | None) -> Target:
    key = (found or {}).get("key") or _KEY.sub("_", header.strip().lower()).strip("_")[:100]
    if not key:
        return {"target": "ignore"}
    target = {"target": "property" if kind == "events" else "attribute", "key": key, "type": type_of(samples)}
    return _with_format(target, samples)


def type_of(samples: Sequence[str]) -> str:
    """The narrowest type that all samples have; a text if there are none. Codes such as 00123 stay texts."""
    filled = [sample for sample in samples if sample.strip()]
    if not filled:
        return "text"
    if all(_is(sample, number) for sample in filled):
        codes = any(re.fullmatch(r"0\d+|\d{11,}", sample.strip()) for sample in filled)
        return "text" if codes else "number"
    if all(sample.strip().lower() in {"true", "false", "是", "否", "yes", "no"} for sample in filled):
        return "boolean"
    if all(_looks_dated(sample) for sample in filled):
        return "instant" if any(":" in sample or "时" in sample for sample in filled) else "date"
    return "text"


def _with_format(target: Target, samples: Sequence[str]) -> Target:
    """Say which dates these are, where the samples show it."""
    dated = target["target"] in {"occurred_at", "consent_at"} or target.get("type") in {"date", "instant"}
    filled = [sample for sample in samples if sample.strip()]
    if dated and filled:
        for form in ("auto", "dmy", "mdy", "excel"):
            if all(_is(sample, lambda one, form=form: read_instant(one, form, SHANGHAI)) for sample in filled):
                # Days of 03/04/2024 read both ways: whoever maps them must say which.
                only = form if form in {"auto", "excel"} else None
                return target | ({"format": only} if only else {})
    return target


def _looks_dated(sample: str) -> bool:
    try:
        read_date(sample)
    except Unreadable as error:
        return error.code == "ambiguous_date" and not re.fullmatch(r"[\d.]+", sample.strip())
    return True


def _is(sample: str, reader: Any) -> bool:
    try:
        reader(sample)
    except Unreadable:
        return False
    return True
