"""Why a row was not taken, in the words of whoever reads the error file."""

from typing import Final

# Code → (English, Chinese).
REASONS: Final[dict[str, tuple[str, str]]] = {
    "identities_required": ("The row has no identity: nobody is named.", "该行没有任何身份标识，无法对应到人。"),
    "invalid_identity": ("This identity has no valid form.", "身份标识格式不正确。"),
    "invalid_identity_type": ("There is no such type of identity.", "没有这种身份类型。"),
    "invalid_phone": ("This is not a phone number.", "不是有效的电话号码。"),
    "invalid_email": ("This is not an email address.", "不是有效的邮箱地址。"),
    "digits_lost": ("A spreadsheet has rounded this long number; store the column as text.", "长数字已被表格软件改成科学计数法并丢失末位，请将该列设为文本。"),
    "invalid_number": ("This is not a number.", "不是有效的数字。"),
    "number_too_large": ("The number has more digits than can be kept exactly; take the column as text.", "数字位数过多，无法精确保存，请将该列设为文本。"),
    "invalid_boolean": ("This is neither yes nor no.", "不是“是”或“否”。"),
    "invalid_date": ("This is not a date.", "不是有效的日期。"),
    "impossible_date": ("There is no such day or time.", "日期或时间不存在。"),
    "ambiguous_date": ("The date can be read in two ways; say its format.", "日期有两种读法，请指定日期格式。"),
    "invalid_consent": ("A consent is yes or no.", "授权应为“是”或“否”。"),
    "invalid_tag": ("A tag's name is too long, or there are too many.", "标签名过长或标签过多。"),
    "invalid_tag_value": ("A tag's value is too long.", "标签值过长。"),
    "attributes_too_large": ("The person would have more attributes or tags than are kept.", "此人的属性或标签超过上限。"),
    "cell_too_large": ("A cell is larger than is taken.", "单元格内容过大。"),
    "too_many_cells": ("The row has more cells than the header; perhaps a delimiter is not quoted.", "该行的列数多于表头，可能有未加引号的分隔符。"),
    "unclosed_quote": ("A quotation mark is not closed.", "引号没有闭合。"),
    "invalid_encoding": ("The row is not written in the file's encoding.", "该行的字符编码与文件不一致。"),
    "nul_character": ("The row has a NUL character.", "该行含有空字符（NUL）。"),
    "spreadsheet_error": ("The cell holds an error of the spreadsheet.", "单元格是表格公式的错误值。"),
    "occurred_at_required": ("The row does not say when it happened.", "该行没有发生时间。"),
    "invalid_name": ("The event has no valid name.", "事件名不正确。"),
    "invalid_event_id": ("The event's id is too long.", "事件 ID 过长。"),
    "invalid_instant": ("This is not a time.", "不是有效的时间。"),
    "properties_too_large": ("The event has more properties than are kept.", "事件属性超过上限。"),
    "person_erased": ("The person was erased at their request; nothing is taken for them for a time.", "此人已依请求删除，在规定期限内不再接收其数据。"),
    "not_storable": ("The database cannot store a value of the row.", "该行有数据库无法保存的值。"),
}  # fmt: skip


def reason(code: str, *, chinese: bool) -> str:
    texts = REASONS.get(code)
    return code if texts is None else texts[chinese]
