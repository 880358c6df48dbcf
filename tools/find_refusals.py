"""Finds every refusal in the code: raised as an error, returned as a value, or the end of a job.

A refusal is a call with a constant code, such as ``funds.short``, followed by its sentence. The
exit code is that of the class that is called, or that the called function says it returns.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

KINDS = {"Invalid": 2, "Refused": 3, "NotFound": 4, "Conflict": 5, "Fault": 70}
"""Class of an error → exit code."""

WORDS = {"invalid": 2, "refused": 3, "not_found": 4, "conflict": 5, "fault": 70}
"""Kind of a refusal that is a value → exit code."""

_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal of the program.

    Attributes:
        code: its stable name.
        exit_code: what the command ends with; None for the end of a job, whose command is done.
        message: the sentence, a template; empty if it differs from case to case.
        hint: the way out, a template.
    """

    code: str
    exit_code: int | None
    message: str
    hint: str


def refusals(source: Path) -> list[Refusal]:
    """Return every refusal of the modules below ``source``, by code."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(source.rglob("*.py"))]
    found: dict[str, Refusal] = {}
    everywhere = {name: kind for tree in trees for name, kind in makers(tree).items()}
    for tree in trees:
        for refusal in refusals_in(tree, everywhere):
            known = found.get(refusal.code)
            if known is None or (refusal.message and not known.message):
                found[refusal.code] = refusal
    return [found[code] for code in sorted(found)]


def makers(tree: ast.Module) -> dict[str, str]:
    """Return the functions of a module that make an error, and its class.

    >>> makers(ast.parse("def gone(code: str) -> NotFound: ..."))
    {'gone': 'NotFound'}
    """
    defined = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    kinds = {node.name: getattr(node.returns, "id", "") for node in defined}
    return {name: kind for name, kind in kinds.items() if kind in KINDS}


def refusals_in(tree: ast.Module, everywhere: Mapping[str, str]) -> Iterator[Refusal]:
    """Yield the refusals of one module.

    Args:
        tree: the module.
        everywhere: functions of any module that make an error.

    >>> source = '_H = N_("Wait.")\\nRefusal("a.b", N_("No."), _H, "conflict")'
    >>> list(refusals_in(ast.parse(source), {}))
    [Refusal(code='a.b', exit_code=5, message='No.', hint='Wait.')]
    """
    names = _constants(tree)
    known = {**everywhere, **makers(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            refusal = _refusal(node, names, known)
            if refusal is not None:
                yield refusal


def _constants(tree: ast.Module) -> dict[str, str]:
    texts: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts[node.targets[0].id] = _text(node.value, texts)
    return texts


def _refusal(call: ast.Call, names: Mapping[str, str], makers: Mapping[str, str]) -> Refusal | None:
    called = getattr(call.func, "id", getattr(call.func, "attr", ""))
    texts = [_text(argument, names) for argument in call.args]
    place = 1 if called == "refuse" else 0  # box.refuse(field, code, sentence, …)
    if len(texts) < place + 2 or not _CODE.fullmatch(texts[place]):
        return None
    kind = called if called in KINDS else makers.get(called, "")
    code, message, *more = texts[place:]
    given = {k.arg: _text(k.value, names) for k in call.keywords}
    hint = given.get("hint") or (more[0] if more and _is_marked(call.args[place + 2]) else "")
    if called == "Refusal":
        word = more[1] if len(more) > 1 else given.get("kind", "refused")
        return Refusal(code, WORDS[word], message, more[0] if more else hint)
    if called == "Reason":
        return Refusal(code, None, message, hint)
    return Refusal(code, KINDS[kind], message, hint) if kind else None


def _is_marked(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_marked(node.orelse)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_"


def _text(node: ast.expr, names: Mapping[str, str]) -> str:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_" and node.args:
        return _text(node.args[0], names)
    if isinstance(node, ast.IfExp):
        return _text(node.orelse, names) or _text(node.body, names)
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
