"""What a worker fetches to run a job: five texts, never null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

KEYS = ("definition", "device", "dispatcher", "env", "env-dut")


class InvalidPayload(ValueError):
    """The server's answer is not a job: it must hold the five texts of :data:`KEYS`."""


@dataclass(frozen=True, slots=True)
class JobPayload:
    """Definition and rendered device (YAML), and the texts of dispatcher.yaml, env.yaml and
    env-dut.yaml (empty where there is no such file)."""

    definition: str
    device: str
    dispatcher: str = ""
    env: str = ""
    env_dut: str = ""

    def as_json(self) -> dict[str, str]:
        """The object that ``GET /scheduler/internal/v1/jobs/<id>/`` answers."""
        return {
            "definition": self.definition,
            "device": self.device,
            "dispatcher": self.dispatcher,
            "env": self.env,
            "env-dut": self.env_dut,
        }

    @classmethod
    def from_json(cls, answer: object) -> JobPayload:
        """Read the server's answer. Raises InvalidPayload."""
        if not isinstance(answer, dict):
            raise InvalidPayload("the job's payload is not a JSON object")
        fields = cast("dict[str, Any]", answer)
        wrong = [key for key in KEYS if not isinstance(fields.get(key), str)]
        if wrong:
            raise InvalidPayload(f"the job's payload has no text for {', '.join(wrong)}")
        return cls(*(fields[key] for key in KEYS))
