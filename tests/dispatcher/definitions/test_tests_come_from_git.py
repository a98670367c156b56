"""Test definitions from git: the right commit, the whole repository, and its name in results."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.testing.repositories import SMOKE, GitRepository
from pumice.testing.scripted_lab import Outcome, ScriptedLab


def run(lab: ScriptedLab, *entries: dict[str, Any]) -> Outcome:
    return lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": list(entries)}})


def test_the_repository_is_on_the_board_and_its_commit_in_the_results(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    outcome = run(lab, repository.entry())
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"beside": "pass"}
    commit = repository.git("rev-parse", "HEAD")
    assert outcome.result("lava", "git-repo-action")["extra"] == {"commit": commit}
    ended = outcome.result("lava", "0_smoke")
    assert ended["commit_id"] == commit
    assert ended["repository"] == str(repository.path)
    assert ended["path"] == "tests/smoke.yaml"
    assert ended["revision"] == "unspecified"
    place = lab.root / "lava-1/0/tests/0_smoke"
    assert place.joinpath("testdef.yaml").read_text() == SMOKE
    assert place.joinpath(".git").is_dir()
    assert "branch_vcs: git" in place.joinpath("testdef_metadata").read_text()


def test_a_branch_is_cloned_without_what_came_before(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    repository.git("checkout", "-q", "-b", "other")
    repository.write("beside.sh", "#!/bin/sh\nexit 1\n", 0o755)
    repository.commit("on the branch")
    repository.git("checkout", "-q", "main")
    count = "git rev-list --count HEAD > counted; lava-test-case head --shell grep -qx 1 counted"
    repository.git("checkout", "-q", "other")
    repository.write("tests/smoke.yaml", f"{SMOKE}    - {count}\n")
    repository.commit("count")
    repository.git("checkout", "-q", "main")
    outcome = run(lab, repository.entry(branch="other"))
    assert outcome.cases("0_smoke") == {"beside": "fail", "head": "pass"}


@pytest.mark.parametrize("way", ["commit", "tag", "branch"])
def test_a_revision_is_checked_out(lab: ScriptedLab, repository: GitRepository, way: str) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.git("tag", "v1")
    repository.git("branch", "old")
    repository.write("beside.sh", "#!/bin/sh\nexit 1\n", 0o755)
    repository.commit("the second")
    revision = {"commit": first, "tag": "v1", "branch": "old"}[way]
    outcome = run(lab, repository.entry(revision=revision))
    assert outcome.cases("0_smoke") == {"beside": "pass"}
    ended = outcome.result("lava", "0_smoke")
    assert (ended["commit_id"], ended["revision"]) == (first, revision)


@pytest.mark.parametrize("revision", ["no-such", "--upload-pack=touch", "HEAD~9"])
def test_a_revision_that_is_not_there_is_the_jobs_error(
    lab: ScriptedLab, repository: GitRepository, revision: str
) -> None:
    outcome = run(lab, repository.entry(revision=revision))
    assert outcome.end["error_type"] == "Job"
    assert f"the revision {revision!r} is not in the repository" in outcome.end["error_msg"]


def test_without_history_gits_own_folder_stays_away(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    outcome = run(lab, repository.entry(history=False))
    assert outcome.passed
    assert not lab.root.joinpath("lava-1/0/tests/0_smoke/.git").exists()


@pytest.mark.parametrize("recursive", [True, False])
def test_submodules_come_along_where_the_job_says_so(
    lab: ScriptedLab, repository: GitRepository, monkeypatch: pytest.MonkeyPatch, recursive: bool
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    inner = GitRepository(repository.path.parent / "inner")
    repository.git("submodule", "--quiet", "add", f"file://{inner.path}", "inside")
    repository.commit("with a submodule")
    outcome = run(lab, repository.entry(recursive=recursive))
    assert outcome.passed
    there = lab.root.joinpath("lava-1/0/tests/0_smoke/inside/beside.sh").exists()
    assert there is recursive


def test_the_jobs_parameters_win(lab: ScriptedLab, repository: GitRepository) -> None:
    outcome = run(lab, repository.entry(parameters={"WORD": "other"}))
    assert outcome.cases("0_smoke") == {"beside": "fail"}


def test_several_tests_come_from_one_repository(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    inline = lab.definition("lava-test-case here --result pass", name="inline")
    outcome = run(lab, repository.entry(name="a"), inline, repository.entry(name="b"))
    assert outcome.passed
    assert outcome.cases("0_a") == outcome.cases("2_b") == {"beside": "pass"}
    assert outcome.cases("1_inline") == {"here": "pass"}


def test_a_repository_that_is_not_there_is_the_labs_error(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    outcome = run(lab, repository.entry(repository=f"{repository.path}-gone"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "git clone" in outcome.end["error_msg"]


def test_a_repository_cannot_be_an_option_of_git(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    outcome = run(lab, repository.entry(repository=f"--upload-pack=touch {lab.folder}/owned"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert not lab.folder.joinpath("owned").exists()


def test_a_password_stays_out_of_the_log_and_off_the_board(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    address = f"http://user:hidden-word@127.0.0.1:1{repository.path}"
    outcome = run(lab, repository.entry(repository=address))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "http://user@127.0.0.1:1" in outcome.text
    assert "hidden-word" not in outcome.text


LINK_OUT = "metadata: {name: out}\nrun: {steps: ['true']}\n"


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("tests/gone.yaml", None, "cannot be read in"),
        ("tests", None, "cannot be read in"),
        ("../smoke.yaml", None, "leads out of its folder"),
        ("tests/bad.yaml", "metadata: {name: x}\nrun:\n  steps: [1\n", "line 4"),
        ("tests/bad.yaml", "metadata: {name: x}\nrun:\n  steps: true\n", "line 3"),
        ("tests/bad.yaml", "run:\n  steps: []\n", "metadata"),
        ("tests/bad.yaml", "&a [*a]", "tests/bad.yaml"),
        ("tests/bad.yaml", f"# {'x' * (1 << 20)}", "tests/bad.yaml"),
    ],
)
def test_a_wrong_definition_is_named_with_its_place(
    lab: ScriptedLab, repository: GitRepository, path: str, text: str | None, message: str
) -> None:
    if text is not None:
        repository.write(path, text)
        repository.commit("wrong")
    outcome = run(lab, repository.entry(path=path))
    assert outcome.end["error_type"] == "Job"
    assert path in outcome.end["error_msg"]
    assert message in outcome.end["error_msg"]


def test_a_definition_that_is_a_link_out_of_the_repository_is_not_read(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    outside = lab.folder / "outside.yaml"
    outside.write_text(LINK_OUT)
    repository.path.joinpath("tests/link.yaml").symlink_to(outside)
    repository.commit("a link")
    outcome = run(lab, repository.entry(path="tests/link.yaml"))
    assert outcome.end["error_type"] == "Job"
    assert "leads out of the repository" in outcome.end["error_msg"]
