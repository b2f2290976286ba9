"""Draw a published random draw again: python3 check_random_draw.py https://…/api/v1/public/draws/<id> (or a saved file)."""

import hmac
import json
import sys
import urllib.request
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any


def again(inputs: dict[str, Any], seed: bytes) -> list[dict[str, Any]]:
    def lot(text: str) -> bytes:
        return hmac.new(seed, text.encode("ascii"), sha256).digest()

    drum = sorted((lot(f"enterprise|{e['id']}|{n + 1}"), e["id"]) for e in inputs["enterprises"] for n in range(e["weight"]))
    firms = {e["id"]: e for e in inputs["enterprises"]}
    load: Counter[int] = Counter()
    out = []
    for firm in list(dict.fromkeys(firm for _, firm in drum))[: inputs["count"]]:
        near = set(inputs["places"][firms[firm]["place"]])
        may = [i for i in inputs["inspectors"] if near & set(i["regions"]) and firm not in i["not_at"]]
        may.sort(key=lambda i: (load[i["no"]], lot(f"inspector|{firm}|{i['no']}")))
        chosen = [next(i for i in may if i["department"] == name) for name in inputs["departments"]]
        chosen += [i for i in may if i not in chosen][: max(0, inputs["per_enterprise"] - len(chosen))]
        load.update(i["no"] for i in chosen)
        shown = [{name: i[name] for name in ("no", "name", "licence_no", "department")} for i in chosen]
        out.append({"enterprise_id": firm, "enterprise": firms[firm]["name"], "inspectors": shown})
    return out


source = sys.argv[1]
told = json.loads(urllib.request.urlopen(source).read() if "://" in source else Path(source).read_bytes())
inputs, seed = told["inputs"], bytes.fromhex(told["seed"])
text = json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
good = [sha256(seed).hexdigest() == told["commitment"], sha256(text.encode()).hexdigest() == told["inputs_digest"]]
good += [again(inputs, seed) == told["results"], inputs["draw"] == told["id"]]
print("种子、名录、结果、编号 / seed, inputs, results, id:", *("相符 ok" if one else "不符 WRONG" for one in good))
sys.exit(0 if all(good) else 1)
