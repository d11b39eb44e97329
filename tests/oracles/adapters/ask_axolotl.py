"""
axolotl: the tokenizing of a prompt by its strategies, without torch. The part is chat_template, alpaca, completion,
input_output, metharme, alpaca_w_system, stepwise, dpo or dpo_chat. Lengths are left alone.
"""

from functools import cache
from types import SimpleNamespace

from answering import corrupt, drop
from loaded import serve_loaded
from stand_ins import bare, pretend
from tokenizer import TEMPLATE, build, check_chat

bare("axolotl", "axolotl.utils", "axolotl.prompt_strategies", "axolotl.prompt_strategies.dpo", "axolotl.utils.schemas")
pretend("torch", "accelerate", "peft", "xformers", "axolotl.utils.logging", "axolotl.utils.schemas.datasets")
pretend("axolotl.utils.chat_templates", "axolotl.utils.schemas.utils")

import axolotl.utils.chat_templates
import axolotl.utils.schemas.utils

axolotl.utils.chat_templates.extract_chat_template_args = lambda **_: ("jinja", TEMPLATE)
axolotl.utils.chat_templates.get_chat_template = lambda **_: TEMPLATE
axolotl.utils.schemas.utils.handle_legacy_message_fields_logic = lambda options: options

from axolotl.prompt_strategies import (
    alpaca_instruct,
    alpaca_w_system,
    completion,
    input_output,
    metharme,
    stepwise_supervised,
)
from axolotl.prompt_strategies.chat_template import ChatTemplatePrompter, ChatTemplateStrategy
from axolotl.prompt_strategies.dpo import chat_template as dpo_chat
from axolotl.prompt_strategies.dpo import chatml

_OPTIONS = SimpleNamespace(train_on_inputs=False, sequence_len=1 << 20)
_SINGLE = {
    "alpaca": alpaca_instruct.load,
    "alpaca_w_system": alpaca_w_system.load,
    "completion": completion.load,
    "input_output": input_output.load,
    "metharme": metharme.load,
}
_COLUMNS = {"alpaca": ("instruction",), "alpaca_w_system": ("instruction", "system"), "metharme": ("prompt",)}


def _chat(tokenizer):
    return ChatTemplateStrategy(
        ChatTemplatePrompter(tokenizer, TEMPLATE, max_length=1 << 30),
        tokenizer,
        train_on_inputs=False,
        sequence_len=1 << 30,
        roles_to_train=["assistant"],
        train_on_eos="turn",
    )


def check_texts(row, *columns, made):
    """Find what is no text and was made one."""
    for column in columns:
        if not isinstance(row.get(column), str) and str(row.get(column)) in str(made):
            raise corrupt(f"{row.get(column)!r} in {column} is trained as text")


@cache
def _strategy(part):
    return _chat(build()) if part == "chat_template" else _SINGLE[part](build(), _OPTIONS)


def convert(row, part):
    """Tokenize a row as its strategy does; drop what has nothing to train on; look for its texts in the rest."""
    part = part or "chat_template"
    tokenizer = _strategy(part).tokenizer if part in (*_SINGLE, "chat_template") else build()
    tokenizer.texts.clear()
    if part in ("dpo", "dpo_chat"):
        options = {"datasets": [{}]}
        if part == "dpo":
            check_texts(row, "prompt", "chosen", "rejected", made=chatml.default(options)(dict(row)))
        else:
            dpo_chat.default(options)[0](row, tokenizer)
        return
    if part == "stepwise":
        strategy = stepwise_supervised.StepwiseSupervisedPromptTokenizingStrategy(tokenizer, sequence_len=1 << 20)
        strategy.tokenize_prompt(row)
        return
    strategy = _strategy(part)
    batched = getattr(strategy, "supports_batched", False)
    made = strategy.tokenize_prompt({key: [value] for key, value in row.items()} if batched else row)
    labels = made["labels"][0] if batched else made["labels"]
    if all(label == -100 for label in labels):
        raise drop("no token to train on")
    if part in _COLUMNS:
        check_texts(row, *_COLUMNS[part], made=tokenizer.texts)
    if part == "chat_template" and isinstance(row["messages"], list):
        names = strategy.prompter.roles
        turns = [turn | {"role": names.get(turn.get("role"), turn.get("role"))} for turn in row["messages"]]
        check_chat(turns, "\n".join(tokenizer.texts))


if __name__ == "__main__":
    serve_loaded(convert)
