"""`manage.py check_policy FILE [--kind grading]`: checks the document of a policy before anybody drafts it, line by line.

FILE is YAML or JSON: the document itself, or an object with `kind` and `document` as it would be sent. Every fault is told
with its line. Exit status 1 if there is one. Reads no database and changes nothing.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from accounts.policy import documents
from accounts.policy.documents import Fault
from backend.kernel import canonical, policies
from backend.kernel.web import words

LARGEST = 256 * 1024


class Command(BaseCommand):
    help = "检查政策参数文件,逐行指出错误 / check a policy's document and name the lines at fault"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="YAML or JSON")
        parser.add_argument("--kind", help="what the document is of, if the file does not say; grading unless said")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        document, node, said = parts(read(file), file)
        kind = options["kind"] or said or "grading"
        schema = policies.KINDS.get(kind)
        if schema is None:
            raise CommandError(f"没有这种政策参数 / no such kind: {kind[:40]} ({', '.join(sorted(policies.KINDS))})")
        found = documents.faults(schema, document)
        for fault in found:
            told = f"{words.in_chinese(fault.code, fault.context)} / {fault.message}"
            self.stdout.write(f"{file}:{line_of(node, fault)}: {fault.field}: {told}")
        if found:
            raise CommandError(f"{len(found)} 处错误 / fault(s)")
        digest = canonical.digest(documents.whole(schema, document))
        self.stdout.write(f"{kind}: 可以采纳 / may be adopted; SHA-256 {digest}")


def read(file: Path) -> str:
    """Return the text of a file. Raises: CommandError if there is none, it is no text, or longer than a body may be."""
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
    if len(raw) > LARGEST:
        raise CommandError(f"{file}: 超过 {LARGEST // 1024} KiB / too large")
    # JSON may be indented by tabs, YAML may not; a space in the place of each leaves every line where it is
    return text.replace("\t", " ") if file.suffix.lower() == ".json" else text


def parts(text: str, file: Path) -> tuple[dict[str, Any], yaml.MappingNode, str]:
    """Return the document, where its members stand, and the kind if the file names one. Raises: CommandError."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise CommandError(f"{file}: 不接受 YAML 引用 / no aliases, please")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = json.loads(text) if file.suffix.lower() == ".json" else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CommandError(f"{file}: {str(error)[:500]}") from error
    if not isinstance(node, yaml.MappingNode) or not isinstance(value, dict):
        raise CommandError(f"{file}: 应为对象 / must be an object")
    if twice := next(repeated(node), None):
        raise CommandError(f"{file}:{twice.start_mark.line + 1}: {twice.value}: {words.in_chinese('repeated')} / named twice")
    inner = member(node, "document")
    if inner is not None and isinstance(inner[1], yaml.MappingNode):
        return _named(value["document"]), inner[1], str(value.get("kind") or "")
    return _named(value), node, ""


def _named(value: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): inner for name, inner in value.items()}


def repeated(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Yield every name that an object has a second time."""
    if isinstance(node, yaml.MappingNode):
        known: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in known:
                    yield key
                known.add(key.value)
            yield from repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from repeated(value)


def member(node: yaml.Node, name: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the name and the value of one member of an object or array, None if it has none."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(name)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
        return node.value[name], node.value[name]
    return None


def line_of(node: yaml.Node, fault: Fault) -> int:
    """Return the line of the place at fault; of something missing, the line of what it is missing in."""
    line: int = node.start_mark.line + 1
    for part in fault.place:
        found = member(node, part)
        if found is None:
            return line
        key, node = found
        line = key.start_mark.line + 1
    return line
