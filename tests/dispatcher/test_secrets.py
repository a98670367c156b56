"""Secrets reach the board, and nobody else."""

from __future__ import annotations

from pumice.testing.scripted_lab import ScriptedLab


def test_secrets_are_on_the_board_and_masked_in_every_record(lab: ScriptedLab) -> None:
    secrets = {"TOKEN": "hush-hush", "KEY": "first-line\nsecond-line"}
    outcome = lab.run(
        lab.deploy(),
        lab.boot(),
        lab.test(
            ". ../../../secrets",
            'lava-test-case known --shell test "$TOKEN" = hush-hush',
            "cat ../../../secrets",
            'lava-test-case "got-$TOKEN" --result pass',
            "lava-test-event $TOKEN",
            'lava-test-raise "it is $TOKEN"',
        ),
        secrets=secrets,
    )
    written = "".join(path.read_text() for path in lab.outcome.output.iterdir() if path.is_file())
    for secret in ("hush-hush", "first-line", "second-line"):
        assert secret not in written
    assert outcome.end["error_msg"] == "it is [MASKED]"
    assert outcome.messages("event") == ["[MASKED]"]
    assert outcome.cases("0_smoke")["got-[MASKED]"] == "pass"


def test_the_file_of_secrets_is_only_for_its_owner(lab: ScriptedLab) -> None:
    lab.run(lab.deploy(), lab.boot(), lab.test("true"), secrets={"A": "bcdef"})
    assert lab.root.joinpath("lava-1/secrets").stat().st_mode & 0o777 == 0o600
