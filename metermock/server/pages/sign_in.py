"""Sign-in pages for contracts whose credential is a cookie: a page's script cannot set it itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote, urlsplit

from metermock.ledger.credential import Credential
from metermock.server.answer import Answer
from metermock.server.headers import raw_header
from metermock.server.origin import origin
from metermock.server.pages.document import start_url
from metermock.server.places import OWN
from metermock.server.preferences.nearest import near
from metermock.server.preferences.syntax import echoed
from metermock.server.problem import problem
from metermock.server.request import HttpRequest
from metermock.server.site import Site

PLACE = "/sign-in/"
NUMBERS = frozenset({"127.0.0.1", "::1"})
"""This machine by number: to a browser other sites than `localhost`."""
SAFE = "%/:?#[]@!$&'()*+,;=~"


def cookie_name(site: Site, credential: Credential) -> str | None:
    """Return the name of the cookie that carries a credential; None for other kinds of credential."""
    scheme = site.contract.security_schemes.get(credential.scheme, {})
    return str(scheme["name"]) if scheme.get("in") == "cookie" else None


def sign_in_pages(site: Site) -> dict[str, Callable[[HttpRequest], Answer]]:
    """Return a page `/sign-in/<account>` for each account that a cookie opens."""
    opening = (credential for credential in site.world.credentials if credential.refused is None)
    named = ((credential, cookie_name(site, credential)) for credential in opening)
    return {f"{PLACE}{each.name}": partial(sign_in, each, name) for each, name in named if name}


def sign_in_hint(site: Site) -> Callable[[HttpRequest], Answer | None]:
    """Return what answers a sign-in page that is not there: 404 with those that are; None for other paths."""
    names = [page.rpartition("/")[2] for page in sign_in_pages(site)]
    is_taken = any(path.startswith(PLACE) for path in site.allowed)
    places = (OWN + PLACE,) if is_taken else (PLACE, OWN + PLACE)

    def answer(http: HttpRequest) -> Answer | None:
        if not http.path.startswith(places):
            return None
        if not names:
            return problem(404, f"{site.name} takes no cookie. `metermock accounts` lists what to send.")
        name = http.path.rpartition(PLACE)[2]
        listed = ", ".join(names)
        return problem(404, f"Nobody signs in as {echoed(name)}. {near(name, names)}Sign in as {listed}.")

    return answer


def sign_in(credential: Credential, name: str, http: HttpRequest) -> Answer:
    """Set the cookie, and go to `?next=` where that is given; 400 if that leads to another machine."""
    cookie = raw_header("set-cookie", f"{name}={credential.value}; Path=/; HttpOnly; SameSite=Lax")
    host = urlsplit(origin(http)).hostname or ""
    following = next((value for key, value in http.query() if key == "next"), None)
    if following is None:
        text = said(credential, host, start_url(http) + http.prefix + http.path)
        return Answer(200, [(b"content-type", b"text/plain; charset=utf-8"), cookie], text.encode())
    if not is_near(following, host):
        detail = f"next={following} leads elsewhere. Give a path, or a URL on {host} or this machine."
        return problem(400, detail)
    return Answer(303, [(b"location", quote(following, safe=SAFE).encode()), cookie], b"")


def said(credential: Credential, host: str, url: str) -> str:
    """Return what is true of the cookie now: to which host it goes, and from which pages."""
    lines = [
        f"Signed in as {credential.name}: this browser sends the cookie to {host}, whatever the port.",
        f'It goes along where a page on {host} sends its request with credentials: "include".',
    ]
    other = "localhost" if host in NUMBERS else "127.0.0.1" if host == "localhost" else ""
    if other:
        there = url.replace(f"//{'[::1]' if ':' in host else host}", f"//{other}", 1)
        lines.append(f"For pages on {other} sign in there: {there}")
    return "\n".join(lines) + "\n"


def is_near(url: str, host: str) -> bool:
    """Tell whether a URL leads to this machine, or to the host under which it is known."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if "\\" in url or any(ord(each) <= ord(" ") for each in url):
        return False
    if not parts.scheme and not parts.netloc:
        return url.startswith("/")
    return parts.scheme in ("http", "https") and parts.hostname in {host, "localhost", *NUMBERS}
