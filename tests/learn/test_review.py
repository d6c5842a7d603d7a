"""The page to review, the list that it gives, and the rules in the document itself."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from metermock.cli import main
from metermock.contract import load_contract
from metermock.learn.options import accepted
from metermock.source import read_source
from tests.learn import api


class Read(HTMLParser):
    """The tags of a page, the boxes in it, and the list for `--accept`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.list = ""
        self.marked: list[str] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        """Forget it."""
        self._open = self._open.replace(tag, "")

    def handle_data(self, data: str) -> None:
        """Note what a list or a mark says."""
        if self._open == "textarea":
            self.list += data
        if self._open == "mark":
            self.marked.append(data)

    @property
    def boxes(self) -> list[str]:
        """The ids beside the boxes."""
        return [str(each["value"]) for tag, each in self.tags if tag == "input"]


@pytest.fixture
def learn(tmp_path: Path) -> list[str]:
    """The arguments that learn from a recording of the small API."""
    api.contract(tmp_path)
    (tmp_path / "traffic.har").write_text(json.dumps(api.har()), "utf-8")
    return [
        *("learn", "--har", str(tmp_path / "traffic.har")),
        *("--contract", str(tmp_path / "parcels.openapi.yaml"), "--quiet"),
    ]


@pytest.fixture
def page(tmp_path: Path, learn: list[str]) -> Read:
    """The page of the small API."""
    assert main([*learn, "--html", str(tmp_path / "page.html"), "-o", str(tmp_path / "all.yaml")]) == 0
    return Read((tmp_path / "page.html").read_text("utf-8"))


def test_each_rule_has_a_box_and_values(tmp_path: Path, page: Read) -> None:
    """The ids are those of the Overlay; what the replies have is marked."""
    (action,) = read_source(tmp_path / "all.yaml").document["actions"]

    assert sorted(page.boxes) == sorted(rule["id"] for rule in action["update"]["x-rules"])
    assert str(api.reply(0, "month", 11)["used"]) in page.marked


def test_the_list_of_the_page_is_taken(tmp_path: Path, learn: list[str], page: Read) -> None:
    """Without a choice all lines are rejected; one without its sign is accepted, with the words behind it."""
    chosen = page.boxes[2]
    assert all(line.startswith("# LR-") for line in page.list.splitlines())
    (tmp_path / "accepted.txt").write_text(page.list.replace(f"# {chosen}", chosen), "utf-8")

    assert main([*learn, "--accept", str(tmp_path / "accepted.txt"), "-o", str(tmp_path / "one.yaml")]) == 0

    (action,) = read_source(tmp_path / "one.yaml").document["actions"]
    assert [rule["id"] for rule in action["update"]["x-rules"]] == [chosen]


def test_a_page_loads_nothing(page: Read) -> None:
    """No tag has an address but the link to the list, and only the script that is in it may run."""
    policy = next(each for tag, each in page.tags if tag == "meta" and "http-equiv" in each)["content"]

    assert {each["href"] for _, each in page.tags if "href" in each} == {"#ids"}
    assert not any("src" in each for _, each in page.tags)
    assert re.fullmatch(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[^' ]+'", str(policy)
    )


def test_rules_go_into_the_document(tmp_path: Path, learn: list[str], page: Read) -> None:
    """It takes them, keeps its lines, and learning again finds nothing new."""
    path = tmp_path / "parcels.openapi.yaml"

    assert main([*learn, "--write"]) == 0
    once = path.read_text("utf-8")
    assert main([*learn, "--write"]) == 0

    assert sorted(rule.id for rule in load_contract(path).operations[0].rules) == sorted(page.boxes)
    assert [
        line for line in once.splitlines() if line in api.DOCUMENT.splitlines()
    ] == api.DOCUMENT.splitlines()
    assert path.read_text("utf-8") == once


def test_nothing_else_is_written_beside(learn: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """--write is the place by itself."""
    assert main([*learn, "--write", "--json"]) == 2
    assert "leave out -o and --json" in capsys.readouterr().err


def test_a_list_that_an_editor_of_windows_saved_is_read(tmp_path: Path) -> None:
    """Its first line has a mark in front, and lines end with two signs."""
    path = tmp_path / "accepted.txt"
    path.write_bytes("\ufeffLR-1a2b3c used is ok and failed\r\n# LR-4d5e6f\r\nLR-7a8b9c\r\n".encode())

    assert accepted(path) == frozenset({"LR-1a2b3c", "LR-7a8b9c"})


@pytest.mark.parametrize("text", ["", "# none of them\n", None])
def test_all_rules_may_be_rejected(
    tmp_path: Path, learn: list[str], page: Read, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    """The Overlay notes them, is one that the document takes, and nothing is proposed again."""
    (tmp_path / "accepted.txt").write_text(page.list if text is None else text, "utf-8")
    output = tmp_path / "none.yaml"
    loud = [each for each in learn if each != "--quiet"]

    assert main([*learn, "--accept", str(tmp_path / "accepted.txt"), "-o", str(output)]) == 0
    once = output.read_text("utf-8")
    assert main([*loud, "-o", str(output)]) == 0

    assert sorted(read_source(output).document["x-rejected"]) == sorted(page.boxes)
    assert load_contract(tmp_path / "parcels.openapi.yaml", overlays=[output]).operations[0].rules == ()
    assert "nothing new was learned" in capsys.readouterr().err
    assert output.read_text("utf-8") == once


def test_rejections_need_a_place(
    tmp_path: Path, learn: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`--write` has none: it says so, and changes nothing."""
    (tmp_path / "accepted.txt").write_text("", "utf-8")
    before = (tmp_path / "parcels.openapi.yaml").read_bytes()
    loud = [each for each in learn if each != "--quiet"]

    assert main([*loud, "--write", "--accept", str(tmp_path / "accepted.txt")]) == 0

    assert "rejected, and nothing was written: -o FILE would note it" in capsys.readouterr().err
    assert (tmp_path / "parcels.openapi.yaml").read_bytes() == before


def test_an_overlay_of_rejections_takes_rules_later(tmp_path: Path, learn: list[str], page: Read) -> None:
    """Whoever takes an id out of x-rejected gets the rule into the same file."""
    (tmp_path / "accepted.txt").write_text("", "utf-8")
    output = tmp_path / "none.yaml"
    main([*learn, "--accept", str(tmp_path / "accepted.txt"), "-o", str(output)])
    output.write_text(output.read_text("utf-8").replace(f"- {page.boxes[1]}\n", ""), "utf-8")

    assert main([*learn, "-o", str(output)]) == 0

    rules = load_contract(tmp_path / "parcels.openapi.yaml", overlays=[output]).operations[0].rules
    assert [each.id for each in rules] == [page.boxes[1]]
