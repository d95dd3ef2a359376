"""The English of this project: banned patterns, and the texts in which they are looked for.

`python tests/words.py PATH...` lists what is found below those paths; without any, everywhere.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PROSE = (".py", ".sql", ".md")
OWN = ("words.py", "test_words.py")
"""Files that contain the patterns and their examples."""
LOOKED_INTO = ("src", "tests", "reports_templates", "sample_data", ".github", "README.md")


@dataclass(frozen=True)
class Pattern:
    """Words that are not written here, and what is written instead."""

    banned: re.Pattern[str]
    instead: str


def _pattern(banned: str, instead: str) -> Pattern:
    return Pattern(re.compile(banned), instead)


PATTERNS = (
    _pattern(r"(?:^|(?<=[.;:] ))(?:Who|What|Whom|Whose)\b(?![^.;:]*\?)", "a noun phrase: no free relative"),
    _pattern(r"(?i)\b(?:of|for|from|by|to|with|than|and|or) (?:who|whom|what)\b(?![^.;:]*\?)", "a noun"),
    _pattern(r"(?i)(?<!there )\b(?:is|are|was|were|be|been) no (?!longer|more)", "is not a"),
    _pattern(r"(?i)\bhears?\b|\bheard\b|\bunheard\b|\bheeds?\b|\bheeded\b", "heed, hear: applies to, uses"),
    _pattern(r"(?i)\btells?\b|\btold\b|\btelling\b", "tell: distinguish, predict, show, record, segment"),
    _pattern(r"(?i)\bknows\b|\bnobody\b|\bsomebody\b", "verbs of people stay with people"),
    _pattern(
        r"(?i)(?<!you )(?<!we )(?<!also )\bsays?\b(?! otherwise)", "say: show, contain, specify, explain"
    ),
    _pattern(r"(?i)\btoo(?:[.;:,)]|$)", "also, before the verb"),
    _pattern(
        r"(?i)\bin all\b(?! (?:cases|periods|languages|commands|formats|files))", "in total, altogether"
    ),
    _pattern(r"(?i)\bso long\b|\bso many\b|\bso far ahead\b|\blikewise\b", "as long as, that many, horizon"),
    _pattern(r"(?i)\bhold(?:s|ing)? to\b|\bbeside other\b|\btaken for\b", "plain words"),
    _pattern(r"(?i)\bforeseen?\b|\bcame true\b|\bcome true\b", "predicted, actual"),
    _pattern(r"(?i)\b(?:at|before|after|since|on) as-of\b", "the report date (the option is --as-of)"),
    _pattern(r"(?i)\bearlier moments?\b|\bmoments? of the back-?test\b", "cut-off date"),
    _pattern(r"(?i)\bamong others\b|\bof which none\b|\bas good as\b|\bbe it\b", "plain words"),
)
"""The authority is the list of words in CONTRIBUTING."""


PRINTED = re.compile(r"(?s)```.*?```|<!-- begin ([a-z ]+) -->.*?<!-- end \1 -->")
"""Parts of a document that a program writes, whose words are looked for in the program."""


@dataclass(frozen=True)
class Words:
    """A piece of text, and where it stands."""

    file: Path
    line: int
    text: str


@dataclass(frozen=True)
class Finding:
    """A banned pattern that was found."""

    words: Words
    pattern: Pattern
    found: str

    def __str__(self) -> str:
        place = f"{self.words.file.relative_to(ROOT)}:{self.words.line}"
        return f"{place}: {self.found!r} ({self.pattern.instead}): {' '.join(self.words.text.split())[:140]}"


def findings(below: Path) -> list[Finding]:
    """Every banned pattern in the file or folder."""
    return [
        Finding(words, pattern, match[0])
        for words in texts(below)
        for pattern in PATTERNS
        if (match := pattern.banned.search(" ".join(words.text.split())))
    ]


def texts(below: Path) -> Iterator[Words]:
    """Every piece of English in the file or folder."""
    files = [below] if below.is_file() else sorted(below.rglob("*"))
    for file in files:
        if file.suffix in PROSE and file.name not in OWN and "__pycache__" not in file.parts:
            yield from {".py": _of_python, ".sql": _of_sql, ".md": _of_markdown}[file.suffix](file)


def _of_python(file: Path) -> Iterator[Words]:
    """Docstrings, messages and comments; not SQL, not what pages and tables contain, which is bilingual."""
    source = file.read_text("utf-8")
    tree = ast.parse(source)
    bilingual = {id(part) for node in ast.walk(tree) if _is_bilingual(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) not in bilingual and isinstance(node, ast.Constant) and _is_prose(node.value):
            yield Words(file, node.lineno, str(node.value))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Words(file, token.start[0], token.string.lstrip("# "))


def _is_bilingual(node: ast.AST) -> bool:
    """Whether it is a call such as `Text(de=..., en=...)`."""
    return isinstance(node, ast.Call) and {"de", "en"} <= {one.arg for one in node.keywords}


def _is_prose(value: object) -> bool:
    return (
        isinstance(value, str) and " " in value.strip() and not re.search(r"(?is)\bselect\b.*\bfrom\b", value)
    )


def _of_sql(file: Path) -> Iterator[Words]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if "--" in line:
            yield Words(file, number, line.partition("--")[2].strip())


def _of_markdown(file: Path) -> Iterator[Words]:
    """Paragraphs, without what a program printed; German paragraphs are marked `lang: de`."""
    text = PRINTED.sub(lambda block: "\n" * block[0].count("\n"), file.read_text("utf-8"))
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", text):
        if paragraph.strip() and "lang: de" not in paragraph:
            yield Words(file, line, paragraph)
        line += paragraph.count("\n")


if __name__ == "__main__":
    for given in sys.argv[1:] or LOOKED_INTO:
        for finding in findings((ROOT / given).resolve()):
            print(finding)  # noqa: T201 - the listing is the purpose
