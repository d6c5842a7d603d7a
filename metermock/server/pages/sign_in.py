"""Sign-in pages for contracts whose credential is a cookie: a page's script cannot set it itself."""

from __future__ import annotations

from collections.abc import Callable

from metermock.ledger.credential import Credential
from metermock.server.answer import Answer
from metermock.server.headers import raw_header
from metermock.server.request import HttpRequest
from metermock.server.site import Site


def cookie_name(site: Site, credential: Credential) -> str | None:
    """Return the name of the cookie that carries a credential; None for other kinds of credential."""
    scheme = site.contract.security_schemes.get(credential.scheme, {})
    return str(scheme["name"]) if scheme.get("in") == "cookie" else None


def sign_in_pages(site: Site) -> dict[str, Callable[[HttpRequest], Answer]]:
    """Return a page `/sign-in/<account>` for each account that has a cookie."""
    named = ((credential, cookie_name(site, credential)) for credential in site.world.credentials)
    return {f"/sign-in/{credential.name}": sign_in(credential, name) for credential, name in named if name}


def sign_in(credential: Credential, name: str) -> Callable[[HttpRequest], Answer]:
    """Return the page that sets one cookie."""
    cookie = raw_header("set-cookie", f"{name}={credential.value}; Path=/; HttpOnly; SameSite=Lax")
    text = (
        f"Signed in as {credential.name}: this browser has the cookie now. Go back, and ask again.\n".encode()
    )
    return lambda _http: Answer(200, [(b"content-type", b"text/plain; charset=utf-8"), cookie], text)
