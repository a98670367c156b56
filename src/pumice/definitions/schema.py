"""JSON Schema of job and test definitions, made from the models, for editors.

The package holds the result, so that nothing needs to be imported to publish it.
``python -m pumice.definitions.schema`` writes it anew. The schemas are of draft 7, which editors
know best; the docstring below a key becomes its description there. They ask for what a
validation asks for within one map; what holds between the parts of a job
(:mod:`pumice.definitions.rules`) and a model's own validators are left out.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Mapping
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from pumice.definitions import command, methods
from pumice.definitions.testdefs import FORMAT, TestDefinition
from pumice.definitions.toplevel import CONTEXT_KEYS, Job
from pumice.formats.schema import Section

Name = Literal["job", "test"]
NAMES: dict[Name, str] = {"job": "job.schema.json", "test": "test-definition.schema.json"}
"""The schemas that there are, and their files in the package's folder ``schemas``."""

_DRAFT = "http://json-schema.org/draft-07/schema#"
_CHOICE: dict[methods.Kind, str] = {"deploy": "to", "boot": "method"}
_KINDS: tuple[methods.Kind, ...] = ("deploy", "boot", "test")
_ACTIONS = {
    "deploy": "Bring files to the board, or to where it boots from.",
    "boot": "Boot the board, and log in.",
    "test": "Run tests: one of definitions, interactive, monitors or services.",
    "command": "Run one of the device's commands on the worker.",
}
Schema = dict[str, Any]


def published(name: Name) -> str:
    """The text of a schema as the package holds it."""
    return files("pumice.definitions").joinpath("schemas", NAMES[name]).read_text("utf-8")


def json_schema(name: Name) -> Schema:
    """A schema, made from the models: all methods are imported."""
    return _of_jobs() if name == "job" else _of_tests()


def text(name: Name) -> str:
    """A schema made anew, as the package should hold it."""
    return json.dumps(json_schema(name), indent=1, ensure_ascii=False) + "\n"


def _of_tests() -> Schema:
    defs, refs = _definitions([TestDefinition])
    _admit_distributions(defs)
    return {
        "$schema": _DRAFT,
        "title": "LAVA test definition",
        "description": FORMAT,
        "allOf": [refs[TestDefinition]],
        "definitions": defs,
    }


def _of_jobs() -> Schema:
    modules = [
        (kind, name, module)
        for kind in _KINDS
        for name in methods.KNOWN[kind]
        if (module := methods.known(kind, name)) is not None
    ]
    defs, refs = _definitions([Job, command.Keys, *(module.Keys for _, _, module in modules)])
    _admit_distributions(defs)
    for kind, name, module in modules:
        keys = _referred(defs, refs[module.Keys])
        keys["title"] = f"{kind} {name}"
        keys["description"] = _sentence(module)
    for kind in _KINDS:
        names = {name: refs[module.Keys] for of, name, module in modules if of == kind}
        defs[kind] = _of_tests_by_key(names) if kind == "test" else _by_name(kind, names)
        defs[kind]["description"] = _ACTIONS[kind]
    job = _referred(defs, refs[Job])
    _complete(job)
    refers = {kind: {"$ref": f"#/definitions/{kind}"} for kind in _KINDS}
    job["properties"]["actions"]["items"] = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {**refers, "command": refs[command.Keys]},
    }
    return {
        "$schema": _DRAFT,
        "title": "LAVA job definition",
        "description": "A job: what is put on a device, how it boots, and what is tested.",
        "allOf": [refs[Job]],
        "definitions": defs,
    }


def _complete(job: Schema) -> None:
    """Say what no model says: the keys of the context, and when a device type is needed."""
    context = job["properties"]["context"]
    value = context.pop("additionalProperties")
    context["properties"] = dict.fromkeys(sorted(CONTEXT_KEYS), value)
    context["additionalProperties"] = False
    job["if"] = {
        "required": ["protocols"],
        "properties": {"protocols": {"required": ["lava-multinode"]}},
    }
    job["then"] = {"properties": dict.fromkeys(("device_type", "context", "tags"), False)}
    job["else"] = {"required": ["device_type"]}


def _by_name(kind: methods.Kind, names: Mapping[str, Schema]) -> Schema:
    """The keys by the name of the method, so that an editor offers only those of this one."""
    key = _CHOICE[kind]
    return {
        "type": "object",
        "required": [key],
        "properties": {key: {"enum": list(names)}},
        "allOf": [
            {"if": {"properties": {key: {"const": name}}, "required": [key]}, "then": keys}
            for name, keys in names.items()
        ],
    }


def _of_tests_by_key(names: Mapping[str, Schema]) -> Schema:
    """The keys by the key that says the kind of test."""
    plain = [name for name in names if name != "docker"]
    cases = [
        {"if": {"required": [name]}, "then": names[name]} for name in plain if name != "definitions"
    ]
    in_container = {"required": ["definitions", "docker"]}
    return {
        "type": "object",
        "oneOf": [{"required": [name]} for name in plain],
        "allOf": [
            *cases,
            {
                "if": in_container,
                "then": names["docker"],
                "else": {"if": {"required": ["definitions"]}, "then": names["definitions"]},
            },
        ],
    }


class _Generator(GenerateJsonSchema):
    """Without what an editor has no use for: titles of keys, and values of absent ones."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: Any) -> Schema:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for key, sentence in sentences(model).items():
            field = model.model_fields[key]
            if (shown := made["properties"].get(field.alias or key)) is not None:
                shown["description"] = sentence
        return made


def sentences(model: type[BaseModel]) -> dict[str, str]:
    """What the docstrings below a model's keys say, those of its bases included."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if not issubclass(kind, Section) or kind is Section:
            continue
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        body = cast("ast.ClassDef", tree).body
        for key, text in pairwise(body):
            if (
                isinstance(key, ast.AnnAssign)
                and isinstance(key.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
            ):
                found[key.target.id] = " ".join(str(text.value.value).split()).replace("``", "")
    return found


def _definitions(
    models: list[type[BaseModel]],
) -> tuple[dict[str, Schema], dict[type[BaseModel], Schema]]:
    """The schemas of models and all that they use, by short names, and the reference to each."""
    made, whole = models_json_schema(
        [(model, "validation") for model in models],
        by_alias=True,
        ref_template="#/definitions/{model}",
        schema_generator=_Generator,
    )
    defs = cast("dict[str, Schema]", whole.get("$defs", {}))
    short = {name: _short(name) for name in defs}
    renamed = _renamed({short[name]: schema for name, schema in defs.items()}, short)
    refs = {model: _renamed(made[model, "validation"], short) for model in models}
    return dict(sorted(renamed.items())), refs


def _short(name: str) -> str:
    """``boot.qemu.Keys`` for pydantic's ``pumice__definitions__boot__qemu__Keys``."""
    return re.sub(r"^pumice__definitions__", "", name).replace("__", ".")


def _renamed(value: Any, short: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        schema = cast("Schema", value)
        reference = schema.get("$ref")
        if isinstance(reference, str):
            # Draft 7 ignores what stands beside a reference.
            renamed = {"$ref": f"#/definitions/{short[reference.rpartition('/')[2]]}"}
            if "description" not in schema:
                return renamed
            return {"description": schema["description"], "allOf": [renamed]}
        return {key: _renamed(inner, short) for key, inner in schema.items()}
    if isinstance(value, list):
        return [_renamed(inner, short) for inner in cast("list[Any]", value)]
    return value


def _admit_distributions(defs: dict[str, Schema]) -> None:
    """``deps-DISTRIBUTION`` stands for a key of each distribution."""
    install = next(defs[name] for name in defs if name.endswith("Install"))
    packages = install["properties"].pop("deps-DISTRIBUTION")
    install["patternProperties"] = {"^deps-": packages["additionalProperties"]}


def _referred(defs: Mapping[str, Schema], reference: Schema) -> Schema:
    return defs[reference["$ref"].removeprefix("#/definitions/")]


def _sentence(module: object) -> str:
    """The first line of a module's docstring, without the markup of code."""
    return (module.__doc__ or "").strip().split("\n\n")[0].replace("``", "").replace("\n", " ")


def write(folder: Path) -> None:
    """Write every schema anew into a folder."""
    folder.mkdir(exist_ok=True)
    for name, file in NAMES.items():
        folder.joinpath(file).write_text(text(name), "utf-8")


if __name__ == "__main__":
    write(Path(__file__).with_name("schemas"))
