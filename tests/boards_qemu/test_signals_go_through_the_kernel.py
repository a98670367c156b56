"""``lava-signal: kmsg`` on a real kernel: every signal comes, though it drops fast writers."""

from __future__ import annotations

from typing import Any

CASES = 30


def test_every_result_comes_in_a_line_of_the_kernels(lab: Any) -> None:
    steps = (
        f"for i in $(seq {CASES}); do lava-test-case case-$i --result pass; done",
        "lava-test-case shell --shell true",
    )
    definition = lab.definition(*steps, name="kmsg", **{"lava-signal": "kmsg"})
    last = lab.definition("lava-test-case plain --result pass", name="plain")
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [definition, last]}})
    assert outcome.end["result"] == "pass"
    expected = {f"case-{number}": "pass" for number in range(1, CASES + 1)}
    assert outcome.cases("0_kmsg") == {**expected, "shell": "pass"}
    assert outcome.cases("1_plain") == {"plain": "pass"}
    assert outcome.cases("lava")["0_kmsg"] == "pass"
    lines = [m for m in outcome.messages("target") if "TEST_CASE_ID=case-7 " in str(m)]
    assert [line for line in lines if line.startswith("[")], "a line of the kernel's"
