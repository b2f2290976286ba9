"""What the colours of the safety code (安全码) are called and look like: each has a shape and a word of its own. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """`fill` and `ink` differ by at least 4.5 : 1 (WCAG 2.2 AA); `shape` tells colours apart where they look alike."""

    word: str
    word_en: str
    meaning: str
    meaning_en: str
    shape: str
    fill: str
    ink: str


LOOKS = {
    "green": Look("绿码", "Green", "总体良好", "In good order", "disc", "#1a7f37", "#ffffff"),
    "yellow": Look("黄码", "Yellow", "需要关注", "Needs attention", "triangle", "#f5c400", "#1f1f1f"),
    "red": Look("红码", "Red", "风险突出", "Serious risks", "octagon", "#b3261e", "#ffffff"),
    "grey": Look("灰码", "Grey", "尚未评级", "Not yet rated", "square", "#5f6368", "#ffffff"),
}
SHAPE_WORDS = {"disc": "圆形对勾", "triangle": "三角叹号", "octagon": "八角叉号", "square": "方形问号"}
GRADES_EN = {"green": "Green", "blue": "Blue", "yellow": "Yellow", "orange": "Orange", "red": "Red", "grey": "Not yet rated"}
PAGE_WORDS = {
    "zh": {
        "what": "企业安全码", "as_of": "颜色截至", "until": "有效至", "kind": "出示方式", "live": "动态码", "printed": "印刷码",
        "about_live": "动态码一次一用,一分钟内有效;色条不断变化的才是实时页面,截图无效。",
        "about_printed": "印刷码可能被翻拍,请核对名称、地址与现场一致。", "statement": "企业声明", "officials": "监管查看",
        "grade": "五色等级", "points": "分", "open": "未销号隐患", "row": "计分项", "score": "分值", "no_rows": "没有扣分项。",
        "next": "下一步", "file": "企业档案", "check_in": "到场签到",
    },
    "en": {
        "what": "Enterprise safety code", "as_of": "Colour as of", "until": "Valid until", "kind": "Shown as",
        "live": "Live code", "printed": "Printed code",
        "about_live": "A live code works once, within a minute. Only a page whose bar keeps changing is live, no screenshot is.",
        "about_printed": "A printed code can be copied: see that name and address are those of this place.",
        "statement": "What the enterprise says", "officials": "For officials", "grade": "Grade", "points": " points",
        "open": "Open hazards", "row": "Reason", "score": "Points", "no_rows": "Nothing was deducted.", "next": "Go on",
        "file": "File of the enterprise", "check_in": "Check in here",
    },
}  # fmt: skip
