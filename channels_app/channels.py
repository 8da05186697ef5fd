"""Which identities of a person each channel can use as an address, in order."""

IDENTITY_TYPES: dict[str, tuple[str, ...]] = {
    "sms": ("phone",),
    "call": ("phone",),
    "email": ("email",),
    "wechat_template": ("wechat_openid",),
    "wechat_service": ("wechat_openid",),
    "wechat_subscribe": ("wechat_openid", "wechat_mini_openid"),
    "wecom_app": ("wecom_userid",),
    "wecom_customer": ("wecom_external_userid",),
    "webhook": ("user_id", "member_id", "phone", "email"),
}


def identity_types(channel: str) -> tuple[str, ...]:
    """Return the identity types of a channel; one that is not known has addresses of its own name."""
    return IDENTITY_TYPES.get(channel, (channel,))
