"""The top level of a job definition: every key but what is inside ``actions``."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from pumice.definitions.keys import Timeout
from pumice.definitions.notify import Notify
from pumice.definitions.protocols import Protocols
from pumice.formats.schema import Section, describe, nearest, wrong

PRIORITIES = {"low": 0, "medium": 50, "high": 100}
"""The priorities that have a name."""

_CONTEXT_KEYS = """arch boot_console boot_root cpu extra_options guestfs_driveid
    guestfs_interface guestfs_size machine memory model monitor netdevice no_kvm no_network
    serial vga booti_dtb_addr booti_kernel_addr booti_ramdisk_addr bootm_dtb_addr
    bootm_kernel_addr bootm_ramdisk_addr bootz_dtb_addr bootz_kernel_addr bootz_ramdisk_addr
    deploy_character_delay boot_character_delay test_character_delay boot_retry
    bootloader_prompt console_device custom_kernel_args extra_kernel_args extra_nfsroot_args
    failure_retry kernel_loglevel kernel_start_message lava_test_results_dir
    menu_interrupt_prompt mustang_menu_list tftp_mac_address uboot_extra_error_message
    uboot_needs_interrupt uboot_altbank"""
CONTEXT_KEYS = frozenset(_CONTEXT_KEYS.split())
"""The variables of a device that a job's ``context`` may set."""


def _context_value(value: object) -> object:
    for item in cast("list[object]", value) if isinstance(value, list) else [value]:
        if not isinstance(item, str | int):
            raise wrong(
                f"a text, a whole number, true, false or a list of them is needed, "
                f"found {describe(item)}"
            )
    return cast("object", value)


def _priority(value: object) -> object:
    if isinstance(value, str):
        if value in PRIORITIES:
            return value
        meant = nearest(value, PRIORITIES)
        hint = f": did you mean {meant!r}?" if meant else ""
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100:
        return value
    else:
        hint = ""
    known = ", ".join(PRIORITIES)
    raise wrong(f"{known} or a number from 0 to 100 is needed, found {describe(value)}{hint}")


class Groups(Section):
    """Who may see a job: the members of any of these groups."""

    group: list[str] = Field(min_length=1)
    """The groups whose members may see the job."""


def _visibility_kind(value: object) -> str:
    return "groups" if isinstance(value, dict) else "word"


Visibility = Annotated[
    Annotated[Literal["public", "personal"], Tag("word")] | Annotated[Groups, Tag("groups")],
    Discriminator(_visibility_kind),
]
_SCALAR = {"type": ["string", "integer", "boolean"]}
ContextValue = Annotated[
    Any,
    BeforeValidator(_context_value),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}),
]
Priority = Annotated[
    Any,
    BeforeValidator(_priority),
    WithJsonSchema(
        {"anyOf": [{"enum": [*PRIORITIES]}, {"type": "integer", "minimum": 0, "maximum": 100}]}
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Timeouts(Section):
    """The timeouts of a job, from the least to the most specific."""

    job: Timeout
    """How long the whole job may take."""

    action: Timeout = Timeout()
    """How long each action may take that nothing else limits."""

    actions: dict[str, Timeout] = {}
    """How long actions may take, by their names."""

    connection: Timeout = Timeout()
    """How long each wait for the board's output may take."""

    connections: dict[str, Timeout] = {}
    """The same, by the names of actions."""

    queue: Timeout = Timeout()
    """How long the job may wait for a device."""


class Job(Section):
    """The keys of a job definition."""

    job_name: Name
    """What the job is called in lists."""

    device_type: Name = ""
    """The type of device that the job runs on."""

    device: Name = ""
    """The only device that may run the job."""

    worker: Name = ""
    """The only worker whose devices may run the job."""

    timeouts: Timeouts
    """How long things may take."""

    visibility: Visibility
    """Who may see the job: public, personal, or groups."""

    priority: Priority = "medium"
    """low, medium, high or a number from 0 to 100; higher ones are served first."""

    context: dict[str, ContextValue] = {}
    """Variables for the templates of the device."""

    metadata: dict[Any, Any] = {}
    """What is kept with the job, for searches."""

    tags: list[str] = []
    """Tags that the device must have."""

    secrets: dict[str, str] = {}
    """Texts for the tests that are masked wherever the job is shown."""

    environment: dict[str, Any] = {}
    """Variables for the tests."""

    protocols: Protocols | None = None
    """MultiNode, and network block devices."""

    notify: Notify | None = None
    """Whom to tell of the job's progress."""

    reboot_to_fastboot: bool = True
    """Accepted for LAVA's sake; it changes nothing."""

    actions: list[dict[str, Any]] = Field(min_length=1)
    """What the job does, in order: deploy, boot, test and command."""
