"""Rows for axolotl, LLaMA-Factory, Unsloth, MLX LM and Tinker: what each takes, and what breaks which rule."""

QA = '{"role":"user","content":"a"},{"role":"assistant","content":"b"}'
CHAT = f'{{"messages":[{QA}]}}'
CALL = '{"id":"abcDEF123","type":"function","function":{"name":"f","arguments":"{}"}}'
TOOL = '{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}'


def chat(*messages: str, more: str = "") -> str:
    """Return a row of these messages, with more keys behind them."""
    return f'{{"messages":[{",".join(messages)}]{more}}}'


def said(*turns: str, more: str = "") -> str:
    """Return a row of turns of human and gpt, and so on; each is `from:value`."""
    made = (f'{{"from":"{turn.partition(":")[0]}","value":"{turn.partition(":")[2]}"}}' for turn in turns)
    return f'{{"conversations":[{",".join(made)}]{more}}}'


USER = '{"role":"user","content":"a"}'
ANSWER = '{"role":"assistant","content":"b"}'
SYSTEM = '{"role":"system","content":"s"}'
LOUD = '{"role":"system","content":"detailed thinking on"}'
RESULT = '{"role":"tool","tool_call_id":"abcDEF123","content":"3"}'
THOUGHT = '{"role":"assistant","content":"<think>so</think>b"}'
CALLING = f'{{"role":"assistant","content":null,"tool_calls":[{CALL}]}}'
PARTS = '{"role":"user","content":[{"type":"text","text":"a"}]}'
PICTURE = '{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}},{"type":"text","text":"a"}]}'

TEMPLATE = (
    ("TPL-01", chat('{"role":"user"}', ANSWER)),
    ("TPL-02", chat('{"role":"user","content":5}', ANSWER)),
    ("TPL-06", chat(USER, '{"role":"narrator","content":"n"}', ANSWER)),
    ("TPL-06-ORDER", chat(USER, USER, ANSWER)),
    ("TPL-06-ORDER", chat(ANSWER, USER, ANSWER)),
    ("TPL-THINK", chat(USER, THOUGHT, USER, ANSWER)),
    ("TPL-THINK", chat(USER, '{"role":"assistant","content":"b","reasoning_content":"so"}', USER, ANSWER)),
)
#: Of these rules, what depends on the model's template.
MODEL = TEMPLATE[2:]
LONG = '{"text":"' + "word " * 3000 + '"}'
LONG_ANSWER = '{"role":"assistant","content":"' + "word " * 3000 + '"}'

AXOLOTL = {
    "fine": (
        CHAT,
        chat(SYSTEM, PARTS, ANSWER),
        chat(USER, ANSWER, more=f',"tools":[{TOOL}],"system":"s"'),
        '{"messages":"[{\\"role\\":\\"assistant\\",\\"content\\":\\"b\\"}]"}',
        '{"instruction":"a","output":"b"}',
        '{"segments":[{"label":false,"text":"a"},{"label":true,"text":"b"}]}',
        '{"prompt":"a","generation":"b"}',
        '{"prompt":"a","completions":["b"],"labels":[true]}',
        '{"prompt":"a","completion":"b","label":true}',
        '{"text":"a"}',
        '{"input_ids":[1,2]}',
        '{"prompt":"a","chosen":"b","rejected":"c"}',
        f'{{"chosen":[{QA}],"rejected":[{QA}]}}',
        f'{{"messages":[{USER}],"chosen":{ANSWER},"rejected":"c"}}',
        '{"messages":"a","chosen":"b","rejected":"c"}',
        chat('{"role":"developer","content":"d"}', USER, ANSWER),
    ),
    "rows": (
        ("AXO-01", '{"messages":[]}'),
        ("AXO-01", '{"messages":null}'),
        ("AXO-01", '{"x":1}'),
        ("AXO-02", '{"messages":"{}"}'),
        ("AXO-02", '{"messages":"no JSON"}'),
        ("AXO-03", chat('{"from":"human","value":"a"}', '{"from":"gpt","value":"b"}')),
        ("AXO-04", chat(USER, '{"role":"narrator","content":"n"}', ANSWER)),
        ("AXO-04", chat(USER, '{"content":"n"}', ANSWER)),
        ("AXO-04-TYPE", chat(USER, '{"role":[],"content":"n"}', ANSWER)),
        ("AXO-06", chat(USER, ANSWER, USER)),
        ("AXO-06-NONE", chat(USER)),
        ("AXO-06-NONE", '{"messages":"[{\\"role\\":\\"user\\",\\"content\\":\\"a\\"}]"}'),
        ("AXO-07", chat(USER, '{"role":"assistant","content":null}')),
        ("AXO-07", chat(USER, '{"role":"assistant","content":""}')),
        ("AXO-07", chat(USER, '{"role":"assistant","content":[{"type":"text","text":""}]}')),
        ("AXO-08", chat(USER, '{"role":"assistant","content":"b","weight":0}')),
        ("AXO-09", chat(USER, CALLING, RESULT, ANSWER)),
        ("AXO-10", chat(USER, ANSWER, more=',"tools":{"a":1}')),
        ("AXO-10-JSON", chat(USER, ANSWER, more=',"tools":"{bad"')),
        ("AXO-10-JSON", chat(USER, ANSWER, more=',"tools":[{"function":{"parameters":"{bad"}}]')),
        ("AXO-11", chat(USER, CALLING.replace('"{}"', '"{bad"'), RESULT, ANSWER)),
        ("AXO-11-CALLS", chat(USER, '{"role":"assistant","tool_calls":[5]}', ANSWER)),
        ("AXO-11-CALLS", chat(USER, '{"role":"assistant","tool_calls":[{"function":5}]}', ANSWER)),
        ("AXO-12", chat('{"role":"user","content":[{"type":"text","text":5}]}', ANSWER)),
        ("AXO-13", said("human:a", "gpt:b")),
        ("AXO-20", '{"instruction":"a"}'),
        ("AXO-20", '{"instruction":"a","output":null}'),
        ("AXO-20", '{"instruction":"a","output":""}'),
        ("AXO-20-INSTRUCTION", '{"instruction":null,"output":"b"}'),
        ("AXO-20-INSTRUCTION", '{"instruction":5,"output":"b"}'),
        ("AXO-20-TYPE", '{"instruction":"a","output":5}'),
        ("AXO-21", '{"segments":[{"text":"a"}]}'),
        ("AXO-21", '{"prompt":"a","completions":["b"]}'),
        ("AXO-21-PROMPT", '{"generation":"b"}'),
        ("AXO-21-PROMPT", '{"prompt":5,"generation":"b"}'),
        ("AXO-21-STEPS", '{"prompt":"a","completions":"b","labels":[true]}'),
        ("AXO-21-LABELS", '{"prompt":"a","completions":["b"],"labels":[null]}'),
        ("AXO-21-LABELS", '{"prompt":"a","completions":["b"],"labels":5}'),
        ("AXO-21", '{"text":null}'),
        ("AXO-21-NONE", '{"segments":[{"label":false,"text":"a"}]}'),
        ("AXO-21-TYPE", '{"prompt":"a","completions":[5],"labels":[true]}'),
        ("AXO-21-TYPE", '{"prompt":"a","generation":5}'),
        ("AXO-21-EMPTY", '{"prompt":"a","generation":""}'),
        ("AXO-22", '{"completion":"b","label":true}'),
        ("AXO-22", f'{{"messages":[{USER}],"chosen":"b"}}'),
        ("AXO-22-MESSAGES", f'{{"chosen":{ANSWER},"rejected":{ANSWER}}}'),
        ("AXO-22-MESSAGES", '{"messages":[],"chosen":"b","rejected":"c"}'),
        ("AXO-22-ROLE", '{"messages":[{"role":"human","content":"a"}],"chosen":"b","rejected":"c"}'),
        ("AXO-22-ANSWER", f'{{"messages":[{USER}],"chosen":[],"rejected":"c"}}'),
        ("AXO-22-NULL", '{"chosen":"b","rejected":"c"}'),
        ("AXO-22-NULL", '{"prompt":"a","chosen":"b"}'),
        ("AXO-22-NULL", '{"prompt":5,"chosen":"b","rejected":"c"}'),
        ("AXO-22-NULL", '{"prompt":"a","chosen":null,"rejected":"c"}'),
        ("AXO-22-TURNS", f'{{"chosen":[{USER}],"rejected":[{QA}]}}'),
        ("TPL-01", chat(USER, '{"role":"assistant","content":null}', USER, ANSWER)),
        ("TPL-03", chat(PICTURE, ANSWER)),
        *(row for row in TEMPLATE if row[0] != "TPL-06"),
    ),
    "files": (
        ("AXO-20-COLUMN", ['{"instruction":"a"}', '{"instruction":"b"}']),
        ("AXO-20-COLUMN", ['{"chosen":"b","rejected":"c"}']),
        ("AXO-20-COLUMN", ['{"generation":"b"}']),
        ("AXO-21-MIX", [CHAT, '{"text":"a"}']),
        ("AXO-30", [chat(USER, LONG_ANSWER)]),
        ("AXO-30-NONE", [chat(USER)]),
        ("TPL-06-SYSTEM", [chat(SYSTEM, USER, ANSWER), CHAT]),
        ("TPL-THINK-SOME", [chat(USER, THOUGHT), CHAT]),
    ),
}
_OPENAI = ',"tools":[]'
LLAMAFACTORY = {
    "fine": (
        said("human:a", "gpt:b", more=',"system":"s","images":null'),
        said(
            "system:s",
            "human:a",
            "function_call:{'name':'f','arguments':{}}".replace("'", '\\"'),
            "observation:3",
            "gpt:b",
        ),
        said("human:<image>a", "gpt:b", more=',"images":["a.png"],"tools":"[]"'),
        said("human:a", more=',"chosen":{"from":"gpt","value":"x"},"rejected":{"from":"gpt","value":"y"}'),
        said("human:a", "gpt:b", more=',"kto_tag":false'),
        CHAT,
        chat(SYSTEM, USER, ANSWER),
        chat(LOUD, USER, ANSWER),
        chat(USER, ANSWER, more=_OPENAI),
        chat('{"role":"user","content":"<image>a"}', ANSWER, more=',"images":["a.png"]'),
        chat(USER, ANSWER, more=',"label":false'),
        chat(LOUD, USER, CALLING.replace('"{}"', "{}"), RESULT, RESULT, ANSWER, more=f',"tools":[{TOOL}]'),
        '{"instruction":"a","input":"","output":"b","history":[["c","d"]]}',
        '{"instruction":"a","chosen":"x","rejected":"y"}',
    ),
    "rows": (
        ("LLF-10", '{"instruction":"a","input":"1"}'),
        ("LLF-10", '{"instruction":"a","output":null}'),
        ("LLF-10", '{"instruction":"a","output":{"b":1}}'),
        ("LLF-10-TEXT", '{"instruction":5,"output":"b"}'),
        ("LLF-10-HISTORY", '{"instruction":"a","output":"b","history":[["c"]]}'),
        ("LLF-11", '{"instruction":"a","chosen":"x"}'),
        ("LLF-12", said("human:a", "gpt:b", more=',"kto_tag":"true"')),
        ("LLF-12", '{"instruction":"a","output":"b","kto_tag":1}'),
        ("LLF-12-EMPTY", '{"instruction":"a","output":"","kto_tag":true}'),
        ("LLF-12-EMPTY", said("human:a", "gpt:", more=',"kto_tag":true')),
        ("LLF-20", said("human:a", "human:b")),
        ("LLF-20", said("gpt:a", "human:b")),
        ("LLF-20", chat(USER, USER, ANSWER, more=_OPENAI)),
        ("LLF-21", said("human:a", "gpt:b", "human:c")),
        ("LLF-21", chat(USER, ANSWER, USER, more=_OPENAI)),
        ("LLF-22", '{"conversations":null}'),
        ("LLF-22", '{"messages":"a"}'),
        ("LLF-22-EMPTY", '{"conversations":[]}'),
        ("LLF-22-EMPTY", chat(SYSTEM)),
        ("LLF-22-COLUMNS", '{"question":"a","answer":"b"}'),
        ("LLF-23", f'{{"conversations":[{QA}]}}'),
        ("LLF-23", chat('{"from":"human","value":"a"}')),
        ("LLF-24", said("human:a", "gpt:b").replace('"human"', "null")),
        ("LLF-23-VALUE", '{"conversations":[{"from":"human","value":"a"},{"from":"gpt"}]}'),
        ("LLF-24", said("user:a", "assistant:b")),
        ("LLF-25", said("human:a", more=',"chosen":[],"rejected":[]')),
        (
            "LLF-25-ROLE",
            said("human:a", more=',"chosen":{"from":"foo","value":"x"},"rejected":{"from":"gpt","value":"y"}'),
        ),
        ("LLF-26", said("human:a", "function_call:no JSON", "observation:3", "gpt:b")),
        ("LLF-26", chat(LOUD, USER, '{"role":"assistant","content":"","tool_calls":[{"name":"f"}]}')),
        ("LLF-26-CONTENT", chat(LOUD, USER, CALLING.replace("null", '"I look"').replace('"{}"', "{}"))),
        ("LLF-27", chat(LOUD, USER, CALLING)),
        ("LLF-27", said("human:a", "function_call:{'name':'f','arguments':''}".replace("'", '\\"'))),
        ("LLF-24", chat('{"role":"developer","content":"d"}', USER, ANSWER)),
        ("LLF-25-NESTED", f'{{"input":{CHAT},"preferred_output":[{ANSWER}],"non_preferred_output":[{ANSWER}]}}'),
        ("LLF-30", chat('{"role":"developer","content":"d"}', USER, CALLING.replace('"{}"', "{}"), RESULT, ANSWER)),
        ("LLF-30-CONTENT", chat(USER, '{"role":"assistant"}')),
        ("LLF-31", chat(LOUD, USER, ANSWER, RESULT)),
        ("LLF-32", CHAT),
        ("LLF-32-TOOLS", chat(USER, CALLING.replace('"{}"', "{}"), RESULT, ANSWER)),
        ("LLF-32-TOOLS", chat(SYSTEM, USER, CALLING.replace('"{}"', "{}"), RESULT, ANSWER)),
        ("LLF-33-V1", chat('{"role":"user","content":[{"type":"text","value":"a"}]}', ANSWER)),
        ("LLF-33-V1", '{"chosen_messages":[],"rejected_messages":[]}'),
        ("LLF-32-SYSTEM", chat(SYSTEM, USER, ANSWER)),
        ("LLF-33", said("human:a", "gpt:b").replace('"b"', "null")),
        ("LLF-31", chat(LOUD, USER, ANSWER, RESULT.replace('"3"', "[]"))),
        ("LLF-33", chat(PARTS, ANSWER, more=_OPENAI)),
        ("LLF-33", '{"instruction":"a","output":null,"kto_tag":false}'),
        ("LLF-33-SYSTEM", said("human:a", "gpt:b", more=',"system":5')),
        ("LLF-34", said("human:a", "gpt:b", more=',"weight":1')),
        ("LLF-34", '{"instruction":"a","output":"b","weight":1}'),
        ("LLF-34", chat(USER, ANSWER, more=',"tools":[],"weight":1')),
        ("LLF-40", said("human:a", "gpt:b", more=',"images":["a.png"]')),
        ("LLF-40", said("human:<image><image>a", "gpt:b", more=',"images":"a.png"')),
        ("LLF-40-MARK", said("human:<image>a", "gpt:b")),
        ("LLF-42", said("human:a", "gpt:b", more=f',"tools":[{TOOL}]')),
        ("LLF-42", chat(USER, ANSWER, more=',"tools":{"a":1}')),
        ("LLF-42", '{"instruction":"a","output":"b","tools":[{}]}'),
        ("LLF-42-JSON", said("human:a", "gpt:b", more=',"tools":"no JSON"')),
    ),
    "files": (
        ("LLF-01", [said("human:a", "gpt:b")], "train.ndjson"),
        ("LLF-10-COLUMN", ['{"instruction":"a","input":"1"}']),
        ("LLF-10-INPUT", ['{"instruction":"a","output":"b"}']),
        ("LLF-12-SOME", [said("human:a", "gpt:b", more=',"kto_tag":true'), said("human:a", "gpt:b")]),
        ("LLF-22-MIX", [said("human:a", "gpt:b"), '{"instruction":"a","output":"b"}']),
        ("LLF-22-SOME", [said("human:a", "gpt:b"), '{"prompt":"a"}']),
        ("LLF-22-NONE", [said("user:a", "assistant:b")]),
        ("LLF-32-SOME", [CHAT, chat(LOUD, USER, CALLING.replace('"{}"', "{}"), RESULT, ANSWER)]),
        ("LLF-41", [said("human:a", "gpt:" + "word " * 3000)]),
        ("TPL-THINK-SOME", [said("human:a", "gpt:<think>so</think>b"), said("human:a", "gpt:b")]),
    ),
}
UNSLOTH = {
    "fine": (
        said("human:a", "gpt:b"),
        said("Human :a", "GPT:b"),
        f'{{"conversations":[{QA}]}}',
        CHAT,
        '{"text":"a"}',
    ),
    "rows": (
        ("UNS-01", CHAT),
        ("UNS-01-COLUMNS", '{"text":"a"}'),
        ("UNS-02", '{"conversations":[{"from":"human","value":"a","weight":"1"},{"from":"gpt","value":"b"}]}'),
        ("UNS-02", '{"conversations":[{"from":"human","value":"a"},{"from":"gpt"}]}'),
        ("UNS-02-LIST", '{"conversations":null}'),
        ("TPL-04", '{"conversations":[]}'),
        ("UNS-02-TEXT", '{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":null}]}'),
        ("UNS-03", said("human:a", "narrator:b")),
        ("UNS-03", said("human:a", "tool:b")),
        ("TPL-03", chat(PARTS, ANSWER)),
        ("TPL-04", '{"messages":[]}'),
        *TEMPLATE,
    ),
    "files": (
        ("UNS-01-MIX", [said("human:a", "gpt:b"), CHAT]),
        ("TPL-06-SYSTEM", [chat(SYSTEM, USER, ANSWER)]),
        ("TPL-THINK-SOME", [chat(USER, THOUGHT), CHAT]),
    ),
}
MLX = {
    "fine": (CHAT, '{"prompt":"a","completion":"b"}', '{"text":"a"}', chat(USER, ANSWER, more=f',"tools":[{TOOL}]')),
    "rows": (
        ("MLX-01", ""),
        ("MLX-01", "{broken"),
        ("MLX-01", "{}{}"),
        ("MLX-01", "[1]"),
        ("MLX-01-UTF8", b'{"text":"\xe9"}'),
        ("MLX-02-COLUMNS", '{"prompt":"a"}'),
        ("MLX-02-MESSAGES", '{"prompt":"a","completion":"b","messages":[]}'),
        ("MLX-04-TEXT", '{"text":""}'),
        ("TPL-06", chat(USER, '{"content":"b"}')),
        ("MLX-06", chat(USER, ANSWER, more=',"tools":5')),
        ("MLX-05", chat(USER, '{"role":"assistant","content":"b","weight":0}')),
        ("TPL-01", '{"prompt":"a","completion":null}'),
        ("TPL-02", '{"prompt":"a","completion":["b"]}'),
        ("TPL-03", chat(PARTS, ANSWER)),
        ("TPL-04", '{"messages":[]}'),
        ("TPL-05", '{"text":"\\ud800"}'),
        *TEMPLATE,
    ),
    "files": (
        ("MLX-01-FILE", [CHAT] * 4, "train.jsonl", "byte-order-mark"),
        ("MLX-01-NAME", [CHAT] * 4, "data.jsonl"),
        ("MLX-02", [CHAT, CHAT, CHAT, '{"text":"a"}']),
        ("MLX-03", [CHAT] * 3),
        ("MLX-04", [LONG]),
        ("MLX-04-ANSWER", ['{"prompt":"' + "word " * 3000 + '","completion":"b"}']),
        ("MLX-04-EMPTY", []),
        ("TPL-06-SYSTEM", [chat(SYSTEM, USER, ANSWER)]),
        ("TPL-THINK-SOME", [chat(USER, THOUGHT), CHAT]),
    ),
}
TINKER = {
    "fine": (CHAT, chat(SYSTEM, USER, ANSWER)),
    "rows": (
        ("TNK-01", '{"text":"a"}'),
        ("TNK-01-LINE", ""),
        ("TNK-01-LINE", "{broken"),
        ("TNK-01-TURNS", '{"messages":[]}'),
        ("TNK-01-KEYS", chat('{"role":"user"}', ANSWER)),
        *MODEL,
    ),
    "files": (
        ("TNK-01-FILE", [CHAT], "train.jsonl", "not-jsonl"),
        ("TNK-02", []),
        ("TNK-03", [LONG], "train.jsonl", "", 100),
        ("TPL-THINK-SOME", [chat(USER, THOUGHT), CHAT]),
    ),
}
