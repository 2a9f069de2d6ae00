"""docs/exchange.md and docs/surveys.md say what the code does: examples are read, keys and codes are all there."""

import re
from pathlib import Path

import msgspec
import pytest

from survey import exchange
from survey.entries import Context
from survey.questions import Kind
from sync_server import errors
from sync_server.fleet.chain import read_chain

DOCS = Path(__file__).parents[3] / "docs"
EXCHANGE = (DOCS / "exchange.md").read_text(encoding="utf-8")
SURVEYS = (DOCS / "surveys.md").read_text(encoding="utf-8")


def examples(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_request_and_the_reply_of_the_manual_are_ones() -> None:
    request, reply = examples(EXCHANGE, "json")
    read = msgspec.json.decode(request, type=exchange.Request)
    entries = exchange.from_columns(read.batch, read.after.seq)
    assert [(entry.seq, entry.visit, entry.uptime_ms, entry.value) for entry in entries] == [
        (42, 17, 90000, 5),
        (43, 18, 94500, 2),
    ]
    assert exchange.decode_reply(reply.encode()).head.seq == 43


@pytest.mark.parametrize(
    "struct",
    [
        exchange.Request,
        exchange.Columns,
        exchange.Reply,
        exchange.ErrorReply,
        exchange.EnrolmentRequest,
        exchange.EnrolmentReply,
        Context,
    ],
)
def test_every_key_of_the_exchange_is_in_the_manual(struct: type[msgspec.Struct]) -> None:
    missing = [key for key in struct.__struct_fields__ if not re.search(rf"\b{key}\b", EXCHANGE)]
    assert missing == []


def test_every_error_that_a_terminal_meets_is_in_the_manual() -> None:
    raised: list[type[errors.ServerError]] = [errors.Refused, errors.Malformed, errors.TooLarge, errors.TooSlow]
    raised += [errors.Busy, errors.NotFound, errors.ServerError]
    codes = [(kind.status, kind.code) for kind in raised]
    codes += [(400, errors.CodeRefused(why, "", "").code) for why in ("unknown", "used", "expired")]
    assert [code for status, code in codes if f"| {status} | `{code}` |" not in EXCHANGE] == []


@pytest.mark.parametrize(
    "limit",
    [
        *(exchange.MAX_BODY_BYTES, exchange.MAX_PLAIN_BYTES, exchange.MAX_BATCH, exchange.MAX_BOOTS, exchange.MAX_DAYS),
        *(exchange.MAX_CLOSED, exchange.MAX_DEVICES, exchange.MAX_NAME, exchange.MAX_STATE),
    ],
)
def test_the_limits_are_in_the_manual(limit: int) -> None:
    assert f"{limit:,}" in EXCHANGE


def test_the_chain_file_and_the_survey_file_of_the_manual_load(tmp_path: Path) -> None:
    chain, survey = examples(SURVEYS, "toml")
    (tmp_path / "chain.toml").write_text(chain.replace(', "delivery.toml"', ""))
    (tmp_path / "checkout.toml").write_text(survey)
    read = read_chain(tmp_path / "chain.toml")
    assert [survey.label for survey in read.surveys] == ["checkout@1"]


def test_every_kind_of_question_is_in_the_manual() -> None:
    assert [kind for kind in Kind if f"`{kind}`" not in SURVEYS] == []


def test_every_key_of_the_files_is_explained() -> None:
    rows = "\n".join(line for line in SURVEYS.splitlines() if line.startswith("|"))
    used = set(re.findall(r"^\[*([a-z_]+)\b", "\n".join(examples(SURVEYS, "toml")), re.MULTILINE))
    assert [key for key in sorted(used) if f"`{key}`" not in rows] == []
