"""A request as code: curl, fetch, httpx, Playwright, and its reply as a handler of MSW."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from metermock.contract.media import is_json
from metermock.server.pages.console.asking import Got
from metermock.server.pages.curl_lines import Sent, as_curl

INDENT = 2
LONGEST = 20_000
"""Characters of a reply that a handler carries; it asks the mock for longer ones."""
PLAYWRIGHT = """import {{ test, expect }} from '@playwright/test'

test('{title}', async ({{ request }}) => {{
  const reply = await request.fetch({url}, {options})
  expect(reply.status()).toBe({status})
}})"""
MSW = """import {{ http, {names} }} from 'msw'

export const handlers = [
  http.{method}({path}, {reply}),
]"""
BYPASS = """async () => {{
    const reply = await fetch(bypass(new Request({request})))
    const headers = {{ 'Content-Type': reply.headers.get('Content-Type') ?? '' }}
    return new HttpResponse(await reply.arrayBuffer(), {{ status: reply.status, headers }})
  }}"""
"""The body is unpacked by then: with the reply's own headers, a client would unpack it again."""


def snippets_of(sent: Sent, got: Got) -> list[tuple[str, str]]:
    """Return the forms of a request with their names."""
    return [
        ("curl", as_curl(sent)),
        ("fetch", as_fetch(sent, got)),
        ("Python (httpx)", as_httpx(sent, got)),
        ("Playwright", as_playwright(sent, got)),
        ("MSW", as_msw(sent, got)),
    ]


def as_fetch(sent: Sent, got: Got) -> str:
    """Write a request for a page; a browser sends cookies itself."""
    options = options_of(sent, "body")
    if "Cookie" in sent.headers:
        headers = {name: value for name, value in sent.headers.items() if name != "Cookie"}
        options = {**options, "headers": headers, "credentials": "include"}
        options = {key: each for key, each in options.items() if each}
    note = (
        "// Sign in first: a page's script cannot send a cookie itself.\n" if "Cookie" in sent.headers else ""
    )
    call = f"await fetch({script(sent.url)}{after(options)})"
    read = "json" if has_json(got) else "text"
    return f"{note}const reply = {call}\nconst body = await reply.{read}()"


def as_httpx(sent: Sent, got: Got) -> str:
    """Write a request for Python."""
    lines = [f"    {sent.method!r},", f"    {sent.url!r},"]
    if sent.headers:
        lines.append(f"    headers={python(dict(sent.headers))},")
    if sent.body is not None:
        lines.append(f"    content={sent.body!r},")
    read = "json()" if has_json(got) else "text"
    return "\n".join(["import httpx", "", "reply = httpx.request(", *lines, ")", f"body = reply.{read}"])


def as_playwright(sent: Sent, got: Got) -> str:
    """Write a request for a test of Playwright."""
    options = json.dumps(options_of(sent, "data"), indent=INDENT, ensure_ascii=False).replace("\n", "\n  ")
    title = f"{sent.method} {urlsplit(sent.url).path}".replace("\\", "\\\\").replace("'", "\\'")
    return PLAYWRIGHT.format(title=title, url=script(sent.url), options=options, status=got.status)


def as_msw(sent: Sent, got: Got) -> str:
    """Write the reply as a handler that answers in the mock's place."""
    text = got.body.decode("utf-8", "replace")
    if len(text) > LONGEST or not has_json(got):
        names = "HttpResponse, bypass"
        reply = BYPASS.format(request=script(sent.url) + after(options_of(sent, "body")))
    else:
        names = "HttpResponse"
        body = json.dumps(json.loads(text), indent=INDENT, ensure_ascii=False).replace("\n", "\n    ")
        reply = f"() =>\n    HttpResponse.json({body}, {{ status: {got.status} }})"
    path = script("*" + urlsplit(sent.url).path)
    method = sent.method.lower()
    known = method if method in {"get", "post", "put", "patch", "delete", "options", "head"} else "all"
    return MSW.format(names=names, method=known, path=path, reply=reply)


def has_json(got: Got) -> bool:
    """Tell whether a reply has JSON in it: one to HEAD says so, and has no body."""
    if not is_json(dict(got.headers).get("content-type", "")):
        return False
    try:
        json.loads(got.body)
    except (ValueError, RecursionError):
        return False
    return True


def options_of(sent: Sent, body: str) -> dict[str, Any]:
    """Return the options of a request in JavaScript; what is usual is left out."""
    options: dict[str, Any] = {} if sent.method == "GET" else {"method": sent.method}
    if sent.headers:
        options["headers"] = dict(sent.headers)
    if sent.body is not None:
        options[body] = sent.body
    return options


def after(options: dict[str, Any]) -> str:
    """Write options behind another argument."""
    return f", {json.dumps(options, indent=INDENT, ensure_ascii=False)}" if options else ""


def script(text: str) -> str:
    """Write a text as JavaScript has it."""
    return json.dumps(text, ensure_ascii=False)


def python(value: dict[str, str]) -> str:
    """Write headers as Python has them, one a line."""
    lines = "".join(f"        {name!r}: {each!r},\n" for name, each in value.items())
    return f"{{\n{lines}    }}"
