"""Keys that several parts of a job share: timeouts, actions, downloads, login, containers.

Each model is a section of a job definition. Fields keep the document's names (``-`` by alias);
defaults are what the absence of a key means.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from pumice.formats.schema import Section, describe, wrong


def _text_or_list(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise wrong(f"a text or a list of texts is needed, found {describe(value)}")
    return cast("list[object]", value)


Texts = Annotated[
    list[str],
    BeforeValidator(_text_or_list, json_schema_input_type=str | list[str]),
]
"""A list of texts; one text stands for a list with only it."""


class Timeout(Section):
    """A duration, as the sum of its units; ``skip`` continues a job after a test's timeout."""

    days: float = Field(default=0, ge=0)
    """Days."""

    hours: float = Field(default=0, ge=0)
    """Hours."""

    minutes: float = Field(default=0, ge=0)
    """Minutes."""

    seconds: float = Field(default=0, ge=0)
    """Seconds."""

    skip: bool = False
    """After the timeout of a test the job goes on."""


class Request(Section):
    """A call between the roles of a MultiNode job, made when the named action runs."""

    action: str
    """The action that makes the call when it runs."""

    request: Literal["lava-sync", "lava-send", "lava-wait", "lava-wait-all", "lava-start"]
    """The call."""

    message_id: str = Field(default="", alias="messageID")
    """The name of the message."""

    message: dict[str, Any] = {}
    """What the message says; ``$NAME`` stands for the value of that name in what others sent."""

    role: str = ""
    """With lava-wait-all: only the messages of this role are waited for."""

    expect_role: str = ""
    """With lava-start: the role whose message lava_start is waited for."""

    timeout: Timeout = Timeout()
    """How long it may take."""


class ActionProtocols(Section):
    """What an action does with the job's protocols."""

    multinode: list[Request] = Field(default=[], alias="lava-multinode")
    """Calls between the roles of a MultiNode job."""

    xnbd: Any = Field(default=None, alias="lava-xnbd")
    """What the action tells the job's block device."""


class Action(Section):
    """What every action of a job may say."""

    namespace: str = "common"
    """Actions of one namespace share images, console and tests."""

    connection_namespace: str = Field(default="", alias="connection-namespace")
    """The namespace whose console the action uses."""

    protocols: ActionProtocols | None = None
    """What the action tells other roles of a MultiNode job."""

    role: Texts = []
    """The roles of a MultiNode job that perform the action."""

    timeout: Timeout = Timeout()
    """How long the action may take."""

    timeouts: dict[str, Timeout] = {}
    """How long actions inside it may take, by their names."""

    repeat: int = Field(default=1, ge=1)
    """How often the action is performed."""

    failure_retry: int = Field(default=1, ge=1)
    """How often it is attempted at most when it fails."""

    failure_retry_interval: int = Field(default=1, ge=1)
    """Seconds between two attempts."""

    @field_validator("namespace")
    @classmethod
    def _is_free(cls, value: str) -> str:
        if value in ("common", "docker-test-shell"):
            raise wrong(f"the namespace {value!r} is taken by the dispatcher: use another name")
        return value


Compression = Literal["bz2", "gz", "xz", "zip", "zstd"]


class Overlay(Section):
    """Something that is put over a downloaded file: the job's own overlay, or an archive."""

    url: str
    """Where it is."""

    format: Literal["file", "tar"]
    """One file, or an archive."""

    path: str
    """The file, or the folder for the archive: absolute, without ".."."""

    headers: dict[str, str] = {}
    """HTTP headers, by name."""

    compression: Compression | None = None
    """How the file is compressed."""

    md5sum: str = ""
    """Checked against what is downloaded."""

    sha256sum: str = ""
    """Checked against what is downloaded."""

    sha512sum: str = ""
    """Checked against what is downloaded."""

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        if not value.startswith("/") or ".." in value.split("/"):
            raise wrong("an absolute path without '..' is needed")
        return value


def _overlay_kind(value: object) -> str:
    return "switch" if isinstance(value, bool) else "file"


OverlayOrSwitch = Annotated[
    Annotated[bool, Tag("switch")] | Annotated[Overlay, Tag("file")],
    Discriminator(_overlay_kind),
]
"""An overlay, or (for the job's own, named ``lava``) whether it is wanted."""


class Download(Section):
    """A file to download: where from, how to check it, and how to unpack it."""

    url: str = Field(min_length=1)
    """Where the file is."""

    headers: dict[str, str] = {}
    """HTTP headers, by name."""

    compression: Compression | None = None
    """How the file is compressed: it is unpacked while it is downloaded."""

    archive: Literal["tar"] | None = None
    """The file is a tar archive."""

    md5sum: str = Field(default="", pattern="^[0-9a-fA-F]{32}$")
    """Checked against what is downloaded."""

    sha256sum: str = Field(default="", pattern="^[0-9a-fA-F]{64}$")
    """Checked against what is downloaded."""

    sha512sum: str = Field(default="", pattern="^[0-9a-fA-F]{128}$")
    """Checked against what is downloaded."""

    use_cache: bool = True
    """Whether the cache for downloads may answer."""

    format: Literal["cpio.newc", "ext4", "tar"] | None = None
    """What the file is, where something is put over it."""

    partition: int | None = Field(default=None, ge=0)
    """The partition of the image that the overlays go to, counted from 0."""

    sparse: bool = False
    """The image is one of Android's sparse images."""

    overlay_backend: Literal["auto", "e2fsprogs", "guestfs"] = "auto"
    """The program that changes file systems; it is e2fsprogs with each of them."""

    overlays: dict[str, OverlayOrSwitch] = {}
    """What is put over the file: lava stands for the tests."""

    @model_validator(mode="after")
    def _sparse_is_for_ext4(self) -> Self:
        if self.sparse and self.format != "ext4":
            raise wrong("'sparse' is possible only with 'format: ext4'")
        return self


class AutoLogin(Section):
    """How to log in: what the board asks, and what to answer."""

    login_prompt: str = Field(min_length=1)
    """A regular expression that the question for the user matches."""

    username: str = Field(min_length=1)
    """What is typed then."""

    password_prompt: str = ""
    """A regular expression that the question for the password matches."""

    password: str = ""
    """What is typed then."""

    login_commands: list[str] = []
    """What is typed after the login, line by line."""

    @model_validator(mode="after")
    def _password_needs_its_prompt(self) -> AutoLogin:
        given = self.model_fields_set & {"password", "password_prompt"}
        if len(given) == 1:
            missing = ({"password", "password_prompt"} - given).pop()
            raise wrong(f"{given.pop()!r} needs {missing!r} beside it")
        return self


class TransferOverlay(Section):
    """How a booted board fetches and unpacks the overlay."""

    download_command: str = ""
    """What the board fetches the overlay with."""

    unpack_command: str
    """What the board unpacks it with."""

    transfer_method: Literal["http", "nfs", "zmodem"] = "http"
    """How it comes to the board."""

    @model_validator(mode="after")
    def _download_needs_a_command(self) -> TransferOverlay:
        if self.transfer_method != "zmodem" and not self.download_command:
            raise wrong("the key 'download_command' is missing")
        return self


ContainerName = Annotated[str, Field(pattern="^([a-zA-Z0-9][a-zA-Z0-9_.-]*)?$")]
"""The name of a container within its job."""


class DockerLogin(Section):
    """The account for an image registry."""

    registry: str
    """The registry."""

    user: str
    """The user."""

    password: str
    """The password."""


class Docker(Section):
    """A container that an action uses."""

    image: str = Field(
        pattern=r"^[a-z0-9]+[a-z0-9._/:-]*[a-z0-9]+(:[a-zA-Z0-9_]+[a-zA-Z0-9._-]*)?$"
    )
    """The image's name, with a tag or without."""

    local: bool = False
    """The image is on the worker: it is not pulled."""

    container_name: ContainerName = ""
    """A name by which other containers of the job find this one."""

    network_from: ContainerName = ""
    """The name of another container of the job whose network this one shares."""

    login: DockerLogin | None = None
    """The account for the image's registry."""


class Kernel(Download):
    """A kernel; its type says how the bootloader starts it."""

    type: Literal["image", "uimage", "zimage"] | None = None
    """How the bootloader starts it."""


class Partitioned(Download):
    """A file system, or an image whose partition ``root_partition`` is the root file system."""

    root_partition: int | None = Field(default=None, ge=0)
    """The image's partition that is the root file system, counted from 0."""


class Flashed(Partitioned):
    """An image that a tool writes; ``apply-overlay`` puts the tests into it."""

    apply_overlay: bool = Field(default=False, alias="apply-overlay")
    """Whether the tests are put into the image."""


class WithArgument(Download):
    """A file that a program is started with; ``image_arg`` is what its command line says."""

    image_arg: str = ""
    """What the program's command line says about it; {NAME} becomes its path."""


class BootParameters(Section):
    """Messages of one boot that differ from the device's."""

    bootloader_final_message: str = Field(default="", alias="bootloader-final-message")
    """What the bootloader says last."""

    kernel_start_message: str = Field(default="", alias="kernel-start-message")
    """What the kernel's first line looks like."""

    shutdown_message: str = Field(default="", alias="shutdown-message")
    """A line that shows that the board restarts."""


class BootAction(Action):
    """What every boot action may say beside its ``method``."""

    parameters: BootParameters = BootParameters()
    """Messages that differ from the device's."""

    soft_reboot: Texts = []
    """Commands that reboot a running board."""

    ignore_kernel_messages: bool = False
    """Warnings and panics of the kernel are not looked for."""


class Console(BootAction):
    """A boot whose shell is waited for. ``failure_message`` ends the login where it is seen."""

    prompts: Texts = []
    """Regular expressions that the shell's prompt matches."""

    auto_login: AutoLogin | None = None
    """How to log in."""

    failure_message: str = ""
    """A regular expression; where it matches during the login, the job fails."""


class Shell(Console):
    """A boot whose shell may fetch the overlay itself."""

    transfer_overlay: TransferOverlay | None = None
    """How the board fetches the tests."""


class Bootloader(Shell):
    """A boot through a bootloader's commands, or the name of one of the device's lists of them."""

    commands: Texts
    """Commands, or the name of one of the device's lists of them."""

    use_bootscript: bool = False
    """The commands are put into a script that the bootloader loads."""


class DeployAction(Action):
    """What every deploy action may say beside ``to``."""

    os: str = ""
    """The distribution on the board: where tests are put, how packages are installed."""

    authorize: Literal["ssh"] | None = None
    """Put a key for ssh into the overlay."""

    overlay_backend: Literal["auto", "e2fsprogs", "guestfs"] = "auto"
    """The program that changes file systems; it is e2fsprogs with each of them."""
