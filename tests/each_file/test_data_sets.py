"""What a file is compared with, and as what it is judged: the data sets that it belongs to."""

from __future__ import annotations

from tests.each_file.conftest import failed, write


def test_an_evaluation_file_is_compared_with_nothing(each, clean):
    write(
        "dsready.toml",
        b'eval = ["eval.jsonl"]\n[[dataset]]\nname = "one"\npaths = ["one/*.jsonl"]\neval = ["one/test.jsonl"]\n'
        b'[[dataset]]\nname = "two"\npaths = ["two/*.jsonl"]\n',
    )
    names = [write(name, clean(3)) for name in ("eval.jsonl", "one/test.jsonl", "two/train.jsonl")]

    code, said, _ = each(*names)

    assert code == 1
    assert failed(*said) == ["two/train.jsonl"]


def test_a_file_is_judged_as_the_data_set_says_that_it_belongs_to(each, clean):
    write(
        "dsready.toml",
        b'[[dataset]]\nname = "one"\npaths = ["one/*.jsonl"]\ntarget = "openai-sft"\nexclude = ["one/x*"]\n'
        b'[[dataset]]\nname = "two"\npaths = ["two/*.jsonl"]\n'
        b'[[dataset]]\nname = "gone"\npaths = ["gone/*.jsonl"]\n',
    )
    write("two/there.jsonl", clean(3))
    texts = [{"prompt": "Where is my parcel?", "completion": "In the harbour."}]
    names = [write(name, texts) for name in ("one/a.jsonl", "one/x.jsonl", "two/a.jsonl", "a.jsonl")]

    code, said, _ = each(*names)

    assert code == 1
    assert failed(*said) == ["one/a.jsonl"]
    assert "TGT001" in said[0]
    assert failed(*each(*names, "--target", "fireworks")[1]) == ["one/a.jsonl", "two/a.jsonl", "a.jsonl"]


def test_a_file_is_judged_the_same_whatever_else_is_in_the_commit(each, clean):
    names = []
    for folder, seed in (("one", 1), ("two", 2)):
        write(f"{folder}/dsready.toml", b'eval = ["eval.jsonl"]\n')
        write(f"{folder}/eval.jsonl", clean(2, seed))
        names.append(write(f"{folder}/train.jsonl", clean(4, seed)))
    names.append(write("three.jsonl", clean(3)))

    alone = [each(name) for name in names]

    assert [code for code, _, _ in alone] == [1, 1, 0]
    assert each(*names) == (1, [line for _, said, _ in alone for line in said], "")
    assert each(*names, "--isolated") == (0, [], "")
    assert failed(*each(*names, "--config", "two/dsready.toml")[1]) == ["two/train.jsonl"]


def test_a_file_belongs_to_its_data_set_though_another_one_of_it_is_gone(each, clean):
    write("dsready.toml", b'[[dataset]]\nname = "a"\npaths = ["a.jsonl", "gone.jsonl"]\neval = ["eval.jsonl"]\n')
    write("eval.jsonl", clean(2))

    assert failed(*each(write("a.jsonl", clean(4)))[1]) == ["a.jsonl"]


def test_a_file_of_several_data_sets_is_compared_with_the_evaluation_files_of_each(each, clean):
    write(
        "dsready.toml",
        b'[[dataset]]\nname = "one"\npaths = ["a.jsonl", "b.jsonl"]\neval = ["one.jsonl"]\n'
        b'[[dataset]]\nname = "two"\npaths = ["a.jsonl", "c.jsonl"]\neval = ["two.jsonl"]\n'
        b'[[dataset]]\nname = "all"\npaths = ["*.jsonl"]\nexclude = ["?.jsonl"]\n',
    )
    write("one.jsonl", clean(3)[:1])
    write("two.jsonl", clean(3)[1:2])
    write("b.jsonl", clean(3, seed=1))
    write("c.jsonl", clean(3, seed=2))

    code, said, _ = each(write("a.jsonl", clean(3)), "b.jsonl", "c.jsonl")

    assert (code, failed(*said)) == (1, ["a.jsonl"])
    assert [line.partition(":")[0] for line in said[:-1]] == ["one.jsonl", "two.jsonl"]


def test_a_file_of_no_data_set_is_compared_with_the_evaluation_files_of_all(each, clean):
    tables = [
        f'[[dataset]]\nname = "{name}"\npaths = ["{name}.jsonl"]\neval = ["held/{name}.jsonl"]\n' for name in "ab"
    ]
    write("dsready.toml", "".join(tables).encode())
    for number, name in enumerate("ab"):
        write(f"held/{name}.jsonl", clean(3)[number : number + 1])

    code, said, _ = each(write("new.jsonl", clean(3)))

    assert code == 1
    assert [line.partition(":")[0] for line in said[:-1]] == ["held/a.jsonl", "held/b.jsonl"]
