"""Writes the console's pages from templates; whatever a document says is escaped in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from metermock.server.answer import Answer
from metermock.server.pages.console.charts import spelled
from metermock.version import VERSION

POLICY = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@cache
def environment() -> jinja2.Environment:
    """Make the environment of the templates, once."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = spelled
    made.globals["version"] = VERSION
    return made


def page(template: str, /, **facts: Any) -> Answer:
    """Write a page; it may load nothing from elsewhere, and runs only the console's own script."""
    body = environment().get_template(template).render(**facts).encode("utf-8", "replace")
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", POLICY),
        (b"referrer-policy", b"no-referrer"),
    ]
    return Answer(200, headers, body)
