"""The two scripts of a test: ``install.sh`` and ``run.sh``."""

from __future__ import annotations

import shlex
from collections.abc import Container, Mapping, Sequence
from typing import Any

from pumice.definitions.testdefs import Install, TestDefinition

_RULE = "###############"
KMSG = "# USE_KMSG"
"""The line of a script whose signals go to the kernel's log."""


def install(
    folder: str,
    definition: TestDefinition,
    parameters: Mapping[str, Any],
    skipped: Container[str],
    distribution: str,
) -> str:
    """The script that installs what a test needs; empty where that is nothing.

    ``folder`` is the test's on the board, ``skipped`` the keys of ``install`` that the job
    leaves out, ``distribution`` what the board runs, or nothing.
    """
    wanted = definition.install
    lines: list[str] = []
    if "keys" not in skipped:
        lines += [f"lava-add-keys {shlex.quote(key)}" for key in wanted.keys]
    if "sources" not in skipped:
        lines += [f"lava-add-sources {shlex.quote(source)}" for source in wanted.sources]
    packages = _packages(wanted, distribution) if "deps" not in skipped else []
    if packages:
        lines.append(f"lava-install-packages {shlex.join(packages)}")
    if "steps" not in skipped:
        lines += [step for step in wanted.steps if step is not None]
    if not lines:
        return ""
    begin = [*_variables(definition, parameters), "set -e", f"cd {shlex.quote(folder)}"]
    return "\n".join([*begin, *lines, ""])


def _packages(wanted: Install, distribution: str) -> list[str]:
    """The packages of all systems and of this one, each once; an entry may name several."""
    entries = [*wanted.deps, *wanted.deps_for.get(f"deps-{distribution}", [])]
    return list(dict.fromkeys(word for entry in entries for word in entry.split()))


def run(
    folder: str,
    name: str,
    definition: TestDefinition,
    parameters: Mapping[str, Any],
    *,
    kmsg: bool = False,
    delay: int = 0,
) -> str:
    """The script that runs a test: parameters, then the steps between the signals of a run.

    ``name`` is the run's. With ``kmsg`` signals go to the kernel's log; ``delay`` is the pause
    around each of them in milliseconds, for slow consoles.
    """
    pause = ['sleep "$CHARACTER_DELAY" || sleep 1'] if delay else []
    begin, end = (
        f'echo "{"<0>" if kmsg else ""}<LAVA_SIGNAL_{signal} $TESTRUN_ID $UUID>"'
        f"{' > /dev/kmsg' if kmsg else ''}"
        for signal in ("STARTRUN", "ENDRUN")
    )
    lines = [
        *_variables(definition, parameters),
        _RULE,
        *((KMSG, "export KMSG=true") if kmsg else ()),
        *((f"export CHARACTER_DELAY={delay / 1000:g}",) if delay else ()),
        "set -e",
        f"export TESTRUN_ID={shlex.quote(name)}",
        f"cd {shlex.quote(folder)}",
        "UUID=$(cat uuid)",
        *pause,
        begin,
        *pause,
        "set -x",
        *(_escaped(step) for step in definition.steps),
        "{ set +x; } 2>/dev/null",
        *pause,
        end,
        *pause,
        "",
    ]
    return "\n".join(lines)


def _variables(definition: TestDefinition, parameters: Mapping[str, Any]) -> Sequence[str]:
    return (
        "### default parameters from the test definition",
        *_assignments({**definition.params, **definition.parameters}),
        "### parameters from the job",
        *_assignments(parameters),
    )


def _assignments(parameters: Mapping[str, Any]) -> list[str]:
    """Assignments in LAVA's form: single quotes around the value, null as nothing."""
    return [
        f"{key}=''" if value is None else f"{key}='{value}'" for key, value in parameters.items()
    ]


def _escaped(text: str) -> str:
    """A step; LAVA keeps ``$N`` for the command that ``--shell`` and ``--cmd`` start."""
    if "--cmd" not in text and "--shell" not in text:
        return text
    for digit in "0123456789":
        text = text.replace(f"${digit}", f"\\${digit}")
    return text
