"""Targets from options and from `metermock.toml`, and what is said of mistakes in them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.config import find_contract, read_targets, target_of, url_of
from metermock.checker.deployment.rate import rate_of
from metermock.errors import MetermockError, UsageError

TINY = str(Path(__file__).parents[1] / "tiny.openapi.yaml")
WHOLE = f"""\
# our deployments
[target.staging]
contract = "{TINY}"
url = "https://staging.example/api/"
rate-limit = "100/min"

[[target.staging.account]]
name = "busy"
credential = {{ bearer = "env:TINY_BUSY" }}
headers = {{ X-Team = "blue" }}

[[target.staging.account]]
name = "quiet"
credential = {{ header = "file:quiet.key" }}

[[target.staging.refused]]
name = "expired"
credential = {{ header = "long gone" }}
status = 403

[target.live]
contract = "{TINY}"
url = "https://live.example"
"""
ENV: Mapping[str, str] = {"TINY_BUSY": "busy-secret"}


def written(folder: Path, text: str) -> Path:
    """A metermock.toml, beside a file with a key."""
    (folder / "quiet.key").write_text("quiet-secret\n")
    path = folder / "metermock.toml"
    path.write_text(text)
    return path


def test_a_file_gives_its_targets(tmp_path: Path) -> None:
    """Accounts, refused credentials, rate and headers are as the file says, secrets as their places say."""
    staging, live = read_targets(written(tmp_path, WHOLE), env=ENV)
    busy, quiet = staging.accounts
    assert (staging.name, staging.url, live.name) == ("staging", "https://staging.example/api", "live")
    assert staging.rate_limit == pytest.approx(100 / 60)
    assert (busy.credential["bearer"].value, busy.headers["X-Team"].value) == ("busy-secret", "blue")
    assert quiet.credential["header"].value == "quiet-secret"
    assert (staging.refused[0].status, staging.refused[0].credential["header"].value) == (403, "long gone")


def test_secrets_are_named_by_where_they_come_from(tmp_path: Path) -> None:
    """A variable by its name, a file by reading it, a value by a variable made of account and scheme."""
    (staging, _) = read_targets(written(tmp_path, WHOLE), env=ENV)
    shells = [secret.shell for secret in staging.secrets]
    assert shells[0] == "$TINY_BUSY"
    assert shells[1] == f"$(cat {tmp_path}/quiet.key)"
    assert shells[2] == "$METERMOCK_EXPIRED_HEADER"


@pytest.mark.parametrize("holder", ["account", "refused"])
def test_a_header_comes_from_elsewhere_like_a_credential(tmp_path: Path, holder: str) -> None:
    """From a variable, a file or a command, and is hidden; so is a value that stands in the file."""
    (tmp_path / "team.key").write_text("team-in-a-file\n")
    headers = """{ X-A = "env:TEAM", X-B = "file:team.key", X-C = "cmd:echo team-printed", X-D = "team-d" }"""
    text = WHOLE.replace('{ X-Team = "blue" }', headers)
    if holder == "refused":
        text = WHOLE.replace("status = 403", f"headers = {headers}")
    (staging, _) = read_targets(written(tmp_path, text), env={**ENV, "TEAM": "team-of-env"})
    found = (staging.refused if holder == "refused" else staging.accounts)[0].headers
    values = ("team-of-env", "team-in-a-file", "team-printed", "team-d")
    assert tuple(each.value for each in found.values()) == values
    assert [each.shell for each in found.values()][::3] == ["$TEAM", f"$METERMOCK_{found_name(holder)}_X_D"]
    assert not [value for value in values if value in conceal(" ".join(values), staging.secrets)]


def found_name(holder: str) -> str:
    """How variables of the account, or of the refused credential, begin."""
    return "EXPIRED" if holder == "refused" else "BUSY"


@pytest.mark.parametrize(
    "header",
    [
        'Accept = "application/json"',
        'User-Agent = "nightly check"',
        'X-Api-Version = "2026-01-01"',
        'Authorization = "Bearer "',
    ],
)
def test_what_tells_nothing_secret_is_shown(tmp_path: Path, header: str) -> None:
    """A header that says how to answer hides no words of the reports."""
    path = written(tmp_path, WHOLE.replace('X-Team = "blue"', header))
    (staging, _) = read_targets(path, env=ENV)
    (shown,) = staging.accounts[0].headers.values()
    assert not shown.shell


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "all_proxy"])
def test_the_credential_of_a_proxy_is_hidden(name: str) -> None:
    """The HTTP client takes it from the environment, and a proxy may say it back, in any coding."""
    env = {name: "http://me:pass%2Fword-1@proxy.example:3128", "bearer": "x"}
    target = target_of("http://h", TINY, ["bearer=token-1234"], env=env)
    encoded = base64.b64encode(b"me:pass/word-1").decode()
    assert conceal(f"pass/word-1, pass%2Fword-1, Basic {encoded}", target.secrets) == "***, ***, Basic ***"


def test_only_the_named_targets_are_read(tmp_path: Path) -> None:
    """A target that was not asked for needs no secrets."""
    (live,) = read_targets(written(tmp_path, WHOLE), ["live"], env={})
    assert live.url == "https://live.example"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('"100/min"', '"fast"', 5, "'fast' is no rate"),
        ("https://staging.example/api/", "staging.example", 4, "no base URL"),
        ("https://staging.example/api/", "https://me:pw@staging.example", 4, "carries no credential"),
        (
            f'"{TINY}"\nurl = "https://staging',
            '"nothing"\nurl = "https://staging',
            3,
            "no contract 'nothing'",
        ),
        ("{ bearer =", "{ bearrer =", 9, "no security scheme 'bearrer'; it has bearer, basic"),
        ("env:TINY_BUSY", "env:TINY_BUZY", 9, "the variable TINY_BUZY is not set"),
        ("env:TINY_BUSY", "env:op_live-1", 9, "no name of a variable"),
        ("file:quiet.key", "file:quite.key", 14, "quite.key cannot be read: No such file"),
        ("long gone", "", 18, "is empty"),
        ("long gone", "a\\nb", 18, "the credential header has a control character"),
        ("status = 403", "status = 200", 19, "from 400 to 499"),
        ('name = "quiet"', 'name = "busy"', 13, "two entries of `account`"),
        ('name = "quiet"', "", 12, "needs `name`"),
        ("headers = { X-Team", "header = { X-Team", 10, "unknown key `header`"),
        ("X-Team =", '"" =', 10, "'' is no name of a header"),
        ("X-Team =", "'' =", 10, "'' is no name of a header"),
        ('"blue"', '"a\\nb"', 10, "the header X-Team has a control character"),
        ('"blue"', '"env:TEAM"', 10, "the variable TEAM is not set"),
        ('"blue"', '"file:team.key"', 10, "team.key cannot be read: No such file"),
        ('"blue"', '"cmd:true"', 10, "the command true printed nothing"),
        ("[target.live]", "[targets.live]", 21, "unknown key `targets`"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    """Each mistake is one UsageError with file, line and what would be right."""
    assert old in WHOLE
    path = written(tmp_path, WHOLE.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        read_targets(path, env=ENV)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_no_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    """The place of the syntax error comes in the usual form."""
    path = written(tmp_path, "[target.staging]\nurl = https://x\n")
    with pytest.raises(UsageError, match=r"metermock\.toml:2:7: is not TOML"):
        read_targets(path, env=ENV)
    with pytest.raises(UsageError, match="No such file"):
        read_targets(tmp_path / "missing.toml", env=ENV)


def test_an_unknown_target_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    """The message lists the targets of the file."""
    with pytest.raises(UsageError, match="no target 'prod'; it has staging, live"):
        read_targets(written(tmp_path, WHOLE), ["prod"], env=ENV)


def test_options_make_one_target() -> None:
    """A credential without an account's name belongs to one account; named ones make several."""
    one = target_of("http://h", TINY, ["bearer=env:TINY_BUSY"], rate_limit="5/s", env=ENV)
    two = target_of("http://h", TINY, ["a:bearer=x1", "b:bearer=x2"], env=ENV)
    assert (one.name, one.rate_limit, one.accounts[0].credential["bearer"].shell) == ("tiny", 5, "$TINY_BUSY")
    assert [account.name for account in two.accounts] == ["a", "b"]
    assert [secret.shell for secret in two.secrets] == ["$METERMOCK_A_BEARER", "$METERMOCK_B_BEARER"]


@pytest.mark.parametrize(
    ("url", "contract", "credential", "says"),
    [
        ("h", TINY, [], "URL: 'h' is no base URL"),
        ("http://h", "nothing", [], "no contract 'nothing'"),
        ("http://h", "./nothing.yaml", [], "nothing.yaml: cannot be read"),
        ("http://h", TINY, ["s3cret"], "write SCHEME=VALUE"),
        ("http://h", TINY, ["other=s3cret"], "no security scheme 'other'"),
        ("http://h", TINY, ["bearer=env:MISSING"], "--credential bearer: the variable MISSING is not set"),
        ("http://h", TINY, ["bearer=a", "bearer=b"], "given twice"),
    ],
)
def test_a_mistake_in_options_is_told(url: str, contract: str, credential: list[str], says: str) -> None:
    """Each mistake names the option, repeats no secret, and has exit code 2."""
    with pytest.raises(MetermockError) as caught:
        target_of(url, contract, credential, env=ENV)
    assert says in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_rates_and_urls_are_read() -> None:
    """Rates are per second; a base URL keeps its prefix and loses its trailing slash."""
    assert [rate_of(text) for text in ("5/s", "120/min", "1800/h", "0.5 / s")] == [5, 2, 0.5, 0.5]
    assert url_of("http://[::1]:80/a/") == "http://[::1]:80/a"
    for wrong in ("5", "0/s", "5/week", "-1/s", "/s"):
        with pytest.raises(ValueError, match="no rate"):
            rate_of(wrong)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (r'Authorization = "Bearer a\nX-Other: b"', "header Authorization has a control character"),
        (r'Authorization = "Bearer \u0000"', "header Authorization has a control character"),
        ('"X Team" = "blue"', "'X Team' is no name of a header"),
        ('content-Length = "5"', "the header content-Length follows from the body"),
        ('Transfer-Encoding = "chunked"', "the header Transfer-Encoding follows from the body"),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(tmp_path: Path, header: str, told: str) -> None:
    """It is told with the file and the line, before anything is sent."""
    text = WHOLE.replace('X-Team = "blue"', header)
    with pytest.raises(UsageError, match=rf"metermock\.toml:10: .*{told}") as caught:
        read_targets(written(tmp_path, text), env=ENV)
    assert "X-Other" not in str(caught.value)


@pytest.mark.parametrize(
    ("written_url", "url"),
    [
        ("https://${TINY_HOST}/api", "https://h.example/api"),
        ("http://${TINY_HOST}:${TINY_PORT}", "http://h.example:8080"),
        ("env:TINY_URL", "https://whole.example/v1"),
    ],
)
def test_a_url_has_values_of_the_environment(tmp_path: Path, written_url: str, url: str) -> None:
    """`${NAME}` stands for a part, `env:NAME` for the whole."""
    env = {**ENV, "TINY_HOST": "h.example", "TINY_PORT": "8080", "TINY_URL": "https://whole.example/v1/"}
    text = WHOLE.replace("https://staging.example/api/", written_url)
    staging, _ = read_targets(written(tmp_path, text), env=env)
    assert staging.url == url


@pytest.mark.parametrize(
    ("written_url", "says"),
    [
        ("https://${TINY_NOWHERE}/api", "the variable TINY_NOWHERE is not set"),
        ("https://${TINY_EMPTY}/api", "the variable TINY_EMPTY is empty"),
        ("env:TINY_NOWHERE", "the variable TINY_NOWHERE is not set"),
        ("https://${TINY_OWNER}/api", "a base URL carries no credential, query or fragment"),
        ("ftp://${TINY_OWNER}/api", "the URL is no base URL"),
        ("https://$TINY_HOST/api", "'https://$TINY_HOST/api' is no base URL"),
        ("https://${TINY HOST}/api", "'https://${TINY HOST}/api' is no base URL"),
        ("https://${TINY_LINES}/api", "is no base URL"),
    ],
)
def test_a_variable_that_makes_no_url_is_told(tmp_path: Path, written_url: str, says: str) -> None:
    """The message has the line and the variable's name, and never a password that the value has."""
    env = {**ENV, "TINY_OWNER": "me:s3cret@h.example", "TINY_EMPTY": "", "TINY_LINES": "h\nx"}
    text = WHOLE.replace("https://staging.example/api/", written_url)
    with pytest.raises(UsageError) as caught:
        read_targets(written(tmp_path, text), env=env)
    assert f"metermock.toml:4: {says}" in str(caught.value) or "TINY_LINES" in written_url
    assert "s3cret" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    """A contract, a rate and the permission to fetch come from it, from the target, or from `[check]`."""
    text = WHOLE.replace(f'[target.live]\ncontract = "{TINY}"\n', "[target.live]\n")
    text = f'[check]\ncontract = "tiny.yaml"\nrate-limit = "1/s"\n{text}'
    (tmp_path / "tiny.yaml").write_bytes(Path(TINY).read_bytes())
    staging, live = read_targets(written(tmp_path, text), env=ENV)
    assert (staging.contract.path, live.contract.path) == (Path(TINY), tmp_path / "tiny.yaml")
    assert (staging.rate_limit, live.rate_limit) == pytest.approx((100 / 60, 1))
    staging, live = read_targets(
        written(tmp_path, text), env=ENV, given={"rate-limit": "7/s", "contract": TINY}
    )
    assert (staging.rate_limit, live.rate_limit, live.contract.path) == (7, 7, Path(TINY))


def test_an_account_may_have_values_of_its_own(tmp_path: Path) -> None:
    """Its table says them as the target's does; a name that is none is told with its line."""
    own = 'name = "busy"\nparameters = { getUsage.days = 7 }'
    (staging, _) = read_targets(written(tmp_path, WHOLE.replace('name = "busy"', own)), env=ENV)
    busy, quiet = staging.accounts
    assert (busy.parameters, quiet.parameters) == ({"getUsage": {"days": (7,)}}, {})
    wrong = WHOLE.replace('name = "busy"', own.replace("days", "dyas"))
    with pytest.raises(UsageError, match=r"metermock\.toml:9: .*dyas"):
        read_targets(written(tmp_path, wrong), env=ENV)


def test_a_project_with_one_contract_stands_for_it(tmp_path: Path) -> None:
    """`--contract ./acme` is the contract of that folder, and one of several has to be named."""
    place = tmp_path / "acme" / "openapi" / "tiny.openapi.yaml"
    place.parent.mkdir(parents=True)
    place.write_bytes(Path(TINY).read_bytes())
    assert find_contract("./acme", tmp_path).name == "tiny"
    assert find_contract("acme", tmp_path).name == "tiny"
    place.with_name("other.openapi.yaml").write_bytes(Path(TINY).read_bytes())
    with pytest.raises(
        UsageError, match=r"has several contracts\.\n  Name the document of one: .*other\.openapi"
    ):
        find_contract("./acme", tmp_path)
