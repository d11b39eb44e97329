"""Data, and a saved result, in which every text that somebody else can write means harm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import dsready
from dsready.model import Outcome, Rule, Suppression

if TYPE_CHECKING:
    from pathlib import Path

    from dsready.model import Report

#: What each of them would do: to a terminal, a runner of a CI service, XML, HTML, Markdown, a table, a block of ours.
TEXTS = (
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;http://evil.example\x07here\x1b]8;;\x07 \x9b31m \x7f",
    "\u202egnp.exe\u2066 \u2028::error::y \ufeff \ue000 \U000e0041",
    "\n::stop-commands::t\r::set-env name=x::y\n  ::add-mask::a",
    "::error file=x::y ##[add-mask]x ##vso[task.setvariable variable=a]b ##teamcity[buildStatus text='x']",
    "a%0A::error::z%0D%25,line=1:2",
    "</script></title></svg><img src=x onerror=alert(1)><!-- x --> &amp; &#60; <?x y?>",
    "]]> <![CDATA[ <!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]> &y;",
    "| a || b \\| c \\\\| ` `` ``` \n| --- |\n# d\n```",
    "![x](http://evil.example/x.png) [y](javascript:alert(1)) <http://evil.example> @octocat #1 www.evil.example",
    "<!-- dsready:end -->\n<!-- dsready:begin -->",
    "[bold]x[/bold] {0} {0.__class__} %s %(x)s $(id) `id`",
    "lone \ud800 and \udfff, NUL \x00",
)
#: A saved result is JSON, and can hold no lone surrogate.
HOSTILE = " ".join(text for text in TEXTS if "\ud800" not in text)

#: Nothing but the slash and NUL is forbidden in the name of a file.
NAMES = (
    "\n::error::x\n##[add-mask]y\x1b]0;o\x07\x9b\u202e.jsonl",
    "`|` ![x](http:evil) <img onerror=a>]]>%0A,line=1:2@octocat.jsonl",
    "<!-- dsready:end -->.jsonl",
)


def everywhere(text: str) -> list[dict[str, Any]]:
    """Return rows that have a text for a role, a key, an id, the name of a function and what is said."""
    call = {"id": text, "type": "function", "function": {"name": text, "arguments": text}}
    said = [
        {"role": "user", "content": text},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": f"{text} other", "content": text},
        {"role": text, "content": text},
    ]
    return [
        {"messages": said},
        {"messages": said, text: text},
        {"messages": said, text: {text: [1]}, "x": text},
        {"prompt": text * 3, "completion": text},
        {text: text},
        {"prompt": text, "completion": {text: 1}},
    ]


def lint(folder: Path, **config: Any) -> Report:
    """Lint files whose roles, keys, tools and names are hostile, and which break many rules with them."""
    rows = [row for text in TEXTS for row in everywhere(text)]
    lines = [json.dumps(row) for row in rows]
    lines += [f'{{"messages": {json.dumps(text)} {text}' for text in TEXTS if "\n" not in text]
    lines += [f'{{"a": 1, {json.dumps(text)}: 1, {json.dumps(text)}: 2}}' for text in TEXTS]
    for number, name in enumerate(NAMES):
        # Each file has its share of them, and the last has some of the first once more.
        mine = [*lines[number :: len(NAMES)], *lines[: number * 3]]
        (folder / name).write_bytes("\n".join([*mine, ""]).encode("utf-8", "surrogatepass"))
    return dsready.lint(
        [folder / name for name in NAMES],
        eval=folder / NAMES[-1],
        config={"target": ["openai-sft", "trl-sft", "together"], "context-length": 8, **config},
    )


def saved(report: Report) -> Report:
    """Return a result of which every text is hostile: it may be a file of anybody's."""
    first = report.findings[0]
    place = first.location.model_copy(update={"path": f"::stop::{HOSTILE}", "record_sha256": HOSTILE})
    finding = first.model_copy(
        update={
            "message": HOSTILE,
            "location": place,
            "related": (place,) * 2,
            "pointer": f"/{HOSTILE}",
            "rule": HOSTILE,
            "name": HOSTILE,
            "fingerprint": HOSTILE,
        }
    )
    bare = finding.model_copy(update={"location": None, "message": "::set-env name=x::y", "rule": "ABC001"})
    hidden = finding.model_copy(update={"suppressed": Suppression(by="ignore-file", reason=HOSTILE), "blocks": True})
    readiness = report.readiness.model_copy(
        update={
            "dimensions": tuple(
                part.model_copy(update={"because": HOSTILE, "reason": HOSTILE, "rules": (HOSTILE,)})
                for part in report.dimensions
            ),
            "blockers": {HOSTILE: 3},
            "limited_by": HOSTILE,
        }
    )
    rule = Rule.model_construct(
        code="ABC002",
        name=HOSTILE,
        summary=HOSTILE,
        fix=HOSTILE,
        dimension=HOSTILE,
        severity=first.severity,
        blocks=True,
    )
    crash = Outcome(check=HOSTILE, status="crashed", reason=HOSTILE, traceback=f"{HOSTILE}\n{HOSTILE}")
    skip = Outcome(check="language", status="skipped", reason=HOSTILE)
    return report.model_copy(
        update={
            "name": HOSTILE,
            "failure": HOSTILE,
            "tool": {"name": HOSTILE, "version": HOSTILE},
            "summary": report.summary.model_copy(update={"by_rule": {HOSTILE: 9, "ABC001": 2}, "suppressed": 1}),
            "findings": (finding, bare, hidden),
            "rules": (rule, rule.model_copy(update={"code": HOSTILE})),
            "readiness": readiness,
            "gates": tuple(
                gate.model_copy(update={"id": HOSTILE, "required": HOSTILE, "found": HOSTILE, "passed": False})
                for gate in report.gates
            ),
            "outcomes": (*report.outcomes, crash, skip),
            "inputs": tuple(
                file.model_copy(update={"path": HOSTILE, "notes": (HOSTILE,), "sha256": HOSTILE})
                for file in report.inputs
            ),
        }
    )
