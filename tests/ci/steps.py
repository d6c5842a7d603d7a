"""Runs the steps of a composite action as a runner of GitHub does, as far as `action.yml` needs it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_COMPARISON = re.compile(r"(\S+) (==|!=) '([^']*)'")


@dataclass
class Run:
    """What a run of an action left behind."""

    failed: bool = False
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    artefacts: dict[str, Path] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    """The names of the steps that ran."""
    code: int = 0
    """The exit code of the last step that failed."""


@dataclass
class Runner:
    """A machine with a checkout, which runs one action."""

    action: Path
    workspace: Path
    temp: Path
    env: Mapping[str, str]
    python: str
    installed: dict[str, str] = field(default_factory=dict)
    """What the steps before the check have put out."""

    def run(self, **inputs: str) -> Run:
        """Run all steps; names of inputs have `_` for `-`."""
        return self._run(inputs, "")

    def run_again(self, **inputs: str) -> Run:
        """Run the steps from the check on, where an earlier run has installed what they need."""
        return self._run(inputs, "Check")

    def _run(self, inputs: Mapping[str, str], first: str) -> Run:
        text = yaml.safe_load((self.action / "action.yml").read_text("utf-8"))
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= text["inputs"].keys()
        scope = {
            f"inputs.{name}": given.get(name, each.get("default", ""))
            for name, each in text["inputs"].items()
        }
        done = Run()
        steps = text["runs"]["steps"]
        names = [step["name"] for step in steps]
        if first:
            steps = steps[names.index(first) :]
            scope.update(self.installed)
        for step in steps:
            if self._is_due(str(step.get("if", "")), scope, failed=done.failed):
                done.steps.append(step["name"])
                self._step(step, scope, done)
            if step["name"] == "Install" and not done.failed:
                self.installed = {name: value for name, value in scope.items() if name.startswith("steps.")}
        done.outputs = {name: filled(each["value"], scope) for name, each in text["outputs"].items()}
        return done

    def _is_due(self, condition: str, scope: Mapping[str, str], *, failed: bool) -> bool:
        terms = [term.strip() for term in filled_out(condition).split("&&") if term.strip()]
        if "always()" not in terms and failed:
            return False
        for term in terms:
            if term == "always()":
                continue
            match = _COMPARISON.fullmatch(term)
            assert match, f"the test's runner does not know {term}"
            if (scope.get(match[1], "") == match[3]) != (match[2] == "=="):
                return False
        return True

    def _step(self, step: Mapping[str, Any], scope: dict[str, str], done: Run) -> None:
        if "uses" in step:
            given = {name: filled(str(value), scope) for name, value in step["with"].items()}
            outputs = self._used(step["uses"], given, done)
        else:
            outputs = self._script(step, scope, done)
        scope.update({f"steps.{step.get('id')}.outputs.{name}": value for name, value in outputs.items()})

    def _used(self, name: str, given: Mapping[str, str], done: Run) -> dict[str, str]:
        if name.startswith("actions/setup-python@"):
            return {"python-path": self.python}
        assert name.startswith("actions/upload-artifact@")
        kept = self.temp / f"artefact-{given['name']}-{len(list(self.temp.iterdir()))}"
        shutil.copytree(given["path"], kept)
        done.artefacts[given["name"]] = kept
        return {}

    def _script(self, step: Mapping[str, Any], scope: Mapping[str, str], done: Run) -> dict[str, str]:
        assert step["shell"] == "bash"
        output, summary = self.temp / "output", self.temp / "summary"
        output.write_text("")
        summary.write_text("")
        env = {
            **self.env,
            **{name: filled(str(value), scope) for name, value in step.get("env", {}).items()},
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.temp),
        }
        script = self.temp / "script.sh"
        script.write_text(step["run"])
        folder = self.workspace / filled(str(step.get("working-directory", ".")), scope)
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        ended = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=110
        )
        done.log += ended.stdout + ended.stderr
        done.summary += summary.read_text()
        if ended.returncode:
            done.failed, done.code = True, ended.returncode
        return dict(line.split("=", 1) for line in output.read_text().splitlines())


def filled_out(condition: str) -> str:
    """A condition without the braces that may stand around it."""
    match = EXPRESSION.fullmatch(condition.strip())
    return match[1] if match else condition


def filled(text: str, scope: Mapping[str, str]) -> str:
    """A text with the values of its expressions; one that is not there is empty."""
    return EXPRESSION.sub(lambda match: scope.get(match[1], ""), text)
