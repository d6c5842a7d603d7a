"""Builds an image's files in a folder, as a plain user and without Docker, as far as `Dockerfile` needs it.

The folder stands for the image's root: absolute paths in a step lead into it. A stage that is over moves
aside, so that a later one is at the same place and has nothing but what it copies.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Image:
    """What was built: its files, and how it is started."""

    root: Path
    env: dict[str, str]
    user: str = "root"
    folder: str = "/"
    entry: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)

    def started(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Start it with these words, or with its own."""
        command = [*self.entry, *(words or self.arguments)]
        folder = self.root / self.folder.lstrip("/")
        # Found as the image finds it: nothing but its own PATH is looked at.
        program = shutil.which(command[0], path=self.env["PATH"])
        assert program is not None, f"{command[0]} is not on {self.env['PATH']}"
        return subprocess.run(
            [program, *command[1:]],
            cwd=folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@dataclass
class Builder:
    """Builds from a context folder; `env` is what a step sees, beside what the image sets."""

    context: Path
    work: Path
    env: Mapping[str, str]
    stages: dict[str, Path] = field(default_factory=dict)

    def build(self) -> Image:
        """Run all steps."""
        root = self.work / "root"
        text = re.sub(r"\\\n", " ", (self.context / "Dockerfile").read_text("utf-8"))
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        image, name, defaults, bases = Image(root, {}), "", dict[str, str](), list[str]()
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "ARG":
                key, _, value = rest.partition("=")
                defaults[key] = value
            elif word == "FROM":
                if root.exists():
                    self.stages[name] = root.rename(self.work / f"stage-{name}")
                root.mkdir()
                base, _, name = re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], rest).partition(
                    " AS "
                )
                bases.append(base)
                image = Image(root, dict(self.env))
            else:
                self._step(image, word, rest)
        image.bases = bases
        return image

    def _step(self, image: Image, word: str, rest: str) -> None:
        if word == "WORKDIR":
            image.folder = rest
            self._inside(image, rest).mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            self._copy(image, rest.split())
        elif word == "RUN":
            script = re.sub(r"(?<![\w/.])/(?=opt|src|work)", f"{image.root}/", rest)
            subprocess.run(
                ["/bin/sh", "-ec", script],
                cwd=self._inside(image, "."),
                env=image.env,
                check=True,
                timeout=110,
            )
        elif word == "ENV":
            for pair in rest.split():
                key, _, value = pair.partition("=")
                inside = re.sub(r"^/(?=opt)", f"{image.root}/", value)
                image.env[key] = inside.replace("$PATH", image.env["PATH"])
        elif word == "USER":
            image.user = rest
        elif word in {"ENTRYPOINT", "CMD"}:
            setattr(image, "entry" if word == "ENTRYPOINT" else "arguments", json.loads(rest))
        else:
            assert word == "EXPOSE", f"the test's builder does not know {word}"

    def _copy(self, image: Image, words: list[str]) -> None:
        origin = self.context
        if words[0].startswith("--from="):
            origin = self.stages[words.pop(0).removeprefix("--from=")]
        *sources, target = words
        for source in sources:
            path = origin / source.strip("/")
            inside = self._inside(image, target)
            if path.is_dir():
                shutil.copytree(path, inside, symlinks=True, dirs_exist_ok=True)
            else:
                shutil.copy(path, inside / path.name)

    def _inside(self, image: Image, path: str) -> Path:
        """A path of the image, as it lies in the folder that stands for the image."""
        whole = path if path.startswith("/") else f"{image.folder}/{path}"
        return image.root / whole.lstrip("/")
