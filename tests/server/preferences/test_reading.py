from __future__ import annotations

import pytest

from metermock.errors import PreferenceError
from metermock.server.preferences.preferences import Preferences
from metermock.server.preferences.reading import Written, read


def found(preferences: Preferences) -> dict[str, str]:
    """The preferences as they were written."""
    return preferences.texts


@pytest.mark.parametrize(
    "text",
    [
        "code=429, account=over-limit",
        'code="429",account="over-limit"',
        "CODE = 429 ; Account=over-limit",
        ", code=429,, account=over-limit;",
        "respond-async, code=429, return=minimal; foo=bar, wait=10; account=over-limit",
        'odata.maxpagesize=50, handling="strict"; code=429, account=over-limit',
        r'code="4\29", account=over-limit',
    ],
)
def test_a_header_is_a_list_of_preferences(text: str) -> None:
    """Quotes, blanks, commas and semicolons, and what else is registered, change nothing of the keys."""
    assert found(read(Written(prefer=text))) == {"code": "429", "account": "over-limit"}


@pytest.mark.parametrize(
    "text",
    ["code=429;account=over-limit", "code=429,account=over-limit", ';code="429";account = over-limit;'],
)
def test_a_base_url_is_a_list_of_preferences(text: str) -> None:
    """In a path semicolons separate, and commas in front of a name."""
    assert found(read(Written(url=text))) == {"code": "429", "account": "over-limit"}


def test_an_instant_needs_no_quotes() -> None:
    """An instant is read with and without quotes."""
    with_quotes, without = 'now="2026-03-08T12:00:00Z"', "now=2026-03-08T12:00:00Z"

    assert read(Written(prefer=with_quotes)) == read(Written(own=without)) == read(Written(url=without))


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ('now="2026-03-08T13:00:00+01:00"', 1_772_971_200),
        ("now=2026-03-08T07:00:00-05:00", 1_772_971_200),
        ("now=2026-03-08T12:00:00.999z", 1_772_971_200),
        ("now=2026-03-08", 1_772_928_000),
    ],
)
def test_an_instant_may_have_an_offset_or_be_a_date(text: str, now: int) -> None:
    """Any RFC 3339 instant is read; a date alone is its first instant in UTC."""
    assert {read(Written(prefer=text)).now, read(Written(url=text.replace('"', ""))).now} == {now}


def test_the_nearer_place_counts() -> None:
    """X-Metermock goes before Prefer, and Prefer before the base URL, key by key."""
    wanted = read(Written(url="code=401;example=a;account=x", prefer="code=403, example=b", own="code=429"))

    assert (wanted.code, wanted.example, wanted.account) == (429, "b", "x")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (Written(prefer="cod=429"), "Prefer: there is no preference 'cod'. Did you mean code?"),
        (Written(own="return=minimal"), "X-Metermock: there is no preference 'return'."),
        (Written(own="code=42"), "X-Metermock: code takes a status from 200 to 599, not '42'."),
        (Written(own="code=٤٢٩"), "X-Metermock: code takes a status from 200 to 599, not '٤٢٩'."),
        (Written(url="dynamic=yes"), "the base URL: dynamic takes true or false, not 'yes'."),
        (Written(own="account"), "X-Metermock: account takes a name, not ''."),
        (
            Written(own="now=yesterday"),
            "now takes an instant such as 2026-03-08T12:00:00Z, or a date such as 2026-03-08, from",
        ),
        (Written(own="now=2026-02-30"), "or a date such as 2026-03-08, from 1970 to 2039, not '2026-02-30'."),
        (Written(own="now=2026-03-08T12:00:00"), "not '2026-03-08T12:00:00'."),
        (Written(own="now=2040-01-01T00:00:00Z"), "from 1970 to 2039"),
        (Written(own="code=429, code=500"), "X-Metermock: code is there twice, '429' and '500'. Keep one."),
        (Written(own='account="x'), "X-Metermock: 'account=\"x' cannot be read."),
        (Written(url="account=a\r\nb"), "the base URL: 'account=a\\r\\nb' cannot be read."),
        (Written(prefer="code=429=1"), "Prefer: code takes a status from 200 to 599, not '429=1'."),
    ],
)
def test_what_cannot_be_read_is_told(written: Written, told: str) -> None:
    """An unknown key, a bad value, a contradiction and a broken list are each told, with their place."""
    with pytest.raises(PreferenceError) as caught:
        read(written)

    assert told in str(caught.value)


def test_everything_wrong_is_told_at_once() -> None:
    """Several faults in several places are one error."""
    with pytest.raises(PreferenceError) as caught:
        read(Written(url="foo=1", prefer="code=x", own="dynamic=2"))

    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "the base URL",
        "Prefer",
        "X-Metermock",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cod=1, cod=2, COD=3", "X-Metermock: there is no preference 'cod'. Did you mean code?"),
        ("code=1, code=2; code=3", "X-Metermock: code takes a status from 200 to 599, not '1'."),
        (
            "sequence=429,500,200;session=a",
            "X-Metermock: there is no preference '500'. Put a value with commas in double quotes.",
        ),
        (
            f"account={'a' * 60}, account=b",
            f"X-Metermock: account is there twice, {'a' * 60!r} and 'b'. Keep one.",
        ),
        (
            f"delay={'9' * 5000}",
            f"X-Metermock: delay takes milliseconds from 0 to 600000, not '{'9' * 60}…'.",
        ),
    ],
)
def test_what_is_wrong_with_a_key_is_told_once(text: str, told: str) -> None:
    """A key that is written often has one sentence, and a long value is not repeated in full."""
    with pytest.raises(PreferenceError) as caught:
        read(Written(own=text))

    assert caught.value.problems == (told,)


def test_of_many_problems_the_first_are_told() -> None:
    """A hundred unknown keys are eight sentences, and how many there are besides."""
    with pytest.raises(PreferenceError) as caught:
        read(Written(prefer=",".join(f"key{number}=1" for number in range(100))))

    assert len(caught.value.problems) == 9
    assert caught.value.problems[-1] == "92 more are wrong."


def test_a_prefer_of_the_document_may_have_other_values() -> None:
    """Where the document declares `Prefer`, its values pass; keys of the mock are read beside them."""
    written = Written(prefer='resolution="merge", count=exact, code=429, ???', prefer_is_vendors=True)

    assert read(written).texts == {}
    assert read(Written(prefer="count=exact, code=429", prefer_is_vendors=True)).code == 429
