"""Email and signed webhooks."""

from channels_app.account_forms.fields import AccountForm, Callback, Field, FieldKind, Secret, Words

SMTP = AccountForm(
    base_url="",
    credentials=(
        Field(
            "username",
            Words("用户名", "User name"),
            Words("不需要登录的中继可不填。", "Neither for a relay that knows this host."),
        ),
        Field("password", Words("密码", "Password")),
    ),
    settings=(
        Field("from_address", Words("发件地址", "Sender's address"), needed=True),
        Field("from_name", Words("发件人名称", "Sender's name")),
        Field(
            "public_url",
            Words("退订页的公开地址", "Public address of the way out"),
            Words(
                "收件人能打开的本系统地址，以 https:// 开头。",
                "Where recipients reach this installation; begins with https://.",
            ),
            needed=True,
        ),
        Field(
            "bounce_domain",
            Words("退信域名", "Domain of bounces"),
            Words("与发件域名不同时填写。", "If it is not the sender's."),
        ),
        Field(
            "starttls",
            Words("本机也要求 TLS", "TLS on this machine, too"),
            kind=FieldKind.SWITCH,
            default=False,
        ),
        Field(
            "answer_seconds",
            Words("等待应答的秒数", "Seconds to wait for an answer"),
            kind=FieldKind.NUMBER,
            default=60,
            least=1,
            most=600,
        ),
    ),
    callbacks=(
        Callback(
            "bounce",
            Words("退信与投诉", "Bounces and complaints"),
            Words(
                "让邮件服务器把 bounce+… 收到的邮件原样 POST 到这里。",
                "Have the mail server POST what comes to bounce+… here, as it came.",
            ),
        ),
    ),
    simulated=None,
)

WEBHOOK = AccountForm(
    base_url="",
    credentials=(
        Field(
            "secret",
            Words("签名密钥", "Signing secret"),
            Words("whsec_ 加上 24–64 字节的 base64。", "whsec_ and the base64 of 24 to 64 bytes."),
            needed=True,
            draw=Secret.SIGNING,
        ),
        Field(
            "previous_secret",
            Words("上一个密钥", "Previous secret"),
            Words("更换期间两个都用来签名。", "While it is there both sign."),
        ),
    ),
    settings=(
        Field(
            "timeout",
            Words("一次调用最多秒数", "Seconds for all of a call"),
            kind=FieldKind.NUMBER,
            default=10,
            least=1,
            most=30,
        ),
    ),
    callbacks=(
        Callback(
            "status",
            Words("状态回报", "Reports of state"),
            Words(
                "交给接收方，用同一密钥签名后 POST。", "For the receiver, which signs its POSTs with the same secret."
            ),
        ),
    ),
    simulated="/webhook/console",
)
