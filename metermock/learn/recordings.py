"""Witnesses from recordings: HAR files of `check --har`, of browsers and of proxies.

Nobody knows what a recording holds. What does not fit the contract is passed over and counted.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.throttle import http_date, reckoned
from metermock.contract import Contract, Exchange, Operation
from metermock.contract.wire_text import pairs_of
from metermock.errors import UsageError
from metermock.learn.long_recordings import LONG, entries_in_pieces
from metermock.learn.recorded_secrets import RecordedSecrets
from metermock.learn.witness import Witness

_SCHEMES = ("http", "https")
_PACKED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""How gzip begins, and deflate at each of its levels; no JSON begins so."""
_NO_JSON = ("image/", "font/", "video/", "audio/", "text/css", "text/html", "text/javascript")
_OF_ADDRESSES = str.maketrans("-_", "+/")
_EITHER = 47
"""What tells zlib to take either."""
LONGEST = 64 * 2**20
"""Bytes of a body that was sent in gzip; the rest is cut, and cut JSON is none."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A request and its reply, as far as a recording tells them."""

    method: str
    origin: str
    path: str
    query: str
    headers: Mapping[str, str]
    status: int
    reply_headers: Mapping[str, str]
    body: Any
    """None where it is not there, is cut, or is no JSON."""
    now: str | None
    """None where nothing tells the time."""

    @property
    def is_whole(self) -> bool:
        """Whether something can be learned from it."""
        return self.body is not None and self.now is not None


@dataclass(frozen=True, slots=True)
class _Match:
    entry: _Entry
    operation: Operation
    base: str
    """The origin, and the part of the path before the operation's."""


def recorded(
    contract: Contract, files: Sequence[Path]
) -> tuple[list[Witness], list[str], tuple[Secret, ...]]:
    """The good requests among recorded ones with their replies, what was passed over, what is secret.

    What was passed over is told in lines; who asked is told without what proves it.
    """
    entries = [(entry, file.parent) for file in files for entry in entries_of(file)]
    matches = [match for pair in entries for match in _read(contract, *pair)]
    base = _base(contract, [match for match in matches if match.entry.is_whole] or matches)
    own = {id(match.entry): match for match in reversed(matches) if match.base == base}
    found: list[Witness] = []
    secrets = RecordedSecrets(contract)
    accounts: dict[str, str] = {}
    refused = 0
    for match in reversed([each for each in own.values() if each.entry.is_whole]):
        exchange = _exchange(match, str(match.entry.now))
        if exchange is None:
            refused += 1
            continue
        entry = match.entry
        secrets.learn(match.operation, entry.headers, entry.query, exchange.parameters)
        secrets.told(entry.reply_headers, entry.body)
        proof = secrets.proof(entry.headers, entry.query)
        found.append(Witness(accounts.setdefault(proof, f"account {len(accounts) + 1}"), exchange))
    counts = {
        "are none of the contract's": len(entries) - len(own),
        "have no reply with JSON that is whole": sum(each.entry.body is None for each in own.values()),
        "tell no time": sum(not each.entry.is_whole and each.entry.body is not None for each in own.values()),
        "are not as the contract allows them": refused,
    }
    lines = [f"{count} of {len(entries)} recorded requests {why}" for why, count in counts.items() if count]
    return found, lines, secrets.secrets


def entries_of(file: Path) -> list[Any]:
    """The entries of a recording as they stand there, without pictures; UsageError where it is none."""
    try:
        if file.stat().st_size >= LONG and (entries := entries_in_pieces(file, _without_pictures)):
            return entries
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"--har {file}: cannot be read: {getattr(problem, 'strerror', problem)}") from None
    try:
        document = json.loads(text, object_hook=_without_pictures)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"--har {file}: is not JSON: {problem}") from None
    entries = _member(_member(document, "log"), "entries")
    if not isinstance(entries, list):
        raise UsageError(
            f"--har {file}: is no HAR: it has no list log.entries\n  write one with check --har FILE"
        )
    return entries


def _without_pictures(value: dict[str, Any]) -> dict[str, Any]:
    """An object without the text of what can be no JSON: most of what a browser records."""
    media = value.get("mimeType")
    if "text" in value and isinstance(media, str) and media.startswith(_NO_JSON):
        del value["text"]
    return value


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _read(contract: Contract, value: Any, folder: Path) -> list[_Match]:
    """The operations that an entry may be of; its body is read if there are any, and let go."""
    entry = _entry(value)
    if entry is None or not any(_matches(contract, entry)):
        return []
    content = _member(_member(value, "response"), "content")
    entry = replace(entry, body=_body(content, folder))
    if isinstance(content, dict):
        content.pop("text", None)
    return list(_matches(contract, entry))


def _entry(value: Any) -> _Entry | None:
    """What an entry tells but its body; None where it lacks an address or a status."""
    request, response = _member(value, "request"), _member(value, "response")
    url, status = _member(request, "url"), _status(_member(response, "status"))
    method = _member(request, "method")
    if not isinstance(url, str) or status is None or not isinstance(method, str):
        return None
    try:
        parts = urlsplit(url)
        # A name and a password may stand before the host.
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    except ValueError:
        return None
    reply_headers = _headers(response)
    if "content-type" not in reply_headers:
        media = _member(_member(response, "content"), "mimeType")
        reply_headers["content-type"] = media if isinstance(media, str) else "application/json"
    now = _now(reply_headers, _member(value, "startedDateTime"))
    if parts.scheme not in _SCHEMES:
        return None
    headers = _headers(request)
    query = parts.query or _query(_member(request, "queryString"))
    path = _plain(parts.path) or "/"
    return _Entry(method.upper(), origin, path, query, headers, status, reply_headers, None, now)


def _status(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch("[1-5][0-9][0-9]", value):
        return int(value)
    return value if isinstance(value, int) else None


def _query(listed: Any) -> str:
    """The parameters of an address that has none: some write them beside it."""
    pairs = [(_member(each, "name"), _member(each, "value")) for each in _listed(listed)]
    return urlencode(
        [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]
    )


def _plain(path: str) -> str:
    """A path with the letters that need no percent sign as such: both forms are one address."""
    return re.sub("%[0-9A-Fa-f]{2}", lambda found: _letter(found[0]), path)


def _letter(coded: str) -> str:
    letter = chr(int(coded[1:], 16))
    return letter if re.fullmatch(r"[A-Za-z0-9._~-]", letter) else coded


def _headers(message: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in _listed(_member(message, "headers")):
        name, value = _member(each, "name"), _member(each, "value")
        # HTTP/2 has the first line of a request among its headers: `:path`.
        if isinstance(name, str) and isinstance(value, str) and not name.startswith(":"):
            lower = name.lower()
            found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found


def _listed(pairs: Any) -> list[Any]:
    """Names and values in a list, as HAR has them; some write an object."""
    if isinstance(pairs, dict):
        return [{"name": name, "value": value} for name, value in pairs.items()]
    return pairs if isinstance(pairs, list) else []


def _body(content: Any, folder: Path) -> Any:
    """The JSON of a body; None where there is none, or only the beginning of one."""
    text, beside = _member(content, "text"), _member(content, "_file")
    try:
        if isinstance(beside, str) and Path(beside).name == beside:
            # Playwright puts bodies into files beside the recording.
            text = _unpacked((folder / beside).read_bytes()).decode("utf-8-sig")
        elif not isinstance(text, str):
            return None
        elif str(_member(content, "encoding")).lower() == "base64":
            # Some leave out what fills it up, or write it for addresses.
            plain = "".join(text.split()).translate(_OF_ADDRESSES)
            text = _unpacked(base64.b64decode(plain + "=" * (-len(plain) % 4))).decode("utf-8-sig")
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=lambda _: None)
    except (ValueError, OSError, binascii.Error, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _unpacked(body: bytes) -> bytes:
    """A body that was kept as it was sent: gzip or deflate, as its first bytes tell; any other as it is."""
    if not body.startswith(_PACKED):
        return body
    try:
        return zlib.decompressobj(wbits=_EITHER).decompress(body, LONGEST)
    except zlib.error as problem:
        raise ValueError(str(problem)) from None


def _now(headers: Mapping[str, str], started: Any) -> str | None:
    """The reply's `Date`, else when the request was sent."""
    instant = http_date(headers.get("date", "")) or http_date(str(started))
    if instant is None:
        try:
            if isinstance(started, int | float):
                return _of_number(float(started))
            # Some write the first day of the year 1 for no time at all.
            instant = reckoned(datetime.fromisoformat(str(started)))
        except (ValueError, OverflowError, OSError):
            return None
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant is not None else None


def _of_number(unix: float) -> str | None:
    """The instant of seconds or milliseconds since 1970: between 2001 and 2100 they are no like numbers."""
    seconds = next((each for each in (unix, unix / 1000) if 1e9 <= each < 4.1e9), None)  # noqa: PLR2004 - years
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _matches(contract: Contract, entry: _Entry) -> Iterator[_Match]:
    """The operations that a path may end with, those first that leave least open."""
    found = []
    for operation in contract.operations:
        if operation.method != entry.method:
            continue
        wanted = operation.path.count("/")
        steps = entry.path.rstrip("/").split("/") if operation.path != "/" else entry.path.split("/")
        if len(steps) - 1 < wanted:
            continue
        path = "/" + "/".join(steps[len(steps) - wanted :])
        if path == operation.path or operation.path_values(path):
            found.append((operation.path.count("{"), operation, "/".join(steps[: len(steps) - wanted])))
    for _, operation, before in sorted(found, key=lambda each: each[0]):
        yield _Match(entry, operation, entry.origin + before)


def _base(contract: Contract, matches: Sequence[_Match]) -> str:
    """Where the API lives: a server of the document, else where most operations were asked."""
    counts = Counter(match.base for match in matches)
    servers = contract.document.get("servers")
    documented = [_member(each, "url") for each in servers] if isinstance(servers, list) else []
    known = [_pattern(url) for url in documented if isinstance(url, str)]
    own = [base for base in counts if any(each.fullmatch(base) for each in known)]
    kinds = Counter(
        {base: len({m.operation.id for m in matches if m.base == base}) for base in own or counts}
    )
    return max(kinds, key=lambda base: (kinds[base], counts[base]), default="")


def _pattern(url: str) -> re.Pattern[str]:
    """What a documented server may be: variables are anything, and a relative one is of any host."""
    text = re.sub(r"\\{[^{}]*\\}", "[^/]+", re.escape(url.rstrip("/")))
    is_whole = urlsplit(url).scheme in _SCHEMES
    return re.compile(
        text if is_whole else f"https?://[^/]+{'' if not text or text[0] == '/' else '/'}{text}"
    )


def _exchange(match: _Match, now: str) -> Exchange | None:
    """What the contract sees of it; None where the request is not as the contract allows."""
    entry, operation = match.entry, match.operation
    path = match.entry.path[len(match.base) - len(entry.origin) :]
    parameters, violations = operation.read(
        pairs_of(entry.query), entry.headers, path=operation.path_values(path.rstrip("/") or "/")
    )
    if violations:
        return None
    return Exchange(
        operation.id, parameters, entry.headers, entry.status, entry.reply_headers, entry.body, now
    )
