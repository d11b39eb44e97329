from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import HealthCheck, settings

import dsready
from tests.browser.chrome import NOT_OPENED

if TYPE_CHECKING:
    from dsready.model import Finding, Report

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser):
    parser.addoption(
        "--accept", action="store_true", help="Write expected.json and the README's tables anew; read the diff."
    )


def pytest_terminal_summary(terminalreporter):
    """Say loudly that the report page was opened in no browser: nobody reads what else is skipped."""
    skipped = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())]
    for reason in sorted({reason for reason in skipped if NOT_OPENED in reason}):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), yellow=True, bold=True)


@pytest.fixture
def agree(request):
    """Compare a text with what a file holds; under `--accept` write the file instead."""

    def compare(path: Path, actual: str) -> None:
        if request.config.getoption("--accept"):
            path.write_text(actual, encoding="utf-8")
        assert path.exists(), f"{path.relative_to(ROOT)} is missing: run pytest --accept, and read the diff"
        expected = path.read_text(encoding="utf-8")

        assert actual == expected, "if this is meant: run pytest --accept, and read the diff"

    return compare


@pytest.fixture(autouse=True, scope="session")
def _kept_apart(tmp_path_factory):
    """Keep results in a folder of the tests, not in that of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DSREADY_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("DSREADY_NO_CACHE", raising=False)
        yield


@pytest.fixture
def apart(tmp_path, monkeypatch):
    """Work in the root of an empty repository, with nothing said in the environment."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CI", "PRE_COMMIT", "DSREADY_CONFIG"):
        monkeypatch.delenv(name, raising=False)


# A busy machine must not fail a test, and the fixtures here build nothing that examples could spoil for each other.
settings.register_profile("dsready", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("dsready")

WHO = (
    "gardener teacher carpenter nurse painter baker sailor doctor farmer librarian musician engineer plumber "
    "lawyer tailor fisherman pilot butcher student miner shepherd jeweller printer chemist astronomer soldier "
    "poet clerk driver mayor"
)
WHAT = (
    "fence lesson cupboard bandage portrait loaf ship medicine harvest catalogue concert bridge pipe contract "
    "jacket net airplane knife essay tunnel flock ring newspaper experiment telescope shield poem ledger truck "
    "budget window garden letter candle mirror basket ladder clock wheel blanket"
)
HOW = (
    "repair prepare build sell paint replace improve measure describe remember deliver protect borrow explain "
    "clean finish examine carry compare store divide inspect order arrange discover choose polish return collect "
    "design"
)
WHERE = (
    "river mountain village station harbour market forest school island valley bakery library castle meadow "
    "factory church kitchen museum hospital desert garage theatre bridge tower cellar attic orchard lighthouse "
    "courtyard stable"
)
WHEN = (
    "winter summer morning evening afternoon weekend holiday storm festival harvest breakfast midnight sunrise "
    "autumn spring lunch rain snow fog drought"
)
LIKE = (
    "old young careful patient curious tired famous quiet clever honest lonely cheerful stubborn gentle brave "
    "nervous humble proud busy friendly wooden heavy broken golden narrow empty ancient colourful fragile modern"
)
ASKED = (
    "How does the {} {} {} a {} {} near the {} {} during the {}?",
    "Why would a {} {} {} the {} {} behind the {} {} before {}?",
    "What should every {} {} know to {} one {} {} beside this {} {} after {}?",
    "When can my {} {} {} another {} {} inside that {} {} in {}?",
)
ASKED_SLOTS = (LIKE, WHO, HOW, LIKE, WHAT, LIKE, WHERE, WHEN)
TOLD = (
    (
        "First the {} {} must {} the {} {}. Then some {} {} will {} it at the {} {}, and {} comes early.",
        (LIKE, WHO, HOW, LIKE, WHAT, LIKE, WHO, HOW, LIKE, WHERE, WHEN),
    ),
    (
        "Most people {} their {} {} with a {} {}; a {} {} can {} the rest until {} in the {} {}.",
        (HOW, LIKE, WHAT, LIKE, WHAT, LIKE, WHO, HOW, WHEN, LIKE, WHERE),
    ),
    (
        "There is a {} {} for that. Ask the {} {} to {} each {} {}, wait for {}, then {} it by the {} {}.",
        (LIKE, WHAT, LIKE, WHO, HOW, LIKE, WHAT, WHEN, HOW, LIKE, WHERE),
    ),
    (
        "It depends on the {} {}: if the {} {} has to {} it before {}, then {} the {} {} at the {} {} instead.",
        (LIKE, WHAT, LIKE, WHO, HOW, WHEN, HOW, LIKE, WHAT, LIKE, WHERE),
    ),
)


@pytest.fixture(scope="session")
def clean():
    """Return chat records of plain English that dsready finds no fault with; another seed gives strangers to them."""

    asked_slots = [words.split() for words in ASKED_SLOTS]
    answers = [(told, [words.split() for words in slots]) for told, slots in TOLD]

    def records(count: int, seed: int = 0) -> list[dict[str, Any]]:
        choose = random.Random(seed)  # noqa: S311
        made = []
        for number in range(count):
            asked = ASKED[number % len(ASKED)].format(*map(choose.choice, asked_slots))
            told, slots = choose.choice(answers)
            answer = told.format(*map(choose.choice, slots))
            turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
            made.append({"messages": turns})
        return made

    return records


@pytest.fixture
def linted(tmp_path):
    """Write a training file, and an evaluation file, and lint them: bytes as they are, or records one a line."""

    def run(train: Any, held_out: Any = None, **config: Any) -> Report:
        paths = [tmp_path / name for name in ("train.jsonl", "eval.jsonl")]
        for path, content in zip(paths, (train, held_out), strict=True):
            if isinstance(content, list):
                path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in content))
            elif content is not None:
                path.write_bytes(content)
        return dsready.lint(paths[0], eval=None if held_out is None else paths[1], config=config)

    return run


@pytest.fixture
def found():
    """Pick the findings of one rule."""

    def pick(report: Report, code: str) -> list[Finding]:
        return [finding for finding in report.findings if finding.rule == code]

    return pick
