"""Log lines: phones are redacted, line breaks encoded, fields cut, only allowed members."""

import json
import logging

from backend.kernel.logs import JSONLines, redact


def test_a_line_is_one_json_object_without_a_phone():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "登录 %s\n第二行", ("13800138000",), None)
    record.request, record.password = "r1", "geheim"
    line = JSONLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "登录 138****8000\n第二行"
    assert json.loads(line)["request"] == "r1"
    assert "geheim" not in line


def test_fields_are_cut_and_phones_in_every_spelling_redacted():
    assert len(redact("x" * 10_000)) == 8192
    assert redact("+8613800138000 8613900001111") == "138****8000 139****1111"
    assert redact("330324009000001") == "330324009000001"
