"""A YAML file as a model, and every mistake in it with its line and column."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from scenarios.errors import ScenarioError

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Something wrong in a file.

    Args:
        line: From 1; 0 for the file as a whole.
        column: From 1.
        where: Path to the field, such as `rule.stay_s`; empty for the file as a whole.
        message: What is wrong, and what to do.
    """

    line: int
    column: int
    where: str
    message: str

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{self.line}:{self.column}: {where}{self.message}"


def read_yaml(path: Path, model: type[M]) -> M:
    """Read a file.

    Raises:
        ScenarioError: It cannot be read or holds mistakes; names each, one a line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: expected a text file in UTF-8: {error}") from error
    if mistakes := mistakes_in(text, model):
        raise ScenarioError("\n".join(f"{path}:{mistake}" for mistake in mistakes))
    return model.model_validate(yaml.safe_load(text))


def mistakes_in(text: str, model: type[BaseModel]) -> list[Mistake]:
    """All that keeps a YAML text from being the model, in the order of the text."""
    try:
        root = yaml.SafeLoader(text).get_single_node()
        if root is None:
            return [Mistake(1, 1, "", "the file is empty")]
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        told = "; ".join(part for part in (error.context, error.problem) if part)
        return [Mistake(line + 1, column + 1, "", f"not valid YAML: {told}")]
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: a date such as 2026-13-40
        return [Mistake(1, 1, "", f"not valid YAML: {error}")]
    mistakes = list(_duplicates(root, ()))
    try:
        model.model_validate(content)
    except ValidationError as error:
        mistakes += [_located(root, cast("dict[str, Any]", e)) for e in error.errors()]
    return sorted(set(mistakes))


def _duplicates(node: yaml.Node, path: tuple[str | int, ...]) -> Iterator[Mistake]:
    """Keys that are there twice: YAML readers keep the last one in silence."""
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in _pairs(node):
            name = str(key.value)
            if name in lines:
                told = f"is here twice, first in line {lines[name]}; keep one"
                yield _at(key, (*path, name), told)
            lines.setdefault(name, key.start_mark.line + 1)
            yield from _duplicates(value, (*path, name))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(cast("list[yaml.Node]", node.value)):
            yield from _duplicates(value, (*path, index))


def _located(root: yaml.Node, error: dict[str, Any]) -> Mistake:
    """A mistake that pydantic found, at its place in the text."""
    node, path = root, list[str | int]()
    steps = cast("tuple[str | int, ...]", error["loc"])
    if error["type"] == "union_tag_invalid":  # show the tag itself, not all that it begins
        steps = (*steps, str(error["ctx"]["discriminator"]).strip("'"))
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = {str(key.value): (key, value) for key, value in _pairs(node)}
            if step in found:
                key, node = found[str(step)]
                path.append(step)
                if error["type"] == "extra_forbidden" and step == error["loc"][-1]:
                    return _at(key, path, "there is no such key here; leave it out")
            elif error["type"] == "missing" and step == error["loc"][-1]:
                path.append(step)
            # else a step of pydantic's own: the tag of a union
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = cast("list[yaml.Node]", node.value)[step]
            path.append(step)
    return _at(node, path, _told(error))


def _told(error: dict[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "union_tag_invalid":
        context = error["ctx"]
        message = f"there is no rule {context['tag']!r}; there are {context['expected_tags']}"
        close = difflib.get_close_matches(
            str(context["tag"]), str(context["expected_tags"]).replace("'", "").split(", ")
        )
        return f"{message}; did you mean {close[0]}?" if close else message
    if error["type"] == "union_tag_not_found":
        return "`rule` is missing: which rule it is"
    if error["type"] in ("model_type", "model_attributes_type"):
        return f"expected keys and values, got {error['input']!r}"
    if isinstance(error["input"], str | int | float | bool):
        return f"{message}, got {error['input']!r}"
    return message


def _pairs(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    return cast("list[tuple[yaml.Node, yaml.Node]]", node.value)


def _at(node: yaml.Node, path: Sequence[str | int], message: str) -> Mistake:
    where = ".".join(map(str, path))
    return Mistake(node.start_mark.line + 1, node.start_mark.column + 1, where, message)
