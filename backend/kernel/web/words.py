"""What is wrong with a field, in Chinese; the English words come from whoever refuses it. By code, the same everywhere."""

from collections.abc import Mapping
from typing import Any

GENERAL = "内容不符合要求"
_WORDS = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段",
    "query.unknown": "没有这个查询参数",
    "repeated": "只能出现一次",
    "unfit": "与其他字段不相符",
    "type": "内容的类型不对",
    "too_deep": "嵌套过深或内容过多",
    "too_long": "数量过多,最多 {max_length} 项",
    "too_short": "数量不足,至少 {min_length} 项",
    "string_type": "应为文字",
    "string_blank": "不能为空白",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "格式不正确",
    "text.control_character": "含有不允许的字符",
    "text.not_nfc": "文字未按 Unicode NFC 规范化",
    "uuid_parsing": "应为 RFC 9562 的 UUID",
    "datetime_parsing": "应为带时区的 RFC 3339 时间",
    "datetime_range": "应在 2000 至 2100 年之间",
    "date_parsing": "应为 YYYY-MM-DD 的有效日期",
    "date_range": "应在 2000 至 2100 年之间",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "number.not_finite": "应为有限的数",
    "number.out_of_range": "数值超出范围",
    "greater_than_equal": "不得小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "不得大于 {le}",
    "less_than": "应小于 {lt}",
    "literal_error": "只能是以下之一:{expected}",
    "enum": "只能是以下之一:{expected}",
    "list_type": "应为数组",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "photo_twice": "同一张照片写了两次",
    "location.incomplete": "经度和纬度须同时提供",
    "numbers": "应为以逗号分隔的数字",
    "numbers_range": "数字个数不对,或不是地球上的位置",
    "note_required": "不同意须说明理由",
    "metadata.too_long": "内容过长",
    "metadata.malformed": "不是 tus 的“名称 Base64值”列表",
    "cursor.invalid": "不是本列表给出的游标",
    "key.invalid": "应为 1 至 200 个可见字符",
    "inbox.bad_since": "请原样送回上次答复中的 since",
    "region.unknown": "没有这个区域或网格",
    "industry.unknown": "应为行业代码,如 C3443",
    "uscc.invalid": "请核对 18 位统一社会信用代码",
    "period.backwards": "开始日期不能晚于结束日期",
    "thresholds_overlap": "应低于 {better} 的分数线",
    "days_backwards": "不得短于 fatal_recent 的天数",
    "unreachable": "绿色分数线加滞后分不得超过 100",
    "not_grave": "须有死亡,或三人以上重伤",
    "period.too_long": "最多 60 个自然月",
}


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "规定"


def in_chinese(code: str, context: Mapping[str, Any] | None = None) -> str:
    """Return the Chinese words for a field's error code; `context` holds the limits that it names."""
    words = _WORDS.get(code, GENERAL)
    return words.format_map(_Known(context or {})).replace("'", "").replace(" or ", "、") if "{" in words else words
