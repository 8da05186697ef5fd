from channels_app.account_forms.fields import AccountForm, Callback, Field, FieldKind, Words
from channels_app.providers.sms import content

_SIGN_NAME = Field(
    "sign_name",
    Words("短信签名", "Signature"),
    Words(
        "服务商审核通过的签名，2–12 个汉字、字母或数字，不带【】。",
        "As the vendor approved it: 2 to 12 Chinese characters, letters or digits, without 【】.",
    ),
    needed=True,
)
_LINK_DOMAIN = Field(
    "link_domain",
    Words("短链接域名", "Domain of short links"),
    Words("指向本系统的域名，例如 s.example.cn。", "A domain that leads to this installation, e.g. s.example.cn."),
)


def _variable_length(usual: int) -> Field:
    return Field(
        "variable_length",
        Words("单个变量最长字数", "Longest value of a variable"),
        Words("服务商为账号开通的上限。", "As the vendor has opened it for the account."),
        FieldKind.NUMBER,
        default=usual,
        least=1,
        most=500,
    )


def _access_key(name: str, label: str) -> Field:
    return Field(name, Words(label, label), needed=True)


ALIYUN = AccountForm(
    base_url="https://dysmsapi.aliyuncs.com",
    credentials=(
        _access_key("access_key_id", "AccessKey ID"),
        _access_key("access_key_secret", "AccessKey Secret"),
    ),
    settings=(_SIGN_NAME, _LINK_DOMAIN, _variable_length(content.ALIYUN.most_in_variable)),
    callbacks=(
        Callback(
            "report",
            Words("短信发送回执（SmsReport）", "Delivery reports (SmsReport)"),
            Words(
                "阿里云短信控制台 → 通用设置 → 国内消息设置：开启短信回执推送，填入此地址。",
                "Aliyun SMS console, general settings, domestic messages: switch on report pushes to this address.",
            ),
        ),
        Callback(
            "up",
            Words("上行短信（SmsUp）", "Replies of people (SmsUp)"),
            Words(
                "同一页面的“上行短信”推送；退订回复由此进来。",
                "On the same page, push of upstream messages; opt-outs come in here.",
            ),
        ),
    ),
)

TENCENT = AccountForm(
    base_url="https://sms.tencentcloudapi.com",
    credentials=(_access_key("secret_id", "SecretId"), _access_key("secret_key", "SecretKey")),
    settings=(
        _SIGN_NAME,
        Field(
            "sdk_app_id",
            Words("短信应用 SdkAppId", "SdkAppId of the SMS application"),
            Words("一串数字。", "A text of digits."),
            needed=True,
        ),
        _LINK_DOMAIN,
        _variable_length(6),
        Field("region", Words("地域", "Region"), default="ap-guangzhou"),
    ),
    callbacks=(
        Callback(
            "status",
            Words("短信下发状态通知", "Status of what was sent"),
            Words(
                "腾讯云短信控制台 → 应用管理 → 应用的事件回调：短信下发状态。",
                "Tencent Cloud SMS console, the application's event callbacks: status of sent messages.",
            ),
        ),
        Callback(
            "reply",
            Words("短信回复通知", "Replies of people"),
            Words("同一页面：短信回复；退订回复由此进来。", "On the same page: replies; opt-outs come in here."),
        ),
    ),
)

YUNPIAN = AccountForm(
    base_url="https://sms.yunpian.com",
    credentials=(Field("apikey", Words("APIKEY", "APIKEY"), needed=True),),
    settings=(_SIGN_NAME,),
    callbacks=(
        Callback(
            "report",
            Words("状态报告推送", "Delivery reports"),
            Words(
                "云片控制台 → 系统设置 → 数据推送与获取：状态报告。",
                "Yunpian console, system settings, data push: delivery reports.",
            ),
        ),
        Callback(
            "reply",
            Words("上行短信推送", "Replies of people"),
            Words("同一页面：上行短信；退订回复由此进来。", "On the same page: replies; opt-outs come in here."),
        ),
    ),
    simulated="/yunpian",
)
