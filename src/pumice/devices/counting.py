"""The Jinja environment of device templates: sandboxed, and counting what templates do.

Counting is built into the templates when they are compiled (loops, bodies of macros and blocks,
joined texts, comparisons, slices) and into what they call (filters, tests, methods, operators).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from jinja2 import nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.visitor import NodeTransformer

from pumice.devices import limits
from pumice.devices.limits import TooCostly, budget

_WIDE_METHODS = frozenset({"center", "ljust", "rjust", "zfill", "to_bytes"})
_WIDE_FILTERS = frozenset(
    {"batch", "center", "indent", "round", "slice", "tojson", "truncate", "wordwrap"}
)
_NOT_ALLOWED_METHODS = frozenset({"translate", "maketrans", "expandtabs", "fromkeys"})
_CHEAP_METHODS = frozenset({"append", "insert", "extend", "update", "add", "pop", "get"})
_OWNERS = (str, bytes, int, float, list, dict, tuple, set)
_LEFT_OUT_FILTERS = frozenset({"urlize", "xmlattr", "striptags"})
_MAX_JSON_INDENT = 8


class _Instrument(NodeTransformer):
    """Rewrites a parsed template so that it counts."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        weight = _weight(node)
        self.generic_visit(node)
        node.iter = _filtered(node, "_counted", node.iter, nodes.Const(weight))
        if node.recursive:
            node.body.insert(0, _charge(node, weight))
        return node

    def visit_Macro(self, node: Any) -> nodes.Node:
        weight = _weight(node)
        self.generic_visit(node)
        node.body.insert(0, _charge(node, weight))
        return node

    visit_CallBlock = visit_Block = visit_Macro

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filtered(node, "_joined", nodes.List(node.nodes, lineno=node.lineno))

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _filtered(node, "_weighed", node.expr)
        for operand in node.ops:
            operand.expr = _filtered(node, "_weighed", operand.expr)
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.key, nodes.Const):
            node.key = _filtered(node, "_weighed", node.key)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice) or node.ctx != "load":
            return node
        none = nodes.Const(None)
        bounds = (node.arg.start, node.arg.stop, node.arg.step)
        return _filtered(node, "_sliced", node.node, *(bound or none for bound in bounds))


def instrument(tree: nodes.Template) -> nodes.Template:
    """Make a parsed template count what it does. Raises TooCostly where it is too long."""
    weight = _weight(tree)
    if weight > limits.MAX_NODES:
        raise TooCostly(f"a template of more than {limits.MAX_NODES} parts")
    environment = tree.environment
    _Instrument().visit(tree)
    tree.body.insert(0, _charge(nodes.Template([], lineno=1), weight))
    tree.set_environment(cast("Any", environment))
    return tree


def _weight(node: nodes.Node) -> int:
    return 1 + sum(1 for _ in node.find_all(nodes.Node))


def _filtered(at: nodes.Node, name: str, value: Any, *arguments: Any) -> nodes.Filter:
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=at.lineno)


def _charge(at: nodes.Node, weight: int) -> nodes.ExprStmt:
    charge = _filtered(at, "_charged", nodes.Const(weight))
    return nodes.ExprStmt(charge, lineno=at.lineno)


# The filters that instrumented templates use. ``pass_context`` keeps Jinja from evaluating them
# when it compiles.


@pass_context
def _counted(context: Context, values: Iterable[Any], weight: int) -> Iterator[Any]:
    spent = budget()
    for value in values:
        spent.step(weight)
        yield value


@pass_context
def _charged(context: Context, weight: int) -> None:
    budget().step(weight)


@pass_context
def _joined(context: Context, values: list[Any]) -> str:
    spent = budget()
    for value in values:
        spent.weigh(value)
    texts = [str(value) for value in values]
    spent.make(sum(map(len, texts)))
    return "".join(texts)


@pass_context
def _weighed(context: Context, value: Any) -> Any:
    budget().weigh(value)
    return value


@pass_context
def _sliced(context: Context, value: Any, start: Any, stop: Any, step: Any) -> Any:
    budget().weigh(value)
    return value[start:stop:step]


@pass_context
def _printed(context: Context, value: Any) -> Any:
    """What Jinja calls on every value that a template prints."""
    budget().weigh(value)
    return value


_INSTRUMENTS: dict[str, Callable[..., Any]] = {
    "_counted": _counted,
    "_charged": _charged,
    "_joined": _joined,
    "_weighed": _weighed,
    "_sliced": _sliced,
}


def guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or test that counts its arguments and its result."""
    passed = getattr(getattr(function, "jinja_pass_arg", None), "name", None)

    @pass_context
    def guard(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
        spent = budget()
        spent.step(1)
        value = _settled(value)
        for argument in (value, *args, *kwargs.values()):
            spent.weigh(argument)
        _check_filter(name, value, args, kwargs)
        extra = {"context": context, "eval_context": context.eval_ctx}.get(
            passed or "", context.environment
        )
        first = (extra,) if passed is not None else ()
        result = function(*first, value, *args, **kwargs)
        if isinstance(result, str):
            spent.make(len(result))
        return result

    return guard


def _settled(value: Any) -> Any:
    """A lazy sequence as a list of limited length, so that it can be weighed."""
    if not isinstance(value, Iterator):
        return value
    found = list(itertools.islice(cast("Iterator[Any]", value), limits.MAX_ENTRIES + 1))
    if len(found) > limits.MAX_ENTRIES:
        raise TooCostly(f"a list of more than {limits.MAX_ENTRIES} entries")
    return found


def _check_filter(name: str, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    given = (*args, *kwargs.values())
    if name in _WIDE_FILTERS:
        for argument in given:
            limits.check_width(argument)
    if name == "replace" and len(given) >= 2:
        limits.check_replacement(str(value), str(given[0]), str(given[1]))
    elif name == "join":
        separator = len(str(given[0])) if given else 0
        budget().make(sum(len(str(item)) + separator for item in value))
    elif name == "format":
        limits.check_format(str(value))
    elif name == "indent":
        width = max(_size(argument) for argument in (4, *given))
        budget().make(len(str(value)) + (str(value).count("\n") + 1) * width)
    elif name == "tojson" and any(_size(argument) > _MAX_JSON_INDENT for argument in given):
        raise TooCostly(f"an indentation of more than {_MAX_JSON_INDENT}")
    elif name == "wordwrap":
        budget().make(limits.entries([value]) * max(_size(argument) for argument in (1, *given)))


def _size(argument: Any) -> int:
    return len(argument) if isinstance(argument, str) else int(argument or 0)


class CountingEnvironment(SandboxedEnvironment):
    """Jinja as device templates know it: no autoescape, ``trim_blocks``, and nothing beyond its
    filters, tests and globals but what a caller adds."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self, filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(trim_blocks=True, autoescape=False, finalize=_printed, cache_size=0)
        own = {**FILTERS, **filters}
        self.filters = {
            name: guarded(name, function)
            for name, function in own.items()
            if name not in _LEFT_OUT_FILTERS
        } | _INSTRUMENTS
        self.tests = {name: guarded(name, function) for name, function in TESTS.items()}
        cast("dict[str, Any]", self.globals)["range"] = _range
        del self.globals["lipsum"]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > limits.MAX_SOURCE:
            raise TooCostly(f"a template of more than {limits.MAX_SOURCE} characters")
        return instrument(super()._parse(source, name, filename))

    @staticmethod
    def concat(texts: Iterable[str]) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Join the parts of a macro's, block's or set's text; Jinja calls it by this name."""
        parts = list(texts)
        budget().make(sum(map(len, parts)))
        return "".join(parts)

    def getitem(self, obj: Any, argument: Any) -> Any:
        budget().weigh(argument)
        return super().getitem(obj, argument)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        wrapper = super().wrap_str_format(value)
        if wrapper is not None:
            limits.check_format(value.__self__)
        return wrapper

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        spent = budget()
        if operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
            spent.make(len(left) + len(right))
        elif operator == "*":
            spent.make(_product(left, right))
        elif operator == "**":
            _check_power(left, right)
        elif operator == "%" and isinstance(left, str | bytes):
            limits.check_format(left)
            spent.weigh(right)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        spent = budget()
        spent.step(1)
        settled = [_settled(argument) for argument in args]
        for argument in (*settled, *kwargs.values()):
            spent.weigh(argument)
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, _OWNERS):
            _check_method(obj.__name__, owner, settled)
        result = super().call(context, obj, *settled, **kwargs)
        if isinstance(result, str | bytes):
            spent.make(len(result))
        return result


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > limits.MAX_ENTRIES:
        raise TooCostly(f"a range of {len(numbers)} numbers: at most {limits.MAX_ENTRIES}")
    return numbers


def _product(left: Any, right: Any) -> int:
    """The size of a product in characters or entries; numbers have none."""
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > limits.MAX_BITS:
            raise TooCostly(f"a number of more than {limits.MAX_BITS} bits")
        return 0
    repeated, times = (right, left) if isinstance(left, int) else (left, right)
    if hasattr(repeated, "__len__") and isinstance(times, int):
        return len(repeated) * max(times, 0)
    return 0


def _check_power(base: Any, exponent: Any) -> None:
    whole = isinstance(base, int) and isinstance(exponent, int)
    if whole and base.bit_length() * abs(exponent) > limits.MAX_BITS:
        raise TooCostly(f"a number of more than {limits.MAX_BITS} bits")


def _check_method(name: str, owner: Any, args: list[Any]) -> None:
    """Refuse a call of a built-in type's method whose result would be too large."""
    if name in _NOT_ALLOWED_METHODS:
        raise SecurityError(f"the method {name!r} is not available in device templates")
    if name not in _CHEAP_METHODS:
        budget().weigh(owner)
    if name in _WIDE_METHODS:
        for argument in args:
            limits.check_width(argument)
    elif name == "replace" and isinstance(owner, str | bytes) and len(args) >= 2:
        limits.check_replacement(owner, args[0], args[1])
    elif name == "join" and isinstance(owner, str | bytes) and args:
        budget().make(sum(len(item) + len(owner) for item in args[0]))
    elif name in ("extend", "append", "insert", "update", "add") and args:
        added = args[-1] if name in ("extend", "update") else ()
        size = len(owner) + (len(added) if hasattr(added, "__len__") else 0)
        if size >= limits.MAX_ENTRIES:
            raise TooCostly(f"a list or map of more than {limits.MAX_ENTRIES} entries")
