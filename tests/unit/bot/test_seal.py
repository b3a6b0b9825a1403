"""What buttons send: sealed on the way out, opened on the way in."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from adaptive_cards.actions import Action, ChangeStep, CreateCase, parse_action
from adaptive_cards.campaigns.actions import AcknowledgeCampaign
from adaptive_cards.gallery import gallery
from adaptive_cards.payloads import SEAL_ROOM, Payload
from adaptive_cards.render import SEALED_LIMIT, render
from bot.errors import StartRefusedError
from bot.handlers.errors import ErrorHandler
from bot.seal import KEY_FILE, Opened, Seal, keys_of
from hr.absence.model import StepChange
from hr.clock import FixedClock
from tests.unit.bot.builders import CATALOGUE, DA, pressed
from tests.unit.bot.fakes import FakeTurn

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
DONE = ChangeStep(token="token-123", case_id="0" * 32, step="A01", change=StepChange.DONE)


def seal(*keys: bytes, after: timedelta = timedelta()) -> Seal:
    return Seal(keys or (KEY,), FixedClock(moment=NOW + after))


def sent(action: Payload = DONE) -> dict[str, Any]:
    return seal().data({name: value for name, value in action.pack().items() if value is not None})


def test_what_a_button_sent_comes_back_as_it_was() -> None:
    assert seal().open(sent()) == Opened(action=DONE)


def test_what_was_typed_into_the_card_comes_along() -> None:
    create = CreateCase(token="token-123", shown=NOW.date())
    opened = seal().open({**sent(create), "label": "MH", "first_day": "2026-03-02"})
    assert opened.action == CreateCase(token="token-123", shown=NOW.date(), label="MH", first_day="2026-03-02")


@pytest.mark.parametrize("kind", get_args(Action))
def test_no_payload_uses_the_name_of_the_seal(kind: type[Payload]) -> None:
    assert "seal" not in kind.model_fields
    assert kind.inputs <= kind.model_fields.keys()


@pytest.mark.parametrize("name", sorted(sent()))
def test_a_field_that_was_changed_or_left_out_is_refused(name: str) -> None:
    data = sent()
    without = {key: value for key, value in data.items() if key != name}
    assert seal().open(without) == Opened()
    for other in ("ffff", 7, None, [], {"a": 1}, f"{data[name]} "):
        assert seal().open({**data, name: other}) == Opened()


def test_the_seal_of_another_button_does_not_fit() -> None:
    assert seal().open({**sent(), "seal": sent(replace_step("A03"))["seal"]}) == Opened()


def replace_step(step: str) -> ChangeStep:
    return DONE.model_copy(update={"step": step})


@pytest.mark.parametrize("data", [None, [], "x", 7, {}, DONE.pack(), {**DONE.pack(), "seal": "."}, {"seal": "0.x"}])
def test_what_has_no_seal_of_ours_is_nothing(data: object) -> None:
    assert seal().open(data) == Opened()


def test_a_longer_life_cannot_be_written_into_the_seal() -> None:
    data = sent()
    expires, _, mac = data["seal"].partition(".")
    assert seal().open({**data, "seal": f"{int(expires, 16) + 9000:x}.{mac}"}) == Opened()


def test_a_card_about_absence_works_for_more_than_a_year_and_a_form_for_a_month() -> None:
    assert seal(after=timedelta(days=399)).open(sent()) == Opened(action=DONE)
    assert seal(after=timedelta(days=401)).open(sent()) == Opened(expired=DONE)
    create = CreateCase(token="token-123", shown=NOW.date())
    assert seal(after=timedelta(days=29)).open(sent(create)).action is not None
    assert seal(after=timedelta(days=31)).open(sent(create)).expired is not None


def test_an_old_key_is_accepted_behind_a_new_one_and_no_longer_without() -> None:
    assert seal(OTHER_KEY, KEY).open(sent()).action == DONE
    assert seal(OTHER_KEY).open(sent()) == Opened()
    assert seal(KEY).open(seal(OTHER_KEY, KEY).data(DONE.pack())) == Opened()


def test_a_number_that_a_client_writes_with_a_fraction_is_the_same_number() -> None:
    page = parse_action({"kind": "absence_list", "start": 20})
    data = seal().data(page.pack())
    assert seal().open({**data, "start": 20.0}).action == page


CARDS = gallery(CATALOGUE)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_every_button_of_every_card_is_sealed_opens_again_and_the_card_stays_within_its_size(name: str) -> None:
    card = render(CARDS[name], summary="")
    whole = seal().card(card)
    buttons = list(datas(whole.content))
    assert [seal().open(data).action for data in buttons] == [parse_action(data) for data in datas(card.content)]
    plain, sealed = (len(json.dumps(one.content, ensure_ascii=False).encode("utf-16-le")) for one in (card, whole))
    assert sealed - plain <= len(buttons) * SEAL_ROOM
    assert sealed <= SEALED_LIMIT


def datas(part: Any) -> Any:
    if isinstance(part, list):
        for item in part:
            yield from datas(item)
    elif isinstance(part, dict):
        if part.get("type") in {"Action.Execute", "Action.Submit"}:
            yield part["data"]
        for name, value in part.items():
            if name != "data":
                yield from datas(value)


# the key


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: keys_of(None, tmp_path / "data"), range(32)))
    assert len(keys) == 1
    assert keys == {keys_of("", tmp_path / "data")}
    kept = tmp_path / "data" / KEY_FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [KEY_FILE]


def test_the_keys_of_the_setting_come_before_the_file(tmp_path: Path) -> None:
    assert keys_of(" first , second ", tmp_path) == (b"first", b"second")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_hold_the_key_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(StartRefusedError, match="KOMPAS_CARD_KEYS"):
        keys_of(None, tmp_path / "data")


# what a person reads


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (DONE, DA.say("errors.old_card", words="mine sager")),
        (DONE.model_copy(update={"language": "en"}), CATALOGUE["en"].say("errors.old_card", words="my cases")),
        (AcknowledgeCampaign(campaign_id="0" * 32), DA.say("errors.unreadable_button")),
        (None, DA.say("errors.unreadable_button")),
    ],
)
async def test_an_old_card_says_what_to_write_for_a_new_one(action: Any, told: str) -> None:
    turn = FakeTurn()
    await ErrorHandler(CATALOGUE).unreadable_button(replace(pressed(None, "x"), expired=action), turn)
    assert [message.text for message in turn.sent] == [told]


@pytest.mark.parametrize("left", ["", "abc\n"])
def test_a_key_file_that_was_cut_short_stops_the_start(tmp_path: Path, left: str) -> None:
    (tmp_path / KEY_FILE).write_text(left, encoding="ascii")
    with pytest.raises(StartRefusedError, match="cut short"):
        keys_of(None, tmp_path)
