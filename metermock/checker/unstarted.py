"""The verdicts of a check that a signal has ended before its targets were read."""

from __future__ import annotations

from pathlib import Path

from metermock.address import shown
from metermock.checker.deployment.target_file import target_tables
from metermock.checker.deployment.toml_text import SettingsFile
from metermock.checker.findings.verdict import Verdict
from metermock.checker.options import CheckOptions
from metermock.checker.targets import is_own
from metermock.project import is_document, named, open_words

NOWHERE = "an address that was not read yet"


def unstarted(wanted: CheckOptions, reason: str) -> tuple[Verdict, ...]:
    """An untested verdict for each target that the command line or its file names.

    No document has been read, and nothing sent: a report without a word of them would look like a pass.
    """
    return tuple(
        Verdict(
            target=name,
            contract=contract,
            url=url,
            verdict="untested",
            seed=wanted.of(name).options.seed,
            reason=reason,
            profile=wanted.of(name).options.profile,
            strict=wanted.of(name).options.strict,
        )
        for name, contract, url in _named(wanted)
    )


def _named(wanted: CheckOptions) -> list[tuple[str, str, str]]:
    """What is known of each target: its name, its contract's, and its address."""
    if wanted.config is not None:
        tables = target_tables(SettingsFile.read(wanted.config))
        chosen = {name: table for name, table in tables.items() if not wanted.words or name in wanted.words}
        return [(name, *_table(name, table)) for name, table in chosen.items()]
    if is_own(wanted):
        words = [*wanted.words, *([wanted.contract] if wanted.contract else [])]
        return [(name, name, NOWHERE) for name in open_words(words)[1]]
    contract = _contract(wanted.contract or "")
    return [(contract, contract, shown(wanted.words[0]))]


def _table(name: str, table: object) -> tuple[str, str]:
    """The contract and the address in a target's table; what is amiss with it has not been told yet."""
    told = table if isinstance(table, dict) else {}
    contract, url = (told.get(key) for key in ("contract", "url"))
    return (
        _contract(contract) if isinstance(contract, str) else name,
        shown(url) if isinstance(url, str) else NOWHERE,
    )


def _contract(text: str) -> str:
    """What a contract is called, by its name or place."""
    return next(iter(named([text]))) if is_document(text) else Path(text).name
