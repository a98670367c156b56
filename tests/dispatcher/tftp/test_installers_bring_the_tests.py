"""``os: debian_installer`` and ``centos_installer``: the answers bring the tests along."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from pumice.dispatcher.deploy.preseed import with_late_command
from pumice.testing.scripted_lab import Outcome

ANSWERS = "d-i debian-installer/locale string en_GB\n"
KICKSTART = "install\ntext\n%packages\n@core\n%end"


def run(tftp: Any, system: str, answers: str, **job: Any) -> Outcome:
    deploy = tftp.deploy(preseed=tftp.file("answers.cfg", answers.encode()))
    deploy["deploy"] |= {"os": system, **job}
    return tftp.run(deploy, tftp.boot(), tftp.test("lava-test-case ran --result pass"))


def answers(tftp: Any) -> str:
    """What the installer reads; the same in the ramdisk and from the TFTP server."""
    text = tftp.loaded["preseed/answers.cfg"].read_text()
    assert tftp.root.joinpath("preseed.cfg").read_text() == text
    return text


def test_debians_installer_copies_them_from_its_ramdisk(tftp: Any) -> None:
    outcome = run(tftp, "debian_installer", ANSWERS)
    assert outcome.passed, outcome.end
    text = answers(tftp)
    assert text.startswith(ANSWERS)
    words = text.removeprefix(ANSWERS).split(maxsplit=3)
    assert words[:3] == ["d-i", "preseed/late_command", "string"]
    root = tftp.root / "lava-1"
    target = tftp.folder / "target"
    # The installer's /target is a folder of this host's here.
    subprocess.run(["sh", "-ec", words[3].replace("/target", str(target))], check=True)
    there = target / str(root).lstrip("/")
    assert (there / "bin/lava-test-case").stat().st_mode & 0o111
    assert {p.name for p in there.iterdir()} == {p.name for p in root.iterdir()}


def test_anacondas_file_holds_them(tftp: Any) -> None:
    outcome = run(tftp, "centos_installer", KICKSTART)
    assert outcome.passed, outcome.end
    before, _, after = answers(tftp).partition("%post --erroronfail\n")
    assert before == f"{KICKSTART}\n"
    script, _, rest = after.partition("%end")
    assert rest == "\n"
    target = tftp.folder / "target"
    target.mkdir()
    subprocess.run(["sh", "-ec", script.replace("-C /", f"-C {target}")], check=True)
    there = target / str(tftp.root / "lava-1").lstrip("/")
    assert there.joinpath("bin/lava-test-case").exists()


def test_the_helpers_are_those_of_the_system_that_is_installed(tftp: Any) -> None:
    assert run(tftp, "debian_installer", ANSWERS).passed
    helper = tftp.root / "lava-1/bin/lava-install-packages"
    assert "apt-get" in helper.read_text()


def test_without_an_installer_the_answers_stay_as_they_are(tftp: Any) -> None:
    outcome = run(tftp, "debian", ANSWERS)
    assert outcome.passed, outcome.end
    assert tftp.loaded["preseed/answers.cfg"].read_text() == ANSWERS
    assert not tftp.root.joinpath("preseed.cfg").exists()


def test_bytes_that_are_no_text_stay(tftp: Any) -> None:
    source = tftp.file("answers.cfg", b"# caf\xe9\n")
    deploy = tftp.deploy(preseed=source)
    deploy["deploy"]["os"] = "debian_installer"
    assert tftp.run(deploy, tftp.boot(), tftp.test("true")).passed
    assert tftp.loaded["preseed/answers.cfg"].read_bytes().startswith(b"# caf\xe9\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b c", "a b c\nd-i preseed/late_command string mine\n"),
        ("", "d-i preseed/late_command string mine\n"),
        ("d-i preseed/late_command string own", "d-i preseed/late_command string own; mine"),
        ("d-i preseed/late_command string\nx\n", "d-i preseed/late_command string mine\nx\n"),
        (
            " d-i  preseed/late_command string a; \\\n  b\nx\n",
            " d-i  preseed/late_command string a; \\\n  b; mine\nx\n",
        ),
        ("#d-i preseed/late_command string a\n", None),
    ],
)
def test_the_last_command_joins_what_is_there(before: str, after: str | None) -> None:
    expected = after or f"{before}d-i preseed/late_command string mine\n"
    assert with_late_command(before, "mine") == expected
