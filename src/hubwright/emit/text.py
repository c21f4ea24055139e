"""Values as text, always the same for the same values, with comments that stay comments."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import yaml

from hubwright.words import one_line

# Names and indexes that lead to a value.
Path: TypeAlias = tuple[str | int, ...]

# What every reader of YAML, of 1.1 and of 1.2, takes for text without quotes.
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*")
# Only ever reads what was written right here, and most of the time it takes to write a long list would go into that.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_READ_AS_OTHER = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


class _Dumper(yaml.SafeDumper):
    """Writes everything out, where it stands, and quotes every text that somebody could take for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the same for all
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)

    def represent_str(self, data: str) -> yaml.ScalarNode:
        is_plain = _PLAIN.fullmatch(data) and data.casefold() not in _READ_AS_OTHER
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=None if is_plain else '"')

    yaml_representers: ClassVar[dict[type, Any]] = {**yaml.SafeDumper.yaml_representers, str: represent_str}


def yaml_text(values: Mapping[str, object], comments: Mapping[Path, Sequence[str]]) -> str:
    """Return the values as a document of YAML, every comment in lines of its own above what its path leads to.

    The empty path is the document's head. Whatever a comment says, it ends with its line.
    """
    text = yaml.dump(
        dict(values), Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=sys.maxsize
    )
    root = yaml.compose(text, Loader=_LOADER)
    lines = text.split("\n")
    # From behind, so that the lines before stay where they are; on one line, what is around comes first.
    for number, path in sorted(((_line_of(root, path), path) for path in comments), reverse=True):
        indent = len(lines[number]) - len(lines[number].lstrip(" "))
        lines[number:number] = _as_comments(comments[path], " " * indent)
    return "\n".join(lines)


def yaml_documents(documents: Iterable[Mapping[str, object]], head: Sequence[str]) -> str:
    """Return several documents as one file."""
    return "\n".join(_as_comments(head, "")) + "\n" + "".join(f"---\n{yaml_text(each, {})}" for each in documents)


def json_text(values: Sequence[object]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _as_comments(said: Iterable[str], indent: str) -> list[str]:
    # Spaces in front are kept: they show what belongs together.
    return [f"{indent}# {line[: len(line) - len(line.lstrip(' '))]}{one_line(line)}".rstrip() for line in said]


def _line_of(root: Any, path: Path) -> int:
    """Return the line on which the name stands, or the item begins, that the path leads to."""
    node, line = root, 0
    for step in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[step]
            line = node.start_mark.line
        else:
            name, node = next((name, value) for name, value in node.value if name.value == step)
            line = name.start_mark.line
    return int(line)
