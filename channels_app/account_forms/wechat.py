from channels_app.account_forms.fields import AccountForm, Callback, Choice, Field, FieldKind, Secret, Words

OFFICIAL = AccountForm(
    base_url="https://api.weixin.qq.com",
    credentials=(
        Field("secret", Words("AppSecret", "AppSecret"), needed=True),
        Field(
            "token",
            Words("服务器配置的 Token", "Token of the server settings"),
            Words(
                "与微信公众平台“服务器配置”里填写的一致。", "The same as in the server settings at WeChat's console."
            ),
            needed=True,
            draw=Secret.TOKEN,
        ),
        Field(
            "encoding_aes_key",
            Words("EncodingAESKey", "EncodingAESKey"),
            Words(
                "43 个字母或数字。填写后只接收加密的回调（安全模式或兼容模式），建议填写。",
                "43 letters and digits. With it only encrypted callbacks are taken (safe or compatible mode): better so.",
            ),
            draw=Secret.AES_KEY,
        ),
    ),
    settings=(
        Field("appid", Words("AppID", "AppID"), needed=True),
        Field(
            "kind",
            Words("账号类型", "Kind of account"),
            kind=FieldKind.CHOICE,
            default="official",
            choices=(
                Choice("official", Words("服务号", "Official account")),
                Choice("mini_program", Words("小程序", "Mini-program")),
            ),
        ),
        Field(
            "kf_account",
            Words("客服账号", "Customer-service account"),
            Words("客服消息以它的名义发出；可不填。", "Customer-service messages come from it; may be left out."),
        ),
    ),
    callbacks=(
        Callback(
            "events",
            Words("服务器地址（URL）", "Server address (URL)"),
            Words(
                "微信公众平台 → 设置与开发 → 基本配置 → 服务器配置。先在这里保存账号，再到微信提交，微信会立即验证；"
                "同时把本机出口 IP 加入白名单。",
                "WeChat's console, development, basic settings, server settings. Save the account here first: WeChat"
                " proves the address at once. Add the IP address of this machine to the allow-list there, too.",
            ),
        ),
    ),
    simulated="/wechat",
)
