"""What may stand beside a code on a page that everybody reads (企业声明): plain words, no way out of the page. Pure."""

import re
import unicodedata

LONGEST = 200
# what a reader, or his phone, would take for a link or a tag
_LINK = re.compile(r"[<>]|://|\bwww\.|[a-z0-9\u4e00-\u9fff-]+\.(?:[a-z]{2,}|xn--)|&#?\w+;|[\w.+-]+@[\w-]+", re.IGNORECASE)

# typed with a Chinese full stop, an address is still one
_CHINESE_DOT = re.compile(r"。(?=(?:com|cn|net|org|gov|edu|top|vip|cc|xyz|info|shop|site)(?![a-z]))", re.IGNORECASE)


def is_plain(text: str) -> bool:
    """Return whether `text` is one line of plain words: no link, no tag, nothing that turns the direction of writing."""
    seen = _CHINESE_DOT.sub(".", unicodedata.normalize("NFKC", text))
    return not _LINK.search(seen) and not any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs") for sign in text)
