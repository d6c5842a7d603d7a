"""The bones of a plain deployment: route, credentials, parameters, operation; each step can be replaced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

from deployments.parts import Ask, Credential, History, Parameter, RefusedError, Reply


class Deployment:
    """One vendor's service; its history starts when it is made, and goes on with the clock."""

    contract: ClassVar[str]
    accounts: ClassVar[tuple[Credential, ...]]
    operations: ClassVar[dict[str, str]]
    parameters: ClassVar[dict[str, tuple[Parameter, ...]]] = {}
    histories: dict[str, History[Any]]

    def __init__(
        self, *, seed: int = 0, clock: Callable[[], float] = time.time, variants: tuple[str, ...] = ()
    ) -> None:
        self.seed = seed
        self.clock = clock
        self.variants = frozenset(variants)
        self.lock = threading.Lock()
        self.memory: dict[Any, Any] = {}
        self.prepare(int(clock()))

    def prepare(self, now: int) -> None:
        """Write the accounts' history."""
        raise NotImplementedError

    def grow(self, now: int) -> None:
        """Let the calls arrive that came since."""
        raise NotImplementedError

    def recognise(self, ask: Ask) -> None:
        """Set the account that the credentials stand for, or refuse."""
        raise NotImplementedError

    def refusal(self, ask: Ask, refused: RefusedError) -> Reply:
        """Write a refusal as the contract has it."""
        raise NotImplementedError

    def headers(self, ask: Ask) -> dict[str, str]:  # noqa: ARG002 -- some contracts look at the request
        """Give the headers that every reply carries."""
        return {}

    def served(self, ask: Ask, body: Any) -> None:
        """Leave a good body as it is; faults begin here."""

    def finish(self, ask: Ask, reply: Reply) -> None:
        """Leave any reply as it is; faults begin here."""

    def now(self) -> int:
        """Give the deployment's second."""
        skew = 3 * ("clock-ahead" in self.variants) - 3 * ("clock-behind" in self.variants)
        return int(self.clock()) + skew

    def horizon(self, ask: Ask) -> int:
        """Give the last second whose calls are shown."""
        return ask.now - ask.behind

    def answer(self, ask: Ask) -> Reply:
        """Answer one request; one at a time, as the histories grow."""
        with self.lock:
            self.grow(ask.now)
            try:
                reply = self.reply(ask)
            except RefusedError as refused:
                reply = self.refusal(ask, refused)
            reply.headers = {**self.headers(ask), **reply.headers}
            self.finish(ask, reply)
            return reply

    def reply(self, ask: Ask) -> Reply:
        """Route, recognise, read, serve."""
        self.route(ask)
        self.enter(ask)
        body = self.operate(ask)
        self.served(ask, body)
        return Reply(200, body, self.extra_headers(ask, body))

    def operate(self, ask: Ask) -> Any:
        """Make the body."""
        return getattr(self, self.operations[ask.path])(ask)

    def extra_headers(self, ask: Ask, body: Any) -> dict[str, str]:  # noqa: ARG002 -- some contracts need both
        """Give the headers of a good reply."""
        return {}

    def route(self, ask: Ask) -> None:
        """Refuse unknown paths and methods."""
        if ask.path not in self.operations:
            raise RefusedError("not_found", "There is nothing here.")
        if ask.method not in {"GET", "HEAD"}:
            raise RefusedError("method_not_allowed", "This can only be read.")

    def enter(self, ask: Ask) -> None:
        """Check credentials, then parameters."""
        self.recognise(ask)
        ask.parameters = self.read(ask)

    def given(self, ask: Ask) -> dict[str, str]:
        """Give the query; of a repeated parameter the last one counts."""
        return dict(ask.query)

    def read(self, ask: Ask) -> dict[str, Any]:
        """Read all parameters, or refuse with everything that is wrong."""
        given, values, wrong = self.given(ask), {}, []
        for parameter in self.parameters.get(ask.path, ()):
            values[parameter.name] = parameter.default
            if parameter.name in given:
                try:
                    values[parameter.name] = self.value(parameter, given[parameter.name])
                except ValueError as error:
                    wrong.append((parameter.name, str(error)))
        if wrong:
            raise RefusedError("invalid", f"{wrong[0][0]} {wrong[0][1]}", wrong)
        return values

    def value(self, parameter: Parameter, text: str) -> Any:
        """Read one parameter."""
        return parameter.read(text)

    def bearer(self, ask: Ask) -> str:
        """Give the bearer token, or refuse."""
        sent = ask.every("authorization")
        scheme, _, token = (sent[0] if len(sent) == 1 else "").partition(" ")
        if not self.is_bearer(scheme) or not token.strip():
            raise RefusedError("missing", "Missing Authorization Bearer token")
        return token.strip()

    def is_bearer(self, scheme: str) -> bool:
        """Compare the name of the scheme without regard to case."""
        return scheme.lower() == "bearer"
