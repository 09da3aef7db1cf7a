"""The example runner: does a rule do what its file says it does?

The finder is handed in. The rulebook stands on a lower floor than the engine and must not know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ..errors import RuleExampleError
from ..records import Finding, Role
from .compiled import CompiledRule
from .schema import ClauseRule, MatchExample
from .strict_yaml import NodePath, YamlTree


class Finder(Protocol):
    """Finds the clauses of a text with some rules. `openness.clauses` has the real one."""

    def __call__(self, text: str, role: Role, rules: Sequence[CompiledRule]) -> Iterable[Finding]:
        """All findings of these rules in a text of this role."""


def check_examples(
    rule: ClauseRule, find: Finder, *, compiled: CompiledRule, tree: YamlTree | None = None
) -> list[RuleExampleError]:
    """Run all examples of a rule, each with this rule alone.

    Args:
        rule: Whose examples.
        find: The finder.
        compiled: The same rule as the finder takes it.
        tree: Its file, for the places of the examples.

    Returns:
        One error for each example that does not hold, in the order of the file; empty when all do.
    """
    faults = []
    alone = (compiled,)  # one and the same tuple, so that a finder can keep what it made of it
    for index, match in enumerate(rule.examples.match):
        at: NodePath = ("examples", "match", index)
        words = _fired(rule, find, alone, match.text, match.role)
        message, field = _match_fault(rule, match, words)
        if message is not None:
            hint = "widen a pattern, or look whether an `unless` holds" if field == "text" else None
            faults.append(_error(rule, tree, (*at, field), message, hint))
    for index, silent in enumerate(rule.examples.no_match):
        words = _fired(rule, find, alone, silent.text, silent.role)
        if words:
            faults.append(
                _error(
                    rule,
                    tree,
                    ("examples", "no_match", index, "text"),
                    f"{rule.id} must stay silent here ({silent.why}), and fires at {words[0]!r}",
                    "narrow a pattern, or add an exception under `unless`",
                )
            )
    return faults


def _fired(rule: ClauseRule, find: Finder, alone: tuple[CompiledRule], text: str, role: Role | None) -> list[str]:
    """The words at which the rule fires."""
    found = find(text, rule.detect.roles[0] if role is None else role, alone)
    spans = [finding.match or finding.span for finding in found if finding.rule == rule.id]
    return [text[span.start : span.end] for span in spans]


def _match_fault(rule: ClauseRule, example: MatchExample, words: list[str]) -> tuple[str | None, str]:
    """What is wrong with an example that should match, and the field that it is wrong with."""
    if not words:
        return f"{rule.id} must fire in this text, and does not", "text"
    if example.span is None or example.span in words:
        return None, ""
    if example.span not in example.text:
        return "these words do not stand in the text of the example", "span"
    return f"{rule.id} must fire at these words, and fires at {words[0]!r}", "span"


def _error(rule: ClauseRule, tree: YamlTree | None, at: NodePath, message: str, hint: str | None) -> RuleExampleError:
    if tree is None:
        return RuleExampleError(message, path=f"{rule.slug}.yaml", hint=hint)
    from .validate import place

    return place(tree, at, message, hint=hint, on_key=False, error=RuleExampleError)
