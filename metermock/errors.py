"""The errors of metermock.

MetermockError                  everything that metermock raises on purpose
├── SourceError                 a file that cannot be used: where, what, what to do
│   ├── ContractError           an OpenAPI document
│   │   └── RuleError           a rule or relation inside one
│   ├── WorldError              a world in `fixtures/`
│   └── HandlerError            a handler module
├── UnreadableError             a text that is no YAML or JSON; becomes a SourceError, which knows the file
├── UsageError                  an argument, option or setting that makes no sense
│   └── LedgerEndError          a clock beyond the last instant of the ledger
├── PortInUseError              the address to serve on is taken
├── CannotTestError             a deployment that could not be tested
│   └── NoReplyError            one request that got no reply at all
│       └── UnsentError         our own client refuses to send it
├── BudgetExhaustedError        the requests or the time that a check may spend are spent
├── StorageDownError            the counts of rate limits cannot be reached
├── PreferenceError             preferences of a request that cannot be read or met; becomes a 400
├── NotJsonError                a handler's reply has a number that JSON cannot hold
└── Refused                     a request that the contract refuses; becomes an error body
    └── BadCredential           in server.grants: connexion asks it for a `status_code`

StoppedAtStart is a KeyboardInterrupt: a signal ends a check before its first request. So does Ended of
server.running.workers with a server that starts.

Other errors stand where they are raised. They end inside the package, or speak to another tool:

- contract.cel: CelSyntaxError, CompileError, EvaluationError, FunctionError. The rule language knows texts
  and values, and no files. Loading makes each a RuleError, judging makes it a breach. UnsureError leaves an
  expression to the CEL evaluator.
- contract.schemas: UnknownReferenceError, and contract.reading.bundle: _NowhereError. Loading makes each a
  ContractError.
- ledger.effort: TooLongError leaves a query to another thread. No handler can catch it by mistake.
- server.preferences.syntax: ListSyntaxError, a text that is no list of preferences. Reading makes it a
  PreferenceError.
- json_reader: _TwiceError stops the decoder at a key that is there twice, which has no line yet.
- server.body_error: BodyError says why a body cannot be read, and becomes a Violation.
- server.generation.values.scene: TooDeepError, a value that would never end;
  server.generation.makers.valid_values: ReplyError, no value that a schema accepts. The second becomes a 500
  that names operation and schema.
- checker.checks.relations: _NoReplyError ends a relation. The request without a reply has been reported.
- checker.checks.past_caches: LimitedError, a limit was in the way past caches; nothing is said then.
- checker.pytest_items: BrokenRuleError fails a test of pytest, BrokenShouldWarning warns in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from metermock.address import shown


class MetermockError(Exception):
    """Everything that metermock raises on purpose."""

    exit_code = 2


@dataclass(eq=False)
class SourceError(MetermockError):
    """A file cannot be used.

    `line` and `column` count from 1; 0 means that the whole file is meant.
    """

    path: Path | str
    problem: str
    line: int = 0
    column: int = 0
    advice: str = ""

    def __post_init__(self) -> None:
        # An address may carry a token, and errors are printed wherever they happen.
        self.path = shown(self.path)

    def __str__(self) -> str:
        where = (
            str(self.path)
            + (f":{self.line}" if self.line else "")
            + (f":{self.column}" if self.column else "")
        )
        return f"{where}: {self.problem}" + (f"\n  {self.advice}" if self.advice else "")


class ContractError(SourceError):
    """An OpenAPI document cannot be used."""


class RuleError(ContractError):
    """A rule or relation of a document does not compile, or names what is not there."""


class WorldError(SourceError):
    """A world in `fixtures/` cannot be used."""


class HandlerError(SourceError):
    """A handler module cannot be loaded, or lacks a function for an operation."""


class UnreadableError(MetermockError):
    """A text is neither YAML nor JSON, or holds what JSON cannot.

    `line` and `column` count from 1; they are 0 where nobody knows them. `kind` tells oddities of one kind.
    """

    def __init__(
        self, problem: str, line: int = 0, column: int = 0, advice: str = "", *, kind: str = ""
    ) -> None:
        super().__init__(problem)
        self.kind = kind
        self.problem = problem
        self.line = line
        self.column = column
        self.advice = advice


class UsageError(MetermockError):
    """An argument, option or setting makes no sense."""


class LedgerEndError(UsageError):
    """A clock is beyond the last instant of the ledger; one that runs gets there while a mock serves."""


class PortInUseError(MetermockError):
    """The address to serve on is taken."""

    exit_code = 3


class CannotTestError(MetermockError):
    """A deployment could not be tested, so nothing is known about it."""

    exit_code = 3


class NoReplyError(CannotTestError):
    """No reply came to a request: no name, no connection, no TLS, no bytes, or none in time."""


class UnsentError(NoReplyError):
    """The HTTP client refuses to send a request, so its deployment is not to blame for the missing reply."""


class StorageDownError(MetermockError):
    """The storage of the counts cannot be reached, so nobody knows who is over a limit."""


class PreferenceError(MetermockError):
    """Preferences of a request cannot be read, or not be met; `problems` says each in a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


class NotJsonError(MetermockError):
    """A handler's reply has a number that JSON cannot hold; `pointer` says where."""

    def __init__(self, pointer: str, number: str) -> None:
        super().__init__(f"{pointer or 'the body'} is {number}, which JSON cannot hold")


class BudgetExhaustedError(MetermockError):
    """The requests or the time that a check may spend are spent; what was learned stays."""


class StoppedAtStart(KeyboardInterrupt):
    """A signal asks a check to end that has sent nothing yet."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a request's input breaks its contract."""

    location: str
    """`query`, `header`, `path`, `cookie` or `body`."""
    name: str
    message: str
    kind: str
    """The schema keyword that failed, or `empty`, `unknown`, `encoding`, `missing`."""
    value: Any = None

    def __str__(self) -> str:
        """The message with the place that it is about, each named once: `query limit is required`."""
        if _begins_with(self.message, f"the {self.name}"):
            return self.message
        if _begins_with(self.message, self.name):
            return f"{self.location} {self.message}"
        where = self.location if self.name == self.location else f"{self.location} {self.name}"
        return f"{where}: {self.message}"


def _begins_with(text: str, words: str) -> bool:
    """Whether a text begins with these words, and not only with their letters."""
    rest = text[len(words) :]
    return text.startswith(words) and not (rest[:1].isalnum() or rest[:1] in {"_", "-"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused, before it takes a vendor's shape.

    `reason` is one of not_found, method_not_allowed, unauthenticated, forbidden, invalid,
    unknown_resource, rate_limited, internal; `why` tells them apart further (missing, unknown, revoked …).
    """

    reason: str
    why: str = ""
    violations: tuple[Violation, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """`Retry-After` in seconds for a `rate_limited`; no headers for any other reason."""
        return {"Retry-After": str(self.facts.get("retry_after", 1))} if self.reason == "rate_limited" else {}


class Refused(MetermockError):  # noqa: N818 - the word of the field: a request is refused
    """The contract refuses this request; the server turns it into the documented error."""

    def __init__(
        self,
        reason: str,
        why: str = "",
        *,
        violations: tuple[Violation, ...] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{reason}: {why}" if why else reason)
        self.refusal = Refusal(reason, why, violations, facts or {})
