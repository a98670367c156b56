"""Write the pages of the reference, and the parts of others, that follow from the code.

The pages of device types are written whole. Others hold such a part between
``<!-- generated: NAME -->`` and ``<!-- end of NAME -->``. Run by ``script/docs``. With
``--check`` nothing is written; the exit status is 1 where a page is not current.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import cast

import click
import device_types
import job_keys
import manage

DOCS = Path(__file__).parent
DATA = DOCS.parent / "tests" / "plan" / "data"
_PART = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end of (?P=name) -->)", re.S
)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def settings() -> str:
    """Every setting of the table."""
    from pumice.server.settings.table import SETTINGS

    kinds = {"texts": "list of texts", "any": "text or map"}
    rows = (
        (f"`{s.name}`", kinds.get(s.kind, s.kind), _code(_value(s.default)), s.sentence)
        for s in SETTINGS
    )
    return _table(("Setting", "Kind", "Default", "What it is for"), rows)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _value(value: object) -> str:
    """A setting's value as settings.yaml has it, the lab's folder as DIR."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, cast('tuple[object, ...]', value)))}]"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("{dir}", "DIR")


def settings_without_effect() -> str:
    """LAVA's settings that are accepted and change nothing."""
    from pumice.server.settings.table import WITHOUT_EFFECT

    return f"{_names(sorted(WITHOUT_EFFECT))}.\n"


def commands() -> str:
    """Every command of the command line, with its options."""
    from pumice.cli.main import main

    return "\n".join(_commands(main, ("pumice",)))


def _commands(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    context = click.Context(command, info_name=path[-1])
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is None:
                raise LookupError(f"{' '.join(path)} lists {name}, which is not there")
            yield from _commands(inner, (*path, name))
        return
    usage = " ".join((*path, *command.collect_usage_pieces(context)))
    yield f"### `{' '.join(path)}`\n"
    yield f"```text\n{usage}\n```\n"
    yield f"{_paragraphs(command.help or '')}\n"
    options = [record for p in command.params if (record := p.get_help_record(context))]
    if options:
        yield _table(("Option", "Meaning"), ((f"`{flag}`", text) for flag, text in options))


def _paragraphs(text: str) -> str:
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def methods() -> str:
    """The methods of jobs: what runs, and what only LAVA has."""
    from pumice.definitions import methods as found

    nouns = {"deploy": "Deploy, `to`", "boot": "Boot, `method`", "test": "Test, by its key"}
    rows: list[tuple[str, str, str]] = []
    for kind, noun in nouns.items():
        runs = found.names(kind)  # pyright: ignore[reportArgumentType]
        others = [name for name in found.KNOWN[kind] if name not in runs]
        rows.append((noun, _names(runs), _names(others)))
    return _table(("Action", "Runs", "Refused in this version"), rows)


def context_keys() -> str:
    """The keys that a job's context may have."""
    from pumice.definitions.toplevel import CONTEXT_KEYS

    return f"{_names(sorted(CONTEXT_KEYS))}.\n"


def every_key() -> str:
    """Every key of every method of jobs."""
    return job_keys.page(_table)


def xmlrpc_methods() -> str:
    """Every registered XML-RPC method."""
    _django()
    from pumice.server.api.xmlrpc import registry

    rows = ((f"`{m.full_name}`", m.summary, m.permission.sentence) for m in registry.listed())
    return _table(("Method", "What it does", "Who may call it"), rows)


def query_fields() -> str:
    """What conditions of queries can be about."""
    _django()
    from pumice.server.reports.fields import FIELDS, Attribute, Table

    rows = [
        (f"`{t}`", f"`{name}`", f.values) for t, of_t in FIELDS.items() for name, f in of_t.items()
    ]
    rows.append((f"`{Table.ATTRIBUTE}`", "a key of the job's metadata", Attribute("").values))
    return _table(("Table", "Field", "Value"), rows)


def device_families() -> str:
    """The families of device types, with a page for each."""
    return device_types.families(_table)


def device_boards() -> str:
    """The device types that are rows of a table."""
    return device_types.boards(_table)


def _django() -> None:
    """Load the server in a lab folder that is thrown away."""
    import django
    from django.apps import apps

    if not apps.ready:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["PUMICE_DIR"] = folder
            os.environ["DJANGO_SETTINGS_MODULE"] = "pumice.server.settings.django"
            django.setup()


def actions() -> str:
    """Every name of an action."""
    from pumice.definitions.catalogue import ACTIONS

    rows = (
        (f"`{name}`", meaning, str(error)) for name, (meaning, error) in sorted(ACTIONS.items())
    )
    return _table(("Action", "What it does", "Error type"), rows)


def plans() -> str:
    """The tree of every method: those of the tests' tables."""
    from pumice.formats import yaml

    nouns = {"deploys": "Deploy, `to`", "boots": "Boot, `method`", "tests": "Test, by its key"}
    found: list[str] = []
    for file, noun in nouns.items():
        found.append(f"### {noun}\n")
        text = DATA.joinpath(f"{file}.yaml").read_text("utf-8")
        for name, case in cast("dict[str, dict[str, list[str]]]", yaml.load(text).data).items():
            lines = (f"{'  ' * line.split()[0].count('.')}{line}" for line in case["plan"])
            found.append("\n".join((f"{name}:\n", "```", *lines, "```\n")))
    return "\n".join(found)


def manage_commands() -> str:
    """The management commands, with their sub-commands and arguments."""
    _django()
    return manage.commands(_table)


PARTS: dict[str, Callable[[], str]] = {
    "actions": actions,
    "plans": plans,
    "settings": settings,
    "settings-without-effect": settings_without_effect,
    "commands": commands,
    "manage-commands": manage_commands,
    "methods": methods,
    "context-keys": context_keys,
    "job-keys": every_key,
    "xmlrpc-methods": xmlrpc_methods,
    "query-fields": query_fields,
    "device-families": device_families,
    "device-boards": device_boards,
}


def current(page: str) -> str:
    """The page with all its generated parts written anew."""
    return _PART.sub(lambda part: f"{part['begin']}\n{PARTS[part['name']]()}\n{part['end']}", page)


def wanted() -> dict[Path, str | None]:
    """What every page should hold; None for one that should not be there."""
    whole = device_types.pages(_table)
    stale = {page: None for page in device_types.FOLDER.glob("*.md") if page not in whole}
    written = {page for page in DOCS.rglob("*.md") if page not in whole and page not in stale}
    return {**whole, **stale, **{page: current(page.read_text("utf-8")) for page in written}}


def main(check: bool) -> int:
    """Write the pages, or only compare them; the exit status."""
    different = 0
    for page, text in sorted(wanted().items()):
        if (page.read_text("utf-8") if page.exists() else None) == text:
            continue
        different += 1
        if check:
            print(f"{page.relative_to(DOCS.parent)} is not current: run script/docs")
        elif text is None:
            page.unlink()
        else:
            page.parent.mkdir(exist_ok=True)
            page.write_text(text, "utf-8")
    return 1 if check and different else 0


if __name__ == "__main__":
    sys.exit(main(check=sys.argv[1:] == ["--check"]))
