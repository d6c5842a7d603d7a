"""HAR files: what they hold, and when they are written."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.har import LONGEST, Sent
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.recording import Recorder, Recording, recorded
from metermock.checker.deployment.target import Target
from metermock.cli import main
from metermock.errors import NoReplyError, UsageError
from tests.checker.har import log_of

TINY = str(Path(__file__).parents[1] / "tiny.openapi.yaml")


@pytest.fixture
def written(tmp_path: Path, target: Target) -> Callable[..., dict[str, Any]]:
    """A function that records some exchanges of the tiny target, and gives the log of the file."""

    def write(*exchanges: Sent) -> dict[str, Any]:
        path = tmp_path / "check.har"
        with recorded(path) as recording:
            assert recording is not None
            recorder = recording.of(target)
            for each in exchanges:
                recorder.note(each)
            recorder.close()
            recording.write()
        return log_of(path)

    return write


def sent(**changes: Any) -> Sent:
    """A request of the tiny target's account, answered."""
    headers = (("Authorization", "Bearer s3cret-token"), ("Cookie", "a=1; b=2"))
    plain = Sent("GET", "http://h/usage?q=s3cret-token&n=1", headers, b"", 1.5, 0.25, 200, "OK")
    return replace(plain, **{"reply_headers": (("Content-Type", "application/json"),), **changes})


def test_a_file_without_requests_is_whole(written: Callable[..., dict[str, Any]]) -> None:
    """A check that could not send anything leaves an empty log, with a page for the target."""
    log = written()
    assert (log["entries"], [page["id"] for page in log["pages"]]) == ([], ["tiny"])


def test_an_exchange_is_an_entry(written: Callable[..., dict[str, Any]]) -> None:
    """Request and reply are there as they went over the wire, with their times."""
    (found,) = written(sent(reply_body=b'{"total": 3}'))["entries"]
    assert (found["pageref"], found["startedDateTime"], found["time"]) == (
        "tiny",
        "1970-01-01T00:00:01.500+00:00",
        250.0,
    )
    assert found["request"]["queryString"] == [
        {"name": "q", "value": "$TINY_KEY"},
        {"name": "n", "value": "1"},
    ]
    assert found["request"]["cookies"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    assert found["response"]["content"] == {
        "size": 12,
        "mimeType": "application/json",
        "text": '{"total": 3}',
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"body": b'{"key": "s3cret-token"}', "method": "POST"},
        {"reply_body": b'{"s3cret-token": {"s3cret\\u002dtoken": 1}}'},
        {"reply_body": b"\xff\xfe s3cret-token"},
        {"reply_headers": (("Location", "/s3cret-token"), ("Set-Cookie", "s=s3cret-token; Path=/"))},
        {"reason": "s3cret-token", "comment": "no reply: s3cret-token"},
        {"reply_body": b"x" * (LONGEST - 6) + b"s3cret-token"},
    ],
)
def test_no_part_of_an_entry_shows_a_secret(
    written: Callable[..., dict[str, Any]], changes: dict[str, Any]
) -> None:
    """Not the URL, not a header, not a body, wherever it is cut."""
    log = json.dumps(written(sent(**changes)))
    assert "$TINY_K" in log
    assert not [part for part in ("s3cret", "002dtoken", base64.b64encode(b"token").decode()) if part in log]


def test_long_bodies_are_cut(written: Callable[..., dict[str, Any]]) -> None:
    """The beginning is kept, and a comment says of how much."""
    (found,) = written(sent(method="POST", body=b"b" * 70_000, reply_body="ü".encode() * 70_000))["entries"]
    content = found["response"]["content"]
    assert (len(content["text"]), content["size"]) == (LONGEST, 140_000)
    assert content["comment"] == "the first 65,536 characters of 140,000 bytes"
    assert len(found["request"]["postData"]["text"]) == LONGEST


def test_a_body_whose_bytes_are_not_all_there_says_so(written: Callable[..., dict[str, Any]]) -> None:
    """HAR has only text for what is sent; of a reply with a secret in its bytes each is a character."""
    bytes_ = b"\xff s3cret-token" + b"x" * LONGEST
    (found,) = written(sent(method="POST", body=b"\xffPNG", reply_body=bytes_))["entries"]
    assert found["request"]["postData"]["comment"] == "bytes that are no UTF-8 are replaced"
    said = "bytes that are no UTF-8, each as one character; the first 65,536 characters of 65,550 bytes"
    assert found["response"]["content"]["comment"] == said


def test_bytes_that_are_no_text_are_base64(written: Callable[..., dict[str, Any]]) -> None:
    """As HAR has it, with the encoding beside it."""
    (found,) = written(sent(reply_body=b"\x89PNG\xff"))["entries"]
    content = found["response"]["content"]
    assert (base64.b64decode(content["text"]), content["encoding"]) == (b"\x89PNG\xff", "base64")


def test_a_new_key_is_hidden(written: Callable[..., dict[str, Any]]) -> None:
    """In the reply that tells it, and wherever it is sent from then on."""
    made = b'{"id": "key_1", "secret": "sk_live_4f2"}'
    first, second = written(sent(reply_body=made), sent(url="http://h/usage?key=sk_live_4f2"))["entries"]
    assert first["response"]["content"]["text"] == '{"id": "key_1", "secret": "***"}'
    assert second["request"]["url"] == "http://h/usage?key=***"


def test_what_headers_tell_is_hidden(written: Callable[..., dict[str, Any]]) -> None:
    """What a reply puts into a cookie, and a token in the address that it leads to."""
    told = (("Set-Cookie", "sid=s3ss-0001; Path=/"), ("Location", "/next?access_token=tk-12345678"))
    log = written(sent(reply_headers=told), sent(url="http://h/usage?of=s3ss-0001"))
    assert "s3ss-0001" not in json.dumps(log)
    assert "tk-12345678" not in json.dumps(log)
    response = log["entries"][0]["response"]
    assert response["cookies"] == [{"name": "sid", "value": "***"}]
    assert response["redirectURL"] == "/next?access_token=***"


def test_the_client_records_what_it_sends(serve: Callable[..., Any], target: Target, tmp_path: Path) -> None:
    """Requests that are sent again, those without a reply, and those over raw connections too."""

    def respond(seen: Any) -> tuple[int, dict[str, str], bytes]:
        return (
            (0, {}, b"")
            if seen.number == 1
            else (429 if seen.number == 2 else 200, {"Retry-After": "0"}, b"{}")
        )

    server = serve(respond)
    path = tmp_path / "check.har"
    with recorded(path) as recording:
        assert recording is not None
        with Client(replace(target, url=server.url), Options(trust_env=False)) as client:
            client.recorder = recording.of(target)
            operation = target.contract.operation("getUsage")
            request = client.make(operation, account=target.accounts[0])
            client.send(operation, request)
            with pytest.raises(NoReplyError):
                client.after_head(replace(request, url="http://127.0.0.1:9/usage", method="HEAD"))
        recording.write()
    entries = log_of(path)["entries"]
    assert [each["response"]["status"] for each in entries] == [0, 429, 200, 0]
    assert entries[0]["comment"].startswith("no reply: ")
    assert {"name": "authorization", "value": "Bearer $TINY_KEY"} in entries[1]["request"]["headers"]


def test_a_reply_to_head_is_recorded(serve: Callable[..., Any], target: Target, tmp_path: Path) -> None:
    """Its status and headers too, though no client has sent the request; this server knows no HEAD."""
    server = serve(lambda _: (200, {}, b""))
    with recorded(tmp_path / "check.har") as recording:
        assert recording is not None
        with Client(replace(target, url=server.url), Options(trust_env=False)) as client:
            client.recorder = recording.of(target)
            request = client.make(target.contract.operation("getUsage"), method="HEAD")
            client.after_head(request)
        recording.write()
    (found,) = log_of(tmp_path / "check.har")["entries"]
    assert found["response"]["status"] == 501
    assert "Content-Type" in {each["name"] for each in found["response"]["headers"]}


def test_an_older_file_is_replaced_at_once(target: Target, tmp_path: Path) -> None:
    """Until the new one is whole, the older one stays; nothing else is left in the folder."""
    path = tmp_path / "check.har"
    path.write_text("older")
    with recorded(path) as recording:
        assert recording is not None
        recorder = recording.of(target)
        recorder.note(sent())
        recorder.close()
        assert path.read_text() == "older"
        recording.write()
    assert len(log_of(path)["entries"]) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["check.har"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """One message, with the option's name; the folder stays as it was."""
    path = tmp_path / "gone" / "check.har"
    with recorded(path) as recording:
        assert recording is not None
        with pytest.raises(UsageError, match=r"--har .*check\.har: cannot be written: No such file"):
            recording.write()


def test_what_is_missing_is_told(target: Target, tmp_path: Path) -> None:
    """Half a line of a process that was ended is left out, and so is what nobody has recorded yet."""
    kept = tmp_path / "kept"
    kept.mkdir()
    recording = Recording(tmp_path / "check.har", kept)
    recorder = recording.of(target)
    recorder.note(sent())
    recorder.miss("random requests, some or all")
    recorder.close()
    (file,) = kept.iterdir()
    with file.open("ab") as lines:
        lines.write(b'E{"half')
    recording.write()
    log = log_of(tmp_path / "check.har")
    assert len(log["entries"]) == 1
    assert log["comment"].endswith("Missing of tiny: random requests, some or all.")


def test_a_full_disk_is_told(target: Target, tmp_path: Path) -> None:
    """The check goes on, and a log with gaps is not written."""
    kept = tmp_path / "kept"
    kept.mkdir()
    full = kept / "1"
    full.symlink_to("/dev/full")
    Recorder(target, full).close()
    with pytest.raises(UsageError, match="no space was left"):
        Recording(tmp_path / "check.har", kept).write()
    assert not (tmp_path / "check.har").exists()


def test_several_targets_are_in_one_file(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Each is a page, though each is checked in a process of its own."""
    settings, path = tmp_path / "metermock.toml", tmp_path / "check.har"
    settings.write_text(
        "".join(
            f'[target.{name}]\ncontract = "{TINY}"\nurl = "{serve().url}"\n'
            f'[[target.{name}.account]]\nname = "busy"\ncredential = {{ bearer = "s3cret-{name}" }}\n'
            for name in ("one", "two")
        )
    )
    words = [
        "check",
        "--config",
        str(settings),
        "--har",
        str(path),
        "--no-fuzz",
        "--max-requests",
        "20",
        "--quiet",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "metermock", *words], capture_output=True, text=True, check=False
    )
    log = log_of(path)
    assert done.stderr == ""
    assert {page["id"] for page in log["pages"]} == {"one", "two"}
    assert [entry["pageref"] for entry in log["entries"]].count("two") == 20
    assert "s3cret" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "says"), [("-", "the name of a file"), ("no/check.har", "there is no folder no")]
)
def test_a_wrong_name_is_told_before_anything_is_sent(
    capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    """Exit code 2, with the name and what to write."""
    assert main(["check", "onceonly", "--har", name]) == 2
    assert says in capsys.readouterr().err
