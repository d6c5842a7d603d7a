"""Secrets in texts: found in every spelling, and nowhere else."""

from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest

from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.secret import Secret

SECRETS = (
    "sk_live_9fJ2mQx7Lw",
    'a"quoted\\key/with~marks',
    "it's+a key=&<x>%41",
    "grün-schlüssel-😀-ß",
    "\\north\\u0041\\x41%2541",
    'grün"und\\blau ß',
)


def as_json(text: str) -> str:
    """The inside of a JSON string."""
    return json.dumps(text)[1:-1]


def within_base64(before: str) -> Callable[[str], str]:
    """Base64 of a longer text that has the secret behind `before`."""
    return lambda text: base64.b64encode(f"{before}{text}, and more".encode()).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": as_json,
    "JSON, with letters as they are": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON, all escaped": lambda text: "".join(
        f"\\u{int.from_bytes(text.encode('utf-16-be')[at : at + 2]):04X}"
        for at in range(0, len(text.encode("utf-16-be")), 2)
    ),
    "JSON in JSON": lambda text: as_json(as_json(text)),
    "JSON three times": lambda text: as_json(as_json(as_json(text))),
    "a URL": lambda text: quote(text, safe=""),
    "a URL, in lower case": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%C3", "%c3"),
    "a form": quote_plus,
    "a URL, all escaped": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "a URL in a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "a URL in JSON": lambda text: as_json(quote(text, safe='/"')),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of user and password": lambda text: base64.b64encode(f"me:{text}".encode()).decode(),
    "base64 of more, first": within_base64("abc"),
    "base64 of more, second": within_base64("abcd"),
    "base64 of more, third": within_base64("abcde"),
    "base64 of JSON": lambda text: base64.b64encode(json.dumps({"key": text}).encode()).decode(),
    "base64 of JSON, with letters as they are": lambda text: base64.b64encode(
        json.dumps({"key": text}, ensure_ascii=False).encode()
    ).decode(),
    "base64 of Latin-1": lambda text: base64.b64encode(text.encode("latin-1", "ignore")).decode(),
    "hex": lambda text: text.encode().hex(),
    "HTML": html.escape,
    "HTML of JSON": lambda text: html.escape(json.dumps(text)),
    "HTML, as numbers": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "HTML, as hexadecimal numbers": lambda text: "".join(f"&#x{ord(letter):X};" for letter in text),
    "XML": escape,
    "XML attribute": lambda text: quoteattr(text)[1:-1],
    "a shell": shlex.quote,
    "a shell, between double quotes": lambda text: text.replace("\\", "\\\\").replace('"', '\\"'),
    "a JSON pointer": lambda text: text.replace("~", "~0").replace("/", "~1"),
    "Python": lambda text: repr(text)[1:-1],
    "bytes in Python": lambda text: repr(text.encode())[2:-1],
    "other capitals": str.upper,
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "a key": lambda text: json.dumps({text: 1}),
    "cut": lambda text: f"{as_json(text)[:-3]}…",
    "cut at the end": lambda text: as_json(text)[:-3],
}


def worth(text: str) -> list[str]:
    """The parts of a secret that no text may show: eight characters, wherever they begin."""
    return [text[at : at + 8] for at in range(len(text) - 7)]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_is_found_in_every_spelling(secret: str, spelling: str) -> None:
    """What stands around it stays, whatever that is; nothing of the secret does."""
    spell = SPELLINGS[spelling]
    spelled = spell(secret)
    for before, after in (("", ""), ("got ", ", sorry"), ('{"x": "', '"}'), ("C:\\", "\n")):
        if spelling == "cut at the end" and after:
            continue
        shown = conceal(before + spelled + after, [Secret(secret, "$KEY")])
        assert "$KEY" in shown
        assert shown.startswith(before.rstrip('\\"'))
        assert shown.endswith(after)
        if spelling.startswith("base64 of "):
            assert len(shown) <= len(before + spelled + after) - len(secret)
        else:
            assert not [part for part in worth(spelled.strip("{}'\" 1:…")) if part in shown]


@pytest.mark.parametrize(
    "text", ["", "usage of 7 days", "%zz &bogus; \\q ~2 \\ud83d", "\\" * 300, "%25" * 300]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Broken escapes are no reason to change a text, or to fail."""
    assert conceal(text, [Secret(secret, "$KEY") for secret in SECRETS]) == text


def test_json_stays_json() -> None:
    """A name that a shell has to quote leaves its quotes away."""
    text = json.dumps({"got": SECRETS[1], SECRETS[0]: [SECRETS[3]]})
    secrets = [Secret(each, f"$(cat '/keys/\"{index}\"')") for index, each in enumerate(SECRETS)]
    assert json.loads(conceal(text, secrets)) == {
        "got": "$(cat /keys/1)",
        "$(cat /keys/0)": ["$(cat /keys/3)"],
    }


def test_parts_of_a_value_are_secrets_too() -> None:
    """A password, what stands behind the name of a scheme, a cookie: a server may say each by itself."""
    for value, part in (
        ("me:pass-word-1", "pass-word-1"),
        ("Bearer tok-4711-x", "tok-4711-x"),
        ("sid=abc-123-def; theme=dark", "abc-123-def"),
        (f"Basic {base64.b64encode(b'me:pass-word-1').decode()}", "pass-word-1"),
    ):
        assert conceal(f"got {part}.", [Secret(value, "$KEY")]) == "got $KEY."


@pytest.mark.parametrize(
    ("value", "text", "shown"),
    [
        ("1", "1 of 21 is 1", "1 of 21 is 1"),
        ("ab", "about ab, cab", "about ab, cab"),
        ("blue", 'a blueprint, blue; \\nblue "blue"', 'a blueprint, $KEY; \\n$KEY "$KEY"'),
        ("4711", "47110 calls, key_4711", "47110 calls, key_$KEY"),
        ("ab-12", "xab-12x", "x$KEYx"),
        ("12.5", "112.50 of 12.5", "112.50 of $KEY"),
        ("Bearer x", "Bearer x, Bearer xyz", "Bearer x, Bearer xyz"),
        (" Bearer blue", "Bearer blueprint, blue", "Bearer blueprint, $KEY"),
        ("busy", "busy: $METERMOCK_BUSY_KEY", "$KEY: $METERMOCK_BUSY_KEY"),
        ("long-secret", "a-long-secret.x", "a-$KEY.x"),
    ],
)
def test_short_secrets_leave_other_texts_readable(value: str, text: str, shown: str) -> None:
    """One to three letters are left, words and numbers of up to seven are hidden where they stand alone."""
    assert conceal(text, [Secret(value, "$KEY")]) == shown


def test_a_short_secret_is_hidden_where_a_request_carries_it() -> None:
    """The curl line has its variable, in a header and in the query, and in no other word."""
    request = Request("op", "GET", "http://h/v1/1", (("key", "1"), ("page", "2")), (("X-Key", "1"),))
    line = request.curl([Secret("1", "$KEY")])
    assert line == 'curl -sS -i \'http://h/v1/1?page=2\' -G --data-urlencode "key=$KEY" -H "X-Key: $KEY"'


def test_a_short_secret_behind_a_scheme_is_hidden_where_a_request_carries_it() -> None:
    """The whole value of the header is its variable."""
    request = Request("op", "GET", "http://h/v1", (), (("Authorization", "Bearer x"),))
    assert request.curl([Secret("Bearer x", "$KEY")]).endswith('-H "Authorization: $KEY"')


def test_a_changed_secret_says_what_was_changed() -> None:
    """A key that was cut, or has its letters in the other case, is not shown as the key itself."""
    whole, cut = Secret("sk_live_9fJ2mQx7Lw", "$KEY"), Secret("sk_live_9fJ2mQx7L", "${KEY%?}")
    turned = Secret("sk_live_9Fj2MqX7lW", 'sk_live_$(printf %s "${KEY#sk_live_}" | tr a-zA-Z A-Za-z)')
    shown = [conceal(f"Bearer {each.value}", (whole, cut, turned)) for each in (whole, cut, turned)]
    assert shown == [
        "Bearer $KEY",
        "Bearer ${KEY%?}",
        "Bearer sk_live_$(printf %s ${KEY#sk_live_} | tr a-zA-Z A-Za-z)",
    ]


def test_public_values_are_shown() -> None:
    """The keys of a mock are public, so that a curl line runs as it stands."""
    assert conceal("got public-key-1", [Secret("public-key-1", "")]) == "got public-key-1"


def test_values_that_are_no_utf8_are_hidden_too() -> None:
    """Whatever bytes the environment has, they are looked for."""
    assert conceal("got key-\udcff-1234", [Secret("key-\udcff-1234", "$KEY")]) == "got $KEY"
