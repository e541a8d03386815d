"""Small wrong changes of a Solidity file, found in its syntax tree: what a test suite ought to notice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]

OPERATORS = {
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "==": ["!="],
    "!=": ["=="],
    "+": ["-"],
    "-": ["+"],
    "*": ["/"],
    "/": ["*"],
    "%": ["/"],
    "&": ["|"],
    "|": ["&"],
    "&&": ["||"],
    "||": ["&&"],
    "+=": ["-=", "="],
    "-=": ["+=", "="],
    "++": ["--"],
    "--": ["++"],
}
STATEMENTS = ("ExpressionStatement", "EmitStatement", "RevertStatement", "Continue")


@dataclass(frozen=True)
class Mutant:
    """`function` and the texts name it in a way that survives edits elsewhere; `start` tells equal ones apart."""

    function: str
    before: str
    after: str
    start: int
    end: int

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.function}: {self.before} -> {self.after or 'nothing'}"


def mutants(tree: Node, source: bytes) -> Iterator[Mutant]:
    """Every mutant of what has a body or a value: functions, modifiers and constants of the file's contracts."""
    for contract in (node for node in tree["nodes"] if node["nodeType"] == "ContractDefinition"):
        for member in contract["nodes"]:
            if member["nodeType"] in ("FunctionDefinition", "ModifierDefinition", "VariableDeclaration"):
                name = member["name"] or member["kind"]
                for start, end, after in changes(member, source, is_constructor=name == "constructor"):
                    yield Mutant(name, context(source, start, end), after, start, end)


def changes(node: Node, source: bytes, is_constructor: bool) -> Iterator[tuple[int, int, str]]:
    kind = node["nodeType"]
    start, end = span(node)
    text = source[start:end].decode()
    if kind == "InlineAssembly":
        return
    if kind in ("BinaryOperation", "Assignment"):
        left, right = (span(node[side]) for side in sides(node))
        at = source.index(node["operator"].encode(), left[1], right[0])
        for other in OPERATORS.get(node["operator"], []):
            yield at, at + len(node["operator"]), other
    elif kind == "UnaryOperation" and node["operator"] == "!":
        yield start, end, text[1:]
    elif kind == "UnaryOperation":
        for other in OPERATORS.get(node["operator"], []):
            yield start, end, text.replace(node["operator"], other)
    elif kind == "Conditional":
        yield start, end, cut(source, node["trueExpression"])
        yield start, end, cut(source, node["falseExpression"])
    elif kind == "IfStatement" and node["condition"]["nodeType"] not in ("BinaryOperation", "UnaryOperation"):
        yield *span(node["condition"]), f"!{cut(source, node['condition'])}"
    elif kind == "Literal" and node["kind"] == "number" and text.replace("_", "").isdigit():
        yield start, end, str(int(text.replace("_", "")) + 1)
    elif kind == "Literal" and node["kind"] == "bool":
        yield start, end, "false" if text == "true" else "true"
    elif kind == "ModifierInvocation" and not is_constructor and node.get("kind") == "modifierInvocation":
        yield start, end, ""
    if kind in STATEMENTS:
        yield start, end + (source[end : end + 1] == b";"), "{}"
    for child in children(node):
        yield from changes(child, source, is_constructor)


def sides(node: Node) -> tuple[str, str]:
    binary = node["nodeType"] == "BinaryOperation"
    return ("leftExpression", "rightExpression") if binary else ("leftHandSide", "rightHandSide")


def children(node: Node) -> Iterator[Node]:
    for name, value in node.items():
        if name == "loopExpression":
            value = value["expression"]  # a statement, but none that can be left out
        if name in ("documentation", "typeDescriptions", "overrides", "typeName", "parameters", "returnParameters"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and "nodeType" in each:
                yield each


def span(node: Node) -> tuple[int, int]:
    start, length, _ = map(int, node["src"].split(":"))
    return start, start + length


def cut(source: bytes, node: Node) -> str:
    start, end = span(node)
    return source[start:end].decode()


def context(source: bytes, start: int, end: int) -> str:
    """What is changed, marked, in its line: two changes of one operator in a line are told apart."""
    first = source.rfind(b"\n", 0, start) + 1
    last = source.find(b"\n", end)
    line = source[first:start] + "⟦".encode() + source[start:end] + "⟧".encode() + source[end:last]
    return " ".join(line.decode().split())
