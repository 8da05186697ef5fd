from channels_app.account_forms.fields import AccountForm, Callback, Choice, Field, FieldKind, Secret, Words

CORP = AccountForm(
    base_url="https://qyapi.weixin.qq.com",
    credentials=(
        Field("corp_secret", Words("应用 Secret", "Secret of the app"), needed=True),
        Field(
            "contact_secret",
            Words("客户联系 Secret", "Secret of customer contacts"),
            Words(
                "企业仍有“客户联系”专用 Secret 时填写；否则用应用的，并把应用列入“可调用接口的应用”。",
                "Where the corporation still has one; else the app's is used, which must be among the apps that may"
                " call the interface.",
            ),
        ),
        Field(
            "callback_token",
            Words("回调 Token", "Token of callbacks"),
            Words("没有它和下一项，所有回调都会被拒绝。", "Without it and the next one every callback is refused."),
            draw=Secret.TOKEN,
        ),
        Field(
            "encoding_aes_key",
            Words("回调 EncodingAESKey", "EncodingAESKey of callbacks"),
            Words("43 个字母或数字。", "43 letters and digits."),
            draw=Secret.AES_KEY,
        ),
    ),
    settings=(
        Field("corp_id", Words("企业 ID", "Corporation id"), Words("以 ww 开头。", "Begins with ww."), needed=True),
        Field(
            "agent_id",
            Words("应用 AgentId", "AgentId of the app"),
            kind=FieldKind.NUMBER,
            needed=True,
            least=0,
        ),
        Field(
            "language",
            Words("员工任务通知的语言", "Language of staff tasks' notices"),
            kind=FieldKind.CHOICE,
            default="zh",
            choices=(Choice("zh", Words("中文", "Chinese")), Choice("en", Words("英文", "English"))),
        ),
    ),
    callbacks=(
        Callback(
            "event",
            Words("接收事件的 URL", "URL that receives events"),
            Words(
                "企业微信管理后台 → 客户联系 → API → 接收事件服务器（应用的“接收消息”也填它）。先在这里保存账号，"
                "企业微信会立即验证。",
                "WeCom's console, customer contacts, API, event server (and the app's messages). Save the account here"
                " first: WeCom proves the address at once.",
            ),
        ),
    ),
    simulated="/wecom",
)
