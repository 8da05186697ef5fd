from channels_app.account_forms.fields import AccountForm, Callback, Field, FieldKind, Secret, Words

_CREDENTIALS = (
    Field("access_key_id", Words("AccessKey ID", "AccessKey ID"), needed=True),
    Field("access_key_secret", Words("AccessKey Secret", "AccessKey Secret"), needed=True),
)
_WINDOWS = Field(
    "windows",
    Words("外呼时段", "Hours of calls"),
    Words("只在这些时段拨打，北京时间。", "Calls are made only in these hours, on the clock of Beijing."),
    FieldKind.WINDOWS,
    default=[["08:00", "21:00"]],
)

ALIYUN_TTS = AccountForm(
    base_url="https://dyvmsapi.aliyuncs.com",
    credentials=_CREDENTIALS,
    settings=(
        Field(
            "called_show_number",
            Words("主叫显号", "Number that is shown"),
            Words("留空则使用公共号码池。", "Empty: one of the public pool."),
        ),
        Field("play_times", Words("播放次数", "Times it is read out"), kind=FieldKind.NUMBER, least=1, most=3),
        Field("volume", Words("音量", "Volume"), kind=FieldKind.NUMBER, least=0, most=100),
        Field("speed", Words("语速", "Speed"), kind=FieldKind.NUMBER, least=-500, most=500),
    ),
    callbacks=(
        Callback(
            "report",
            Words("呼叫结果回执（VoiceReport）", "Results of calls (VoiceReport)"),
            Words(
                "阿里云语音服务控制台 → 通用设置 → 回执消息：HTTP 批量推送，填入此地址。",
                "Aliyun voice console, general settings, receipts: HTTP push to this address.",
            ),
        ),
        Callback(
            "progress",
            Words("呼叫中间状态（VoiceCallReport）", "Calls under way (VoiceCallReport)"),
            Words("同一页面：呼叫过程状态。", "On the same page: states of a call under way."),
        ),
    ),
)

ALIYUN_ROBOT = AccountForm(
    base_url="https://outboundbot.cn-shanghai.aliyuncs.com",
    credentials=_CREDENTIALS,
    settings=(
        Field("instance_id", Words("外呼实例 ID", "Id of the robot's instance"), needed=True),
        Field(
            "intent_tag",
            Words("意向标签组", "Tag group of the intent"),
            Words("话术里保存客户意向等级的标签组。", "The script's tag group that holds the grade of intent."),
        ),
        _WINDOWS,
        Field(
            "calling_numbers",
            Words("主叫号码", "Calling numbers"),
            Words("留空则使用实例的全部号码。", "Empty: all of the instance."),
            FieldKind.TEXTS,
        ),
        Field("priority", Words("任务优先级", "Priority of jobs")),
        Field("ringing_seconds", Words("振铃秒数", "Seconds of ringing"), kind=FieldKind.NUMBER, least=1, most=120),
    ),
    # Results come by a message queue at this vendor, so they are asked for.
    callbacks=(),
)

ROBOT_HTTP = AccountForm(
    base_url="",
    credentials=(
        Field(
            "secret",
            Words("签名密钥", "Signing secret"),
            Words(
                "whsec_ 加上 24–64 字节的 base64，双方共用一个。",
                "whsec_ and the base64 of 24 to 64 bytes, for both sides.",
            ),
            needed=True,
            draw=Secret.SIGNING,
        ),
    ),
    settings=(
        Field("account", Words("在服务商处的账号", "Our name at the vendor"), needed=True),
        Field(
            "callback_url",
            Words("随呼叫带去的回调地址", "Callback address that goes with a call"),
            Words("已在服务商后台配置时留空。", "Left empty where it is configured at the vendor."),
        ),
        _WINDOWS,
        Field("zone", Words("时区", "Time zone"), default="Asia/Shanghai"),
    ),
    callbacks=(
        Callback(
            "result",
            Words("通话结果", "Results of calls"),
            Words(
                "交给外呼机器人的服务商，见“外呼机器人 HTTP 协议”。",
                "For the vendor of the robot; see “A call robot by HTTP”.",
            ),
        ),
    ),
    simulated="/robot",
)
