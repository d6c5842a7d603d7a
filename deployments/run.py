"""Serves one plain deployment, right or with one fault; prints its base URL when it is ready."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from deployments.faults import CONTRACTS, FAULTS, Fault, deploy  # noqa: E402 -- needs the root
from deployments.wire import VARIANTS, PlainServer, listening  # noqa: E402 -- needs the root


@contextlib.contextmanager
def serve(
    contract: str,
    fault: str | None = None,
    variants: Sequence[str] = (),
    *,
    seed: int = 0,
    now: datetime | None = None,
) -> Iterator[str]:
    """Serve a deployment in this process; gives its base URL."""
    with listening(deploy(contract, fault, variants, seed=seed, clock=clock_from(now))) as url:
        yield url


def clock_from(now: datetime | None) -> Callable[[], float]:
    """Give a clock that starts at an instant, or that of the machine."""
    ahead = now.timestamp() - time.time() if now else 0.0
    return lambda: time.time() + ahead


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contract", choices=sorted(CONTRACTS))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault")
    parser.add_argument("--variant", nargs="+", default=[], choices=sorted(VARIANTS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--now", type=datetime.fromisoformat, help="when its clock starts; by default now")
    parser.add_argument("--list-faults", action="store_true")
    parser.add_argument("--list-accounts", action="store_true")
    chosen = parser.parse_args(given)
    if chosen.fault and (chosen.contract, chosen.fault) not in FAULTS:
        parser.error(f"{chosen.contract} has no fault {chosen.fault}; --list-faults shows them")
    return chosen


def line(fault: Fault) -> str:
    """Describe a fault in one line of JSON."""
    told = ("contract", "name", "kind", "rule", "conditional", "says", "shows")
    return json.dumps({name: getattr(fault, name) for name in told})


def main(given: Sequence[str] | None = None) -> int:
    """Serve until interrupted, or list."""
    chosen = arguments(given)
    if chosen.list_faults:
        rows = [line(fault) for (contract, _), fault in FAULTS.items() if contract == chosen.contract]
        sys.stdout.write("\n".join(rows) + "\n")
        return 0
    if chosen.list_accounts:
        rows = [json.dumps(vars(account)) for account in CONTRACTS[chosen.contract].accounts]
        sys.stdout.write("\n".join(rows) + "\n")
        return 0
    clock = clock_from(chosen.now)
    deployment = deploy(chosen.contract, chosen.fault, chosen.variant, seed=chosen.seed, clock=clock)
    server = PlainServer(deployment, chosen.port)
    sys.stdout.write(server.url + "\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
