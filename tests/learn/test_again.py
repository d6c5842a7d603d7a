"""Learning again: what a person reviewed is kept, and the run says what became of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.cli import main
from metermock.contract import load_contract
from metermock.learn.learning import learned
from metermock.learn.overlay import REJECTED
from metermock.learn.run import unknown
from metermock.learn.witness import Witnesses
from metermock.source import read_source
from tests.learn import api

SUM = "body.ok + body.failed == body.used"
WINDOW = "body.since == month_start(local_date(now, 'UTC'))"


class Place:
    """A folder with the small API's document, a recording of it, and the Overlay that was learned."""

    def __init__(self, folder: Path) -> None:
        self.overlay = folder / "reviewed.yaml"
        self.json = folder / "found.json"
        self._har = folder / "traffic.har"
        self.document = folder / "parcels.openapi.yaml"
        api.contract(folder)
        self.record(api.har())

    def record(self, document: dict[str, Any]) -> None:
        """Have another recording."""
        self._har.write_text(json.dumps(document), "utf-8")

    def learn(self, *more: str) -> int:
        """Learn from the recording."""
        return main(["learn", "--har", str(self._har), "--contract", str(self.document), *more])

    def again(self) -> int:
        """Learn into the Overlay."""
        return self.learn("-o", str(self.overlay))

    def found(self) -> dict[str, Any]:
        """What a run tells as JSON, with the Overlay applied."""
        self.learn("--overlay", str(self.overlay), "--json", "-o", str(self.json))
        result: dict[str, Any] = json.loads(self.json.read_text("utf-8"))
        return result

    def rules(self) -> list[dict[str, Any]]:
        """The rules in the Overlay."""
        actions = read_source(self.overlay).document["actions"]
        return [rule for action in actions for rule in action["update"].get("x-rules", ())]

    def id_of(self, text: str) -> str:
        """The id of a learned rule."""
        return str(next(rule["id"] for rule in self.rules() if rule["rule"] == text))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The small API, learned once."""
    found = Place(tmp_path)
    assert found.again() == 0
    return found


def drifted() -> dict[str, Any]:
    """A recording in which the parts make the whole no more."""
    document = api.har()
    for entry in document["log"]["entries"][:4]:
        body = json.loads(entry["response"]["content"]["text"])
        body["failed"] += 1
        entry["response"]["content"]["text"] = json.dumps(body)
    return document


def test_a_reviewed_overlay_is_not_changed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Levels, messages and ids of a person's stay, and each learned rule is told to hold."""
    id_ = place.id_of(SUM)
    text = place.overlay.read_text("utf-8").replace("level: should", "level: must", 3)
    text = text.replace(place.id_of(WINDOW), "PARCELS-7  # ours")
    place.overlay.write_text(text, "utf-8")

    assert place.again() == 0

    said = capsys.readouterr().err
    assert place.overlay.read_text("utf-8") == text
    assert f"getUsage: {id_} (" in said
    assert "getUsage: PARCELS-7 (" in said
    assert said.count("still holds") == len(place.rules())
    assert "nothing new was learned" in said


def test_what_broke_is_told_with_its_values(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 1, and the file is left to the person."""
    text = place.overlay.read_text("utf-8")
    place.record(drifted())

    assert place.again() == 1

    said = capsys.readouterr().err
    assert f"{place.id_of(SUM)} (used is the sum of" in said or place.id_of(SUM) in said
    assert "broke since\n  it has " in said
    assert place.overlay.read_text("utf-8").startswith(text.rstrip())


def test_json_tells_the_same(place: Place) -> None:
    """Each earlier rule has its state, and what broke it."""
    place.record(drifted())

    states = {each["id"]: each for each in place.found()["earlier"]}

    assert states[place.id_of(SUM)]["state"] == "broken"
    assert states[place.id_of(SUM)]["received"]
    assert states[place.id_of(WINDOW)]["state"] == "holds"


def test_a_must_that_broke_is_told_too(place: Place) -> None:
    """Replies that break it are no broken replies of the schema: the rule may be what is old."""
    text = place.overlay.read_text("utf-8")
    place.overlay.write_text(text.replace("level: should", "level: must"), "utf-8")
    place.record(drifted())

    found = place.found()

    broken = [each["id"] for each in found["earlier"] if each["state"] == "broken"]
    assert place.id_of(SUM) in broken
    assert found["operations"][0]["replies"] == 30


def test_what_too_few_replies_show_is_not_gone(place: Place) -> None:
    """A rule about one period is not judged by replies about the other."""
    document = api.har()
    entries = document["log"]["entries"]
    document["log"]["entries"] = [each for each in entries if "=all" in each["request"]["url"]]
    place.record(document)

    states = {each["id"]: each["state"] for each in place.found()["earlier"]}

    assert states[place.id_of(WINDOW)] == "unseen"
    assert states[place.id_of(SUM)] == "holds"


def test_what_is_new_is_added_at_the_end(place: Place) -> None:
    """The rules that were there stand as they were; the Overlay is one that the document takes."""
    (action,) = read_source(place.overlay).document["actions"]
    removed = action["update"]["x-rules"].pop(1)
    place.overlay.write_text(
        "# mine\noverlay: 1.1.0\ninfo: {title: Mine, version: '1'}\nactions: # these\n"
        f"- target: {action['target']}\n"
        f"  update: {json.dumps(action['update'])}  # the end\n# behind it\n",
        "utf-8",
    )
    before = place.overlay.read_text("utf-8").removesuffix("# behind it\n")

    assert place.again() == 0

    text = place.overlay.read_text("utf-8")
    assert text.startswith(before)
    assert text.endswith("# behind it\n")
    assert place.rules()[-1]["id"] == removed["id"]
    load_contract(place.document, overlays=[place.overlay])


def test_what_was_rejected_is_not_learned_again(place: Place, tmp_path: Path) -> None:
    """With a list of what is accepted, the others are noted as rejected, and stay away."""
    wanted = place.id_of(SUM)
    (tmp_path / "accepted.txt").write_text(f"{wanted}\n# others are rejected\n", "utf-8")
    place.overlay.unlink()

    place.learn("-o", str(place.overlay), "--accept", str(tmp_path / "accepted.txt"))
    text = place.overlay.read_text("utf-8")
    place.again()

    assert [rule["id"] for rule in place.rules()] == [wanted]
    assert len(read_source(place.overlay).document[REJECTED]) > 3
    assert place.overlay.read_text("utf-8") == text


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_another_file_is_not_overwritten(place: Place, more: list[str]) -> None:
    """What is no Overlay is refused, and an Overlay where JSON is to be written."""
    path = place.overlay if more else place.document
    text = path.read_bytes()

    assert place.learn(*more, "-o", str(path)) == 2
    assert path.read_bytes() == text


def test_the_milder_form_of_what_holds_is_not_new(tmp_path: Path) -> None:
    """A relation that says less than one of the contract is not proposed, unless that one broke."""
    (found,), _ = learned(
        api.contract(tmp_path).operations, Witnesses(tuple(api.witnesses())), lambda _: None
    )
    strict = found.relations[0]
    mild = replace(strict, rule="true", instead_of=strict.id)
    both = [replace(found, rules=(), relations=(strict, mild))]
    known = frozenset({strict.id})

    assert unknown(both, known, known)[0].relations == ()
    assert unknown(both, known, frozenset())[0].relations == (mild,)


def test_one_rule_is_told_in_the_singular(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever takes one rule out finds it again, alone."""
    (action,) = read_source(place.overlay).document["actions"]
    rules = action["update"]["x-rules"]
    text = place.overlay.read_text("utf-8")
    first, second = (text.index(f"- id: {rules[number]['id']}") for number in (0, 1))
    place.overlay.write_text(text[:first] + text[second:], "utf-8")
    capsys.readouterr()

    place.again()

    assert "1 new rule learned from 30 replies" in capsys.readouterr().err
