"""Is a document genuine, without its issuer? python3 check_document_seal.py "<text of its QR>" keys.json (of /api/v1/keys).

Needs nothing but Python: Ed25519 (RFC 8032) is below. What only the issuer knows is whether it was made void or replaced since.
"""

import base64
import json
import sys
import urllib.request
from hashlib import sha512
from pathlib import Path

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def add(a: Point, b: Point) -> Point:
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    s, t = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, t - s, t + s, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, a: Point) -> Point:
    out: Point = (0, 1, 1, 0)
    while n:
        out, a, n = add(out, a) if n & 1 else out, add(a, a), n >> 1
    return out


def point(raw: bytes) -> Point:
    y, odd = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if y >= P or x * x % P != square or (x == 0 and odd):
        raise ValueError("no point of the curve")
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P


def is_signed(said: bytes, signature: bytes, key: bytes) -> bool:
    s = int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    h = int.from_bytes(sha512(signature[:32] + key + said).digest(), "little") % Q
    left, right = times(s, base), add(point(signature[:32]), times(h, point(key)))
    same = all((left[n] * right[2] - right[n] * left[2]) % P == 0 for n in (0, 1))
    return len(signature) == 64 and s < Q and same


def part(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != text:
        raise ValueError("another spelling of the same bytes")
    return raw


token, source = sys.argv[1].rpartition("/")[2], sys.argv[2]
kept = json.loads(urllib.request.urlopen(source).read() if "://" in source else Path(source).read_bytes())
keys = {key["key_id"]: base64.b64decode(key["public_key"]) for key in kept["items"]}
try:
    said, signature = map(part, token.split("."))
    word, version, key_id, *told = json.loads(said)
    good = (word, version, len(told)) == ("bihuan-document", 1, 5) and is_signed(said, signature, keys[key_id])
except (ValueError, KeyError, TypeError, IndexError):
    good = False
if good:
    names = ("种类 kind", "文号 number", "机关 authority", "日期 issued on", "摘要 digest")
    print(*(f"{name}: {value}" for name, value in zip(names, told, strict=True)), sep="\n")
    print("以上各项须与纸面一致;是否作废或被替代须联网查验 / compare with the paper; ask online whether it is void or replaced")
print("签名相符 ok" if good else "签名不符 WRONG")
sys.exit(0 if good else 1)
