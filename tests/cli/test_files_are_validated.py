"""``pumice validate``: what is wrong with a file, by its kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pumice.cli.main import main
from pumice.formats import yaml

JOB = """\
job_name: smoke
device_type: qemu
visibility: public
timeouts: {job: {minutes: 5}}
context: {arch: amd64}
actions:
- deploy: {to: tmpfs, images: {kernel: {url: "http://example.com/k"}}}
- boot: {method: qemu, prompts: "# "}
"""
TEST = "metadata: {format: Lava-Test Test Definition 1.0, name: a}\nrun: {steps: [ls]}\n"
DEVICE = "{% extends 'qemu.jinja2' %}\n{% set memory = 1024 %}\n"
RENDERED = """\
constants: {}
parameters: {}
timeouts: {actions: {}, connections: {}}
actions: {deploy: {methods: {}}, boot: {methods: {}}}
"""
FILES = {"job": JOB, "test": TEST, "device": DEVICE}


def validate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)])


@pytest.mark.parametrize("kind", FILES)
def test_the_kind_is_guessed_from_the_content(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "file"
    file.write_text(FILES[kind])
    done = validate(file)
    assert (done.exit_code, done.stdout) == (0, f"{file} is a valid {kind}\n")


def test_a_rendered_configuration_is_taken_for_a_device(tmp_path: Path) -> None:
    file = tmp_path / "board.yaml"
    file.write_text(RENDERED)
    assert " device" in validate(file).output


def test_a_file_that_is_no_text_is_invalid(tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_bytes(b"job_name: \xff\n")
    done = validate(file)
    assert done.exit_code == 1
    assert "not UTF-8" in done.stderr


def test_a_job_among_the_health_checks_is_one(tmp_path: Path) -> None:
    file = tmp_path / "health-checks" / "qemu.yaml"
    file.parent.mkdir()
    file.write_text(JOB)
    assert validate(file).stdout == f"{file} is a valid health check\n"


def test_a_health_check_is_for_one_device(tmp_path: Path) -> None:
    file = tmp_path / "check.yaml"
    group = JOB.replace("{to:", "{role: [a], to:").replace("{method:", "{role: [a], method:")
    group = group.replace("device_type: qemu\n", "").replace("context: {arch: amd64}\n", "")
    roles = "protocols: {lava-multinode: {roles: {a: {device_type: qemu, count: 1}}}}\n"
    file.write_text(group + roles)
    assert validate(file).exit_code == 0
    done = validate(file, "--as", "health-check")
    assert done.exit_code == 1
    assert "a health check runs on one device" in done.stderr


def test_a_problem_is_printed_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_text(JOB.replace("method: qemu", "method: qmeu"))
    done = validate(file)
    assert done.exit_code == 1
    first, second = done.stderr.splitlines()
    assert first == f"{file} is not a valid job"
    assert "(did you mean 'qemu'?)" in second
    assert "(actions[1].boot.method; line 8, column 10)" in second


def test_strict_refuses_keys_without_a_meaning(tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_text(JOB + "colour: red\n")
    assert validate(file).exit_code == 0
    assert validate(file, "--strict").exit_code == 1


def test_the_problems_may_be_had_as_json(tmp_path: Path) -> None:
    file = tmp_path / "test.yaml"
    file.write_text(TEST.replace("run:", "rnu:"))
    done = validate(file, "--json")
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert (answer["kind"], answer["valid"]) == ("test", False)
    (problem,) = answer["problems"]
    assert (problem["path"], problem["line"], problem["column"]) == (["rnu"], 2, 1)
    assert "did you mean 'run'?" in problem["message"]


def test_a_job_is_planned_on_a_device(tmp_path: Path) -> None:
    job, device = tmp_path / "job.yaml", tmp_path / "board.jinja2"
    job.write_text(JOB)
    device.write_text(DEVICE)
    assert validate(job, "--device", device).exit_code == 0
    job.write_text(JOB.replace("arch: amd64", "arch: vax"))
    done = validate(job, "--device", device)
    assert done.exit_code == 1
    assert "(context.arch; line 5, column 11)" in done.stderr


def test_a_dictionary_is_rendered_with_a_context(tmp_path: Path) -> None:
    device = tmp_path / "board.jinja2"
    device.write_text("{% extends 'own.jinja2' %}\n")
    types = tmp_path.parent / "device-types"
    types.mkdir(exist_ok=True)
    types.joinpath("own.jinja2").write_text("hostname: {{ scheduled_device_name }}\na: {{ b }}\n")
    done = validate("--device", device, "--render", "--context", '{"b": "c"}')
    assert yaml.load(done.stdout).data == {"hostname": "board", "a": "c"}


def test_a_template_that_is_not_there_is_a_problem_of_the_device(tmp_path: Path) -> None:
    device = tmp_path / "board.jinja2"
    device.write_text("{% extends 'nowhere.jinja2' %}\n")
    for done in (validate(device), validate("--device", device, "--render")):
        assert done.exit_code == 1
        assert "nowhere.jinja2" in done.stderr


@pytest.mark.parametrize(("name", "key"), [("job", "job_name"), ("test", "metadata")])
def test_the_schema_is_printed(name: str, key: str) -> None:
    schema = json.loads(validate("--schema", name).stdout)
    assert any(key in known.get("properties", ()) for known in schema["definitions"].values())


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["/nowhere"],
        ["--render"],
        ["--as", "poem", __file__],
        ["--render", "--device", __file__, "--context", "{"],
        ["--render", "--device", __file__, "--context", "[]"],
        ["--as", "test", "--device", __file__, __file__],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    done = validate(*arguments)
    assert done.exit_code == 2
    assert done.stderr
