"""A device of type ``ssh`` and jobs for it, run by the real dispatcher without a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pumice.devices import library
from pumice.devices.rendering import render
from pumice.formats import yaml
from pumice.testing.scripted_lab import ScriptedLab
from pumice.testing.ssh_host import PROMPT, SshHost


@dataclass
class SshLab(ScriptedLab):
    """A device of type ``ssh``; ``variables`` are set in its dictionary beside its own."""

    host: SshHost = field(kw_only=True)
    variables: dict[str, Any] = field(default_factory=dict[str, Any])

    def device(self) -> dict[str, Any]:
        variables = {
            "ssh_host": "127.0.0.1",
            "ssh_port": self.host.port,
            "ssh_user": self.host.user,
            "ssh_identity_file": str(self.host.key),
            "lava_test_results_dir": f"{self.folder}/lava-%s",
            "lava_test_shell_file": f"{self.folder}/shell.rc",
            **self.variables,
        }
        lines = [f"{{% set {name} = {value!r} %}}" for name, value in variables.items()]
        text = "\n".join(["{% extends 'ssh.jinja2' %}", *lines])
        return yaml.load(render(text, library)).data

    def deploy(self, **changes: Any) -> dict[str, Any]:
        return {"deploy": {"to": "ssh", **changes}}

    def boot(self, **changes: Any) -> dict[str, Any]:
        return {"boot": {"method": "ssh", "prompts": [PROMPT], **changes}}
