"""Holds the wheel and the source archive in dist/ to exactly the files that they should carry."""

from __future__ import annotations

import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from subprocess import run

BUNDLED = ("openapi", "handlers", "fixtures")
ROOT = Path(__file__).parents[1]


def tracked(*folders: str) -> set[str]:
    """The files of the repository that lie in these folders, or are these."""
    listed = run(["git", "ls-files", "--", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.splitlines())


def wheel() -> tuple[set[str], set[str]]:
    """What the wheel installs, and what it should: the package with the project inside."""
    (path,) = (ROOT / "dist").glob("*.whl")
    found = {name for name in zipfile.ZipFile(path).namelist() if ".dist-info/" not in name}
    return found, tracked("metermock") | {f"metermock/bundled/{name}" for name in tracked(*BUNDLED)}


def source() -> tuple[set[str], set[str]]:
    """What the source archive has, and what it should: all that pyproject.toml lists."""
    (path,) = (ROOT / "dist").glob("*.tar.gz")
    with tarfile.open(path) as archive:
        found = {member.name.partition("/")[2] for member in archive if member.isfile()}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    return found, tracked(*listed) | {"PKG-INFO", "pyproject.toml", ".gitignore"}


def main() -> None:
    """Compare, and end with 1 where something is missing or was carried along."""
    faults = []
    for name, (found, wanted) in {"wheel": wheel(), "source archive": source()}.items():
        sys.stdout.write(f"{name}: {len(found)} files\n")
        faults += [f"the {name} lacks {path}" for path in sorted(wanted - found)]
        faults += [f"the {name} should not have {path}" for path in sorted(found - wanted)]
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main()
