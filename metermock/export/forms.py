"""What an export writes, by form: each makes the files of some replies."""

from __future__ import annotations

import base64
import json
import mimetypes
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from metermock.contract.media import is_json
from metermock.export.recording import Recorded
from metermock.ledger.calendar import instant_text
from metermock.version import VERSION


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: the replies of one contract, at one instant."""

    contract: str
    now: int
    url: str
    """Where the contract's own paths begin, for forms that need whole URLs."""
    replies: Sequence[Recorded]


Files = Mapping[str, bytes]
"""The text of each file, by its place in the folder."""


def _json_files(export: Export) -> tuple[Files, list[str]]:
    """Write each body to a file of its own; return the files, and the place of each reply's."""
    made: dict[str, bytes] = {}
    places = []
    for each in export.replies:
        question = each.question
        choice = "." + "-".join(question.choice) if question.choice else ""
        name = f"{_segment(question.operation)}/{_segment(question.account + choice)}"
        place = _free(name, _ending(each), made)
        made[place] = _readable(each)
        places.append(place)
    return made, places


def json_form(export: Export) -> Files:
    """A file for each reply's body, and `index.json`, which has the rest of the replies."""
    made, places = _json_files(export)
    listed = [{**_told(each), "file": place} for each, place in zip(export.replies, places, strict=True)]
    return {"replies.json": _text({"replies": listed}), **made}


def msw_form(export: Export) -> Files:
    """Handlers for Mock Service Worker, with the replies that they choose from."""
    return {"handlers.js": _script("handlers.js"), **_choosing(export)}


def playwright_form(export: Export) -> Files:
    """Fixtures for Playwright, with the replies that they choose from."""
    return {"fixtures.js": _script("fixtures.js"), **_choosing(export)}


def har_form(export: Export) -> Files:
    """One HTTP archive, as `page.routeFromHAR` reads it."""
    creator = {"name": "metermock", "version": VERSION}
    entries = [_entry(export, each) for each in export.replies]
    archive = {"log": {"version": "1.2", "creator": creator, "entries": entries}}
    return {f"{_segment(export.contract)}.har": _text(archive)}


FORMS: Mapping[str, Callable[[Export], Files]] = {
    "json": json_form,
    "msw": msw_form,
    "har": har_form,
    "playwright": playwright_form,
}


def _choosing(export: Export) -> Files:
    """The replies as a module, and the module that finds the one for a request."""
    listed = [{**_told(each), **_exact(each.content)} for each in export.replies]
    defaults = {each.question.operation: each.question.defaults for each in export.replies}
    head = (
        f"// Replies of {export.contract} at {instant_text(export.now)}.\n"
        "// Written by `metermock export`; the next export replaces it.\n\n"
    )
    module = f"{head}export const replies = {_script_value(listed)}\n\n"
    module += "// What is the same in a query as left out.\n"
    module += f"export const defaults = {_script_value(defaults)}\n"
    return {"replies.js": module.encode(), "find.js": _script("find.js")}


def _script_value(value: Any) -> str:
    """A value as JavaScript; JSON is such, but for two separators of lines in texts."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _told(each: Recorded) -> dict[str, Any]:
    """What stands of a reply beside its body."""
    question = each.question
    return {
        "operation": question.operation,
        "account": question.account,
        "method": question.method,
        "path": question.path,
        "query": question.query,
        "credentials": [asdict(carrier) for carrier in question.credentials],
        "refused": question.is_refused,
        "status": each.status,
        "headers": each.headers,
    }


def _exact(content: bytes) -> dict[str, str]:
    """A body as it was sent: parsed and written again, large numbers would change in JavaScript."""
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _media(each: Recorded) -> str:
    return next((value for name, value in each.headers if name == "content-type"), "")


def _readable(each: Recorded) -> bytes:
    """A body for a file: JSON with a line per value, everything else as it was sent."""
    if is_json(_media(each)):
        try:
            return _text(json.loads(each.content))
        except ValueError:
            return each.content
    return each.content


def _text(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _ending(each: Recorded) -> str:
    media = _media(each).partition(";")[0].strip()
    if is_json(media):
        return ".json"
    return (mimetypes.guess_extension(media) if media else None) or ".txt"


def _segment(name: str) -> str:
    """A name as part of a path that every file system takes."""
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip(".-") or "reply"


def _free(name: str, ending: str, taken: Mapping[str, object]) -> str:
    """A place that is not taken, in file systems that do not tell capitals apart either."""
    lower = {each.lower() for each in taken}
    place, number = name + ending, 2
    while place.lower() in lower:
        place, number = f"{name}-{number}{ending}", number + 1
    return place


def _script(name: str) -> bytes:
    return files("metermock.export").joinpath("scripts", name).read_bytes()


def _entry(export: Export, each: Recorded) -> dict[str, Any]:
    """An entry of an HTTP archive; the mock's instant is its time, so that it is the same each time."""
    question = each.question
    query = question.whole_query
    text = _exact(each.content)
    content = {"size": len(each.content), "mimeType": _media(each) or "application/octet-stream"}
    content |= {"text": text["text"]} if "text" in text else {"text": text["base64"], "encoding": "base64"}
    request: dict[str, Any] = {
        "method": question.method,
        "url": export.url + question.path + (f"?{urlencode(query)}" if query else ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [
            {"name": part.name, "value": part.value}
            for part in question.credentials
            if part.place == "cookie"
        ],
        "headers": _named(question.sent),
        "queryString": _named(query),
        "headersSize": -1,
        "bodySize": len(question.body.encode()),
    }
    if question.body:
        media = dict(question.headers).get("Content-Type", "")
        request["postData"] = {"mimeType": media, "text": question.body}
    return {
        "startedDateTime": instant_text(export.now),
        "time": 0,
        "request": request,
        "response": {
            "status": each.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _named(each.headers),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(each.content),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }


def _named(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
