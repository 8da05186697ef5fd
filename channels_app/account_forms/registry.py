"""The form of each registered provider."""

from channels_app.account_forms import call, others, sms, wechat, wecom
from channels_app.account_forms.fields import AccountForm, Words
from channels_app.providers.errors import UnknownProvider

FORMS: dict[str, AccountForm] = {
    "sms.aliyun": sms.ALIYUN,
    "sms.tencent": sms.TENCENT,
    "sms.yunpian": sms.YUNPIAN,
    "wechat.official": wechat.OFFICIAL,
    "wecom.corp": wecom.CORP,
    "call.aliyun_tts": call.ALIYUN_TTS,
    "call.aliyun_robot": call.ALIYUN_ROBOT,
    "call.robot_http": call.ROBOT_HTTP,
    "email.smtp": others.SMTP,
    "webhook.standard": others.WEBHOOK,
}
NAMES: dict[str, Words] = {
    "sms.aliyun": Words("阿里云短信", "Aliyun SMS"),
    "sms.tencent": Words("腾讯云短信", "Tencent Cloud SMS"),
    "sms.yunpian": Words("云片短信", "Yunpian SMS"),
    "wechat.official": Words("微信公众号 / 小程序", "WeChat official account, mini-program"),
    "wecom.corp": Words("企业微信", "WeCom (enterprise WeChat)"),
    "call.aliyun_tts": Words("阿里云语音通知", "Aliyun voice notification"),
    "call.aliyun_robot": Words("阿里云外呼机器人", "Aliyun outbound robot"),
    "call.robot_http": Words("外呼机器人（HTTP 协议）", "Outbound robot by HTTP"),
    "email.smtp": Words("邮件（SMTP）", "Email by SMTP"),
    "webhook.standard": Words("签名 Webhook", "Signed webhook"),
}


def form_of(provider: str) -> AccountForm:
    """Return what an account of this provider is asked for. Raises UnknownProvider."""
    try:
        return FORMS[provider]
    except KeyError as error:
        raise UnknownProvider(provider) from error
