"""What `dsready init` prints and the README shows for hooks and CI fits the manifest, the action and the command."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import sys

import orjson
import pytest

from dsready.templates import template
from tests.hooks.repository import MANIFEST, ROOT

EXAMPLES = ROOT / "examples" / "ci"
PUBLISHED = (EXAMPLES / "pre-commit-config.yaml").read_text("utf-8") if EXAMPLES.exists() else ""

pytestmark = [
    pytest.mark.skipif(not MANIFEST.exists(), reason="the tree is not here, only the installed package"),
    pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed"),
]


@pytest.fixture
def read():
    yaml = pytest.importorskip("yaml")  # comes with pre-commit
    return yaml.safe_load


def test_the_local_hooks_are_those_of_the_manifest(read):
    ((repo,), manifest) = read(template("pre-commit.yaml"))["repos"], read(MANIFEST.read_bytes())

    for hook in manifest:
        del hook["description"]
        hook["language"] = "unsupported"
    assert repo == {"repo": "local", "hooks": manifest}


def test_the_published_hooks_are_in_the_manifest(read):
    (repo,) = read(PUBLISHED)["repos"]

    assert [hook["id"] for hook in repo["hooks"]] == [hook["id"] for hook in read(MANIFEST.read_bytes())]


@pytest.mark.parametrize("text", [template("pre-commit.yaml"), PUBLISHED])
def test_pre_commit_takes_the_configurations(repository, text):
    repository.write(".pre-commit-config.yaml", text.encode())

    done = repository.run("pre-commit", "validate-config")

    assert (done.returncode, done.stdout) == (0, "")


def test_the_local_hooks_run_before_a_commit_and_before_a_push(repository, clean, tmp_path):
    me = shlex.join([sys.executable, "-m", "dsready"])
    text = template("pre-commit.yaml").replace("entry: dsready", f"entry: {me}")
    repository.write(".pre-commit-config.yaml", text.encode())
    repository.git("init", "--quiet", "--bare", str(tmp_path / "remote"))
    repository.git("remote", "add", "origin", str(tmp_path / "remote"))
    installed = repository.run("pre-commit", "install").stdout
    assert ".git/hooks/pre-commit" in installed
    assert ".git/hooks/pre-push" in installed
    repository.write("dsready.toml", b'paths = ["train.jsonl"]\n')
    repository.write("train.jsonl", b"".join(orjson.dumps(record) + b"\n" for record in clean(3)))

    committed = repository.commit(".")
    pushed = repository.run("git", "push", "--quiet", "origin", "main")

    assert committed.returncode == 0, committed.stdout
    assert pushed.returncode == 1
    assert "CNT001 error BLOCKER 3 effective examples of 3 records" in pushed.stdout


def test_the_workflow_gives_the_action_inputs_that_it_has(read):
    steps = read(template("github.yaml"))["jobs"]["dsready"]["steps"]
    (mine,) = [step for step in steps if step.get("uses", "").startswith("OWNER/dsready@")]

    assert mine["with"].keys() <= read((ROOT / "action.yml").read_bytes())["inputs"].keys()
    assert mine["with"]["sarif"] == steps[-1]["with"]["sarif_file"]
    pinned = [step["uses"] for step in steps if step is not mine]
    assert all(re.search(r"@[0-9a-f]{40}$", uses) for uses in pinned)


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell")
def test_the_script_of_gitlab_writes_the_reports_that_are_artefacts_and_fails_the_job(repository, read, tmp_path):
    job = read((EXAMPLES / "gitlab-ci.yml").read_bytes())["dsready"]
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "dsready"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dsready "$@"\n')
    program.chmod(0o755)
    repository.write("dsready.toml", b'paths = ["train.jsonl"]\n')
    repository.write("train.jsonl", b'{"prompt": "Where?"\n')
    script = [line for line in job["script"] if not line.startswith("pip install")]

    path = f"{program.parent}:{repository.environment['PATH']}"
    done = repository.run("sh", "-e", "-c", "\n".join(script), PATH=path)

    assert done.returncode == 1
    assert job["artifacts"]["when"] == "always"
    reports = {name: (repository.path / path).read_text("utf-8") for name, path in job["artifacts"]["reports"].items()}
    assert json.loads(reports["codequality"])[0]["location"]["path"] == "train.jsonl"
    assert "<testsuites" in reports["junit"]
