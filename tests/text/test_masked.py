"""What is masked wherever data is quoted."""

from __future__ import annotations

import json

import pytest

from dsready.text.masked import masked

BODY = "MIIEowIBAAKCAQEA7bq0LcRmY9w2c8ZJx3kQ1sVt5uN6oPd4hGfE"
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n{BODY[::-1]}\n-----END RSA PRIVATE KEY-----"
SECRETS = [
    (KEY, BODY),
    (KEY, BODY[::-1]),
    ("write to\nmaria.huber@gmx.at", "maria.huber"),
    ("an aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzXtgKEYb9d", "wJalrXUtnFEMI"),
]


@pytest.mark.parametrize("depth", range(4))
@pytest.mark.parametrize(("text", "secret"), SECRETS)
@pytest.mark.parametrize(
    "spelt", [str, lambda line: line.replace("@", "\\u0040"), lambda line: line.replace("/", "\\/")]
)
def test_secrets_are_masked_as_well_where_they_are_spelt_with_escapes(text, secret, depth, spelt):
    for _ in range(depth):
        text = json.dumps({"said": text})

    assert secret not in masked(spelt(text))


def test_what_is_no_secret_stays_as_it_is_spelt():
    text = r'{"said": "a\nb \ud83d\ude00 \\\\server\new \u00fc maria.huber\u0040gmx.at\t\"c\" \\"}'

    assert masked(text) == r'{"said": "a\nb \ud83d\ude00 \\\\server\new \u00fc m…@…\t\"c\" \\"}'
    assert masked("\\") == "\\"
