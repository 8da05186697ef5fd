"""The demo journey: register, wait, split by city, A/B, SMS, wait for an order, second SMS, conversion."""

from typing import Any

REGISTERED = "user_registered"
ORDER = "order_paid"
CITIES = ("上海", "北京", "杭州", "成都")


def demo_graph(account: str) -> dict[str, Any]:
    """The graph, whose sends go through `account` (its key). Waits are short, so that the numbers move while one looks."""
    hello = {"name": "{{ profile.name | default: '朋友' }}"}
    cities = [_city("shanghai", "上海"), _city("beijing", "北京")]
    test = {"variants": _variants("a", "b"), "assign": "profile", "control": "a"}
    order = {"any": [{"id": "ordered", "event": ORDER}], "timeout": "PT2M"}
    nodes = [
        _node("trigger", "trigger", "客户注册", (0, 260), {"kind": "event", "event": REGISTERED}),
        _node("wait", "wait", "稍等片刻", (310, 260), {"for": "PT10S"}),
        _node("city", "split", "按城市分流", (620, 230), {"branches": cities}),
        _node("ab", "ab", "欢迎语 A/B", (930, 100), test),
        _node("sms_a", "send", "欢迎短信 A", (1240, -80), _send(account, "welcome_a", hello)),
        _node("sms_b", "send", "欢迎短信 B", (1240, 170), _send(account, "welcome_b", {"city": "{{ profile.city }}"})),
        _node("sms_other", "send", "欢迎短信", (1240, 420), _send(account, "welcome_a", hello)),
        _node("order", "wait_event", "等待下单", (1570, 190), order),
        _node("sms_reminder", "send", "权益提醒短信", (1890, 300), _send(account, "benefit_reminder", {"days": "3"})),
        _node("goal", "goal", "记为转化", (1890, 100), {"goal": "first_order"}),
        _node("bye", "exit", "结束", (2210, 200), {"reason": "finished"}),
    ]
    edges = [
        ("trigger", "next", "wait"),
        ("wait", "next", "city"),
        ("city", "shanghai", "ab"),
        ("city", "beijing", "ab"),
        ("city", "else", "sms_other"),
        ("ab", "a", "sms_a"),
        ("ab", "b", "sms_b"),
        ("sms_a", "next", "order"),
        ("sms_b", "next", "order"),
        ("sms_other", "next", "order"),
        ("order", "ordered", "goal"),
        ("order", "timeout", "sms_reminder"),
        ("goal", "next", "bye"),
        ("sms_reminder", "next", "bye"),
    ]
    return {
        "schema_version": 1,
        "nodes": nodes,
        "edges": [
            {"id": f"e{number}", "source": source, "outcome": outcome, "target": target}
            for number, (source, outcome, target) in enumerate(edges, start=1)
        ],
        "settings": {
            "entry": {"reentry": {"mode": "never"}},
            "goals": [
                {
                    "id": "first_order",
                    "name": "首单",
                    "event": ORDER,
                    "window": "P7D",
                    "value": "amount",
                    "primary": True,
                }
            ],
            "quiet_hours": {"from": "21:00", "to": "08:00", "policy": "hold"},
            "timezone": "profile",
        },
    }


def _node(node_id: str, kind: str, name: str, place: tuple[int, int], config: dict[str, Any]) -> dict[str, Any]:
    position = {"x": place[0], "y": place[1]}
    return {"id": node_id, "type": kind, "name": name, "config": config, "position": position}


def _city(branch: str, city: str) -> dict[str, Any]:
    return {"id": branch, "name": city, "rule": {"op": "attribute", "key": "city", "cmp": "eq", "value": city}}


def _variants(*ids: str) -> list[dict[str, Any]]:
    return [{"id": variant, "name": f"文案 {variant.upper()}", "weight": 100 / len(ids)} for variant in ids]


def _send(account: str, template: str, params: dict[str, str]) -> dict[str, Any]:
    return {
        "channel": "sms",
        "account": account,
        "template": template,
        "params": params,
        # A service message: it needs no marketing consent and goes out at night too, so the tour always works.
        "purpose": "service",
        "on_blocked": "continue",
    }
