"""What a status code says of a reply: one table for the whole checker.

The server and the language of the rules have their own (`server/endpoint.py`, `contract/rules.py`): a
judge that read the defendant's table would share its mistakes.
"""

from __future__ import annotations

OK = frozenset({200})
"""The reply to a request that the contract allows."""
SUCCESS = range(200, 300)
REDIRECT = range(300, 400)
NOT_MODIFIED = 304
"""The reply to a request that asks for what has changed, which a check never does."""
REFUSAL = range(400, 500)
"""The request is at fault."""
FAILURE = range(500, 1000)
"""The deployment is at fault; codes beyond 599 mean nothing, so they are read as failures too."""
ERROR = range(REFUSAL.start, FAILURE.stop)

INVALID = (422, 400)
"""How APIs refuse parameters, the more telling status first."""
BAD_BODY = frozenset({400, 413, 415, 422})
"""How APIs refuse bodies."""
OTHERWISE_BY_NOW = (404, 409, 410, 412)
"""What a good request may get where other requests have changed things."""
UNAUTHENTICATED = 401
FORBIDDEN = 403
NO_ACCESS = (UNAUTHENTICATED, FORBIDDEN)
"""How APIs refuse credentials."""
NOT_FOUND = 404
GONE = (NOT_FOUND, 410)
"""How APIs refuse a thing that is not there."""
UNSEEN = (FORBIDDEN, *GONE)
"""How APIs refuse a thing that an account does not have."""
CONFLICT = 409
"""How APIs refuse what is there already."""
METHOD_NOT_ALLOWED = 405
NOT_ACCEPTABLE = 406
UNOFFERED = (METHOD_NOT_ALLOWED, 501)
"""The method is not there."""
TOO_MANY_REQUESTS = 429
CRASHED = 500
"""What frameworks send where a handler raises an error."""
INTERNAL = (CRASHED, 501)
"""Sent by the API itself."""
GATEWAY = (502, 503, 504)
"""Sent by a proxy whose API is gone."""
CLOUDFLARE = (*range(520, 528), 530)
"""Sent by Cloudflare whose API is gone; no standard names them, so that an API may send them itself."""
BODILESS = (204, 304)
