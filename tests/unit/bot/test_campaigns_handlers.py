"""HR's reminders in the chat: who may write one, what a press does, and what recipients see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adaptive_cards.actions import Action, parse_action
from adaptive_cards.campaigns.actions import (
    AcknowledgeCampaign,
    CampaignPage,
    ChooseTemplate,
    DoCampaign,
    OpenCampaign,
    SaveCampaign,
    SaveFromTemplate,
    TryCampaign,
)
from adaptive_cards.render import Card
from bot.handlers.campaigns.desk import CampaignDesk
from bot.handlers.campaigns.press import CampaignPress
from bot.handlers.campaigns.typed import CampaignTyped
from bot.handlers.campaigns.words import CampaignWords, Wish
from hr.campaigns.model import Audience, CampaignState
from hr.campaigns.rules import Deed
from hr.outbox.model import MessageState, Why
from tests.unit.bot.builders import CATALOGUE, DA, asked, buttons_of, pressed, words_of
from tests.unit.bot.fakes import FakePassages, FakeTurn
from tests.unit.hr.campaigns.builders import HR, LONE, NORA, House, leaders

SAMPLES = sorted((Path(__file__).parents[2] / "acceptance" / "data").glob("utterances_*.jsonl"))
FORM = {
    "title": "Husk APV",
    "text": "Hvornår lavede I sidst APV?",
    "groups": "leder",
    "areas": "",
    "people": "",
    "source": "",
    "acknowledgement": "true",
    "mandatory": "false",
    "deadline": "2027-03-01",
    "send_on": "",
    "send_at": "",
}


class Office:
    """HR's handlers over the real use cases."""

    def __init__(self, *, passages: FakePassages | None = None, **house: Any) -> None:
        self.house = House(**house)
        self.turn = FakeTurn()
        desk = CampaignDesk(service=self.house.service, passages=passages or FakePassages(), clock=self.house.clock)
        self._press = CampaignPress(desk=desk, catalogue=CATALOGUE)
        self.typed = CampaignTyped(desk=desk, catalogue=CATALOGUE)

    async def write(self, text: str, *, by: str | None = NORA, **where: str) -> FakeTurn:
        self.turn = FakeTurn()
        event = asked(text, by, **where)
        assert self.typed.takes(event)
        await self.typed(event, self.turn)
        return self.turn

    async def press(self, action: Action, *, by: str | None = NORA, **where: str) -> Card:
        self.turn = FakeTurn()
        await self._press(pressed(action, by, **where), self.turn)
        return self.turn.cards[-1]

    async def press_button(self, card: Card, button: str, /, *, by: str = NORA, **inputs: Any) -> Card:
        return await self.press(parse_action({**buttons_of(card)[button], **inputs}), by=by)

    async def form(self, template: str = "blank") -> Card:
        chosen = (await self.write("ny påmindelse")).card
        return await self.press_button(chosen, "Fortsæt", template=template)

    async def draft(self, **inputs: str) -> Card:
        return await self.press_button(await self.form(), "Se modtagere og forhåndsvisning", **{**FORM, **inputs})

    async def scheduled(self) -> str:
        """The id of a campaign that HR has just sent."""
        card = await self.press_button(await self.draft(), "Send nu")
        return str(buttons_of(card)["Tag tilbage til kladde"]["campaign_id"])

    async def sent(self) -> str:
        """The id of a campaign that everybody has got."""
        campaign_id = await self.scheduled()
        await self.house.service.chores.queue_due()
        await self.house.deliver()
        return campaign_id

    async def shown(self, campaign_id: str, *, by: str = NORA) -> Card:
        return await self.press(OpenCampaign(page=CampaignPage.SHOW, campaign_id=campaign_id), by=by)


# what is typed


@pytest.mark.parametrize(
    "text", ["Ny påmindelse", "lav kampagne", "Lav en kampagne om MUS", "ny påmindelse til ledere"]
)
async def test_hr_begins_with_a_template(text: str) -> None:
    card = (await Office().write(text)).card
    assert "C01 · Nu begynder MUS-perioden" in json.dumps(card.content, ensure_ascii=False)


@pytest.mark.parametrize("text", ["ny påmindelse", "kampagner"])
@pytest.mark.parametrize("who", ["l0", "stranger"])
async def test_who_is_not_in_hr_gets_a_kind_no(text: str, who: str) -> None:
    turn = await Office().write(text, by=who)
    assert [message.text for message in turn.sent] == [DA.say("campaigns.say.not_hr")]


async def test_campaigns_are_not_written_where_others_read_along() -> None:
    turn = await Office().write("ny påmindelse", kind="groupChat")
    assert [message.text for message in turn.sent] == [DA.say("campaigns.say.private")]


async def test_somebody_without_an_id_is_told_so() -> None:
    turn = await Office().write("ny påmindelse", by=None)
    assert [message.text for message in turn.sent] == [DA.say("campaigns.say.unknown_person")]


@pytest.mark.parametrize(
    "text",
    [
        "påmindelser",
        "Stop påmindelser",
        "lav en påmindelse om dag 3",
        "send en påmindelse til mig i morgen",
        "Jeg vil ikke have kampagnebeskeder",
        "Jeg vil gerne udsætte kampagnen om MUS til næste uge",
        "udskyd påmindelsen en dag",
        "Hvad er en kampagne?",
    ],
)
def test_what_belongs_to_absence_or_to_the_sources_is_left_alone(text: str) -> None:
    assert CampaignWords(CATALOGUE).wish(text) is None


def test_no_sample_message_of_another_feature_is_taken() -> None:
    texts = [json.loads(line)["text"] for file in SAMPLES for line in file.read_text(encoding="utf-8").splitlines()]
    words = CampaignWords(CATALOGUE)
    assert len(texts) > 300
    assert [text for text in texts if words.wish(text) is not None] == []


def test_a_message_may_be_in_english() -> None:
    assert CampaignWords(CATALOGUE).wish("New campaign") == (Wish.NEW, "en")


# the form


async def test_a_draft_shows_first_how_many_and_then_the_card_itself() -> None:
    words = words_of(await Office().draft())
    assert "Modtagere\n4\n" in words
    assert words.index("Modtagere") < words.index("Sådan ser den ud:") < words.index("Kvittér senest 1. marts 2027")
    assert "Kladden er gemt. Der er ikke sendt noget." in words


async def test_the_same_press_twice_makes_one_draft() -> None:
    office = Office()
    form = await office.form()
    for _ in range(2):
        await office.press_button(form, "Se modtagere og forhåndsvisning", **FORM)
    assert len(await office.house.service.progress.listing(NORA)) == 1


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"title": " "}, "Skriv en overskrift."),
        ({"text": "x" * 601}, "Teksten er for lang"),
        ({"text": "Mette er syg med stress"}, "helbred"),
        ({"groups": ""}, "Vælg, hvem der skal have den."),
        ({"people": "XYZ, l0@kompas.example"}, "De kendes ikke: XYZ."),
        ({"areas": "Månen"}, "Vælg områder fra listen."),
        ({"source": "mus-lus"}, "Mener du mus-og-lus?"),
        ({"deadline": "2027-01-31"}, "Fristen er passeret."),
        ({"deadline": "2027-03-01", "send_on": "2027-03-02"}, "Fristen ligger, før den sendes."),
        ({"send_on": "2027-01-31"}, "Tidspunktet er passeret."),
        ({"send_on": "2029-01-31"}, "400 dage"),
        ({"send_at": "25.00", "send_on": "2027-02-02"}, "Skriv et klokkeslæt"),
        ({"send_at": "10.00"}, "sammen med en dag"),
        ({"deadline": "blå"}, "Skriv en dato"),
    ],
)
async def test_what_is_wrong_is_told_and_the_form_keeps_what_was_written(inputs: dict[str, str], told: str) -> None:
    office = Office()
    card = await office.draft(**inputs)
    assert told in words_of(card)
    assert "Se modtagere og forhåndsvisning" in buttons_of(card)
    assert await office.house.service.progress.listing(NORA) == ()


async def test_the_dates_of_a_template_are_proposed_and_must_be_confirmed() -> None:
    office = Office()
    form = await office.form("C01")
    content = json.dumps(form.content, ensure_ascii=False)
    assert '"2027-02-01"' in content
    assert '"2027-04-30"' in content
    filled = {**FORM, "deadline": "2027-04-30", "confirmed": "false"}
    again = await office.press_button(form, "Se modtagere og forhåndsvisning", **filled)
    assert "de er rigtige" in words_of(again)
    draft = await office.press_button(again, "Se modtagere og forhåndsvisning", **{**filled, "confirmed": "true"})
    assert "Sådan ser den ud:" in words_of(draft)


async def test_the_time_is_shown_with_its_zone_and_kept_in_utc() -> None:
    office = Office()
    card = await office.draft(send_on="2027-06-01", send_at="9.30", deadline="2027-06-20")
    assert "1\\. juni 2027 kl. 09.30 (dansk tid)" in words_of(card)
    (kept,) = await office.house.service.progress.listing(NORA)
    assert kept.send_at is not None
    assert kept.send_at.isoformat() == "2027-06-01T07:30:00+00:00"


async def test_a_draft_can_be_changed_and_deleted() -> None:
    office = Office()
    form = await office.press_button(await office.draft(people="l1@kompas.example"), "Ret")
    assert "LB" in words_of(form)
    changed = await office.press_button(form, "Se modtagere og forhåndsvisning", **{**FORM, "title": "Nyt"})
    assert "Påmindelse: Nyt" in words_of(changed)
    question = await office.press_button(changed, "Slet")
    assert "Det kan ikke fortrydes" in words_of(question)
    gone = await office.press_button(question, "Ja, slet")
    assert "Der er ingen påmindelser endnu." in words_of(gone)


async def test_a_list_too_long_for_a_field_is_kept_when_the_draft_is_changed() -> None:
    office = Office(people=(*HR, *leaders(900)))
    ids = frozenset(f"l{number}" for number in range(0, 900, 2))
    view = await office.house.draft(audience=Audience(people=ids))
    form = await office.press(OpenCampaign(page=CampaignPage.EDIT, campaign_id=view.campaign.id))
    assert "Listen med 450 personer beholdes." in words_of(form)
    inputs = {**FORM, "groups": "", "people": "l1@kompas.example"}
    wrong = await office.press_button(form, "Se modtagere og forhåndsvisning", **{**inputs, "title": " "})
    kept = await office.press_button(wrong, "Se modtagere og forhåndsvisning", **inputs)
    assert "Modtagere\n451\n" in words_of(kept)


async def test_two_who_change_a_draft_at_once_do_not_lose_each_others_words() -> None:
    office = Office()
    draft = await office.draft()
    mine, hers = await office.press_button(draft, "Ret"), await office.press_button(draft, "Ret", by=LONE)
    save = "Se modtagere og forhåndsvisning"
    await office.press_button(hers, save, by=LONE, **{**FORM, "title": "Hendes"})
    told = await office.press_button(mine, save, **{**FORM, "title": "Mine"})
    assert "En anden har ændret kladden" in words_of(told)
    assert '"value": "Mine"' in json.dumps(told.content)
    empty = await office.press_button(mine, save, **{**FORM, "title": " "})
    assert "En anden har ændret kladden" in words_of(await office.press_button(empty, save, **FORM))
    assert "Påmindelse: Mine" in words_of(await office.press_button(told, save, **{**FORM, "title": "Mine"}))


async def test_the_source_is_chosen_by_its_title_and_none_is_a_choice() -> None:
    office = Office()
    form = json.dumps((await office.form()).content, ensure_ascii=False)
    assert '{"title": "Opfølgning på sygefravær: dag 1, 3 og 10", "value": "mus-og-lus"}' in form
    assert "Læs mere:" in words_of(await office.draft(source="mus-og-lus"))
    assert "Læs mere:" not in words_of(await office.draft(source="-"))


async def test_a_source_that_cannot_be_shown_today_is_told_before_the_sending() -> None:
    office = Office(passages=FakePassages(found=None))
    assert "Kilden vises ikke på kortet" in words_of(await office.draft(source="mus-og-lus"))


async def test_a_template_whose_day_has_passed_is_for_now_and_not_for_next_year() -> None:
    office = Office()
    office.house.later(days=2)
    content = json.dumps((await office.form("C01")).content, ensure_ascii=False)
    assert '"2027-04-30"' in content
    assert '"value": "2028' not in content


async def test_a_template_whose_time_has_just_passed_proposes_no_time_that_is_gone() -> None:
    office = Office()
    assert '"value": "2027-02-01"' not in json.dumps((await office.form("C01")).content)


async def test_a_web_address_in_the_text_can_be_pressed_and_shows_itself() -> None:
    text = "Meld dig til: https://intra.kompas.example/dag_1. [Klik](https://ond.example)"
    words = words_of(await Office().draft(text=text))
    assert r"[https://intra.kompas.example/dag\_1](https://intra.kompas.example/dag_1)." in words
    assert r"\[Klik\]([https://ond.example](https://ond.example))" in words


async def test_a_test_comes_to_oneself_counts_nowhere_and_once_a_press() -> None:
    office = Office()
    draft = await office.draft()
    await office.press_button(draft, "Send en test til mig")
    (sent,) = [message.card for message in office.turn.sent if message.card is not None]
    assert "Test. Kun du får den" in words_of(sent)
    receipt = await office.press_button(sent, "Kvittér")
    assert "Sådan ser en kvittering ud" in words_of(receipt)
    await office.press_button(draft, "Send en test til mig")
    assert office.turn.sent == []


# sending


async def test_a_draft_is_sent_by_one_press_and_its_numbers_follow() -> None:
    office = Office()
    words = words_of(await office.shown(await office.sent()))
    assert "Nået\n4\n" in words
    assert "læst" not in words
    assert "leveret i Teams" in words


async def test_a_large_campaign_is_approved_by_somebody_else() -> None:
    office = Office(approval_size=3)
    waiting = await office.press_button(await office.draft(), "Send til godkendelse")
    assert "En anden i HR er bedt om at godkende den." in words_of(waiting)
    campaign_id = buttons_of(waiting)["Tag tilbage til kladde"]["campaign_id"]
    assert "Godkend" not in buttons_of(waiting)
    forged = DoCampaign(token="token-of-a-test", campaign_id=campaign_id, version=1, deed=Deed.APPROVE)
    assert "findes ikke" in words_of(await office.press(forged))
    seen = await office.shown(campaign_id, by=LONE)
    assert "Så snart den er godkendt" in words_of(seen)
    assert "Tag tilbage til kladde" not in buttons_of(seen)
    approved = await office.press_button(seen, "Godkend", by=LONE)
    assert "Den er godkendt." in words_of(approved)


async def test_a_second_press_of_the_same_button_shows_how_it_stands() -> None:
    office = Office()
    draft = await office.draft()
    await office.press_button(draft, "Send nu")
    again = await office.press_button(draft, "Send nu")
    assert "Planlagt" in words_of(again)


async def test_withdrawing_is_asked_back_and_recipients_see_it() -> None:
    office = Office()
    campaign_id = await office.sent()
    question = await office.press_button(await office.shown(campaign_id), "Træk tilbage")
    assert (await office.house.campaign(campaign_id)).state is CampaignState.SENDING
    done = await office.press_button(question, "Ja, træk tilbage")
    assert "Den bliver trukket tilbage nu" in words_of(done)
    seen = await office.press(AcknowledgeCampaign(campaign_id=campaign_id), by="l1")
    assert "Trukket tilbage" in words_of(seen)


async def test_what_was_never_sent_is_cancelled_in_words_that_fit() -> None:
    office = Office()
    scheduled = await office.press_button(await office.draft(), "Send nu")
    assert "Den bliver sendt." in words_of(scheduled)
    assert "Opdater" in buttons_of(scheduled)
    question = await office.press_button(scheduled, "Aflys")
    assert "Den bliver ikke sendt til nogen." in words_of(question)
    assert "Den er aflyst." in words_of(await office.press_button(question, "Ja, aflys"))


async def test_the_numbers_are_shown_as_the_sum_that_they_are() -> None:
    office = Office()
    campaign_id = await office.scheduled()
    await office.house.service.chores.queue_due()
    await office.house.deliver(limit=1)
    await office.house.deliver(lambda one: (MessageState.BLOCKED, Why.NOT_INSTALLED), limit=1)
    words = words_of(await office.shown(campaign_id))
    assert "Nået\n1\nUndervejs\n\\+ 2\nIkke nået\n\\+ 1\nModtagere i alt\n= 4\n" in words


async def test_nothing_is_offered_that_would_do_nothing() -> None:
    office = Office()
    campaign_id = await office.scheduled()
    await office.house.service.chores.queue_due()
    assert {"Pause", "Aflys resten"} <= set(buttons_of(await office.shown(campaign_id)))
    await office.house.deliver()
    for one in ("l0", "l1", "l2", "l3"):
        await office.press(AcknowledgeCampaign(campaign_id=campaign_id), by=one)
    shown = buttons_of(await office.shown(campaign_id))
    assert {"Pause", "Aflys resten", "Påmind igen"} & set(shown) == set()
    assert "Træk tilbage" in shown


async def test_who_was_not_reached_is_seen_by_name() -> None:
    office = Office()
    campaign_id = await office.scheduled()
    await office.house.service.chores.queue_due()
    await office.house.deliver(lambda one: (MessageState.BLOCKED, Why.NOT_INSTALLED))
    missed = await office.press(OpenCampaign(page=CampaignPage.MISSED, campaign_id=campaign_id))
    assert "L1: har ikke åbnet Kompas" in words_of(missed)


# acknowledging


async def test_an_acknowledgement_becomes_a_dated_receipt_and_stays_the_same() -> None:
    office = Office()
    campaign_id = await office.sent()
    first = await office.press(AcknowledgeCampaign(campaign_id=campaign_id), by="l1")
    office.house.later(days=2)
    again = await office.press(AcknowledgeCampaign(campaign_id=campaign_id), by="l1")
    assert "Kvitteret 1. februar 2027" in words_of(first)
    assert first == again
    assert buttons_of(first) == {}


@pytest.mark.parametrize("who", [NORA, "stranger"])
@pytest.mark.parametrize("forged", [False, True])
async def test_nobody_but_a_recipient_acknowledges(who: str, forged: bool) -> None:
    office = Office()
    campaign_id = await office.sent()
    card = await office.press(AcknowledgeCampaign(campaign_id="f" * 32 if forged else campaign_id), by=who)
    assert "findes ikke" in words_of(card)
    assert (await office.house.progress(campaign_id)).acknowledged == 0


@pytest.mark.parametrize("deed", list(Deed))
async def test_no_press_of_somebody_outside_hr_does_anything(deed: Deed) -> None:
    office = Office()
    campaign_id = await office.sent()
    before = await office.house.campaign(campaign_id)
    action = DoCampaign(token="token-of-a-test", campaign_id=campaign_id, version=1, deed=deed, confirmed=True)
    assert "findes ikke" in words_of(await office.press(action, by="l1"))
    for page in CampaignPage:
        card = await office.press(OpenCampaign(page=page, campaign_id=campaign_id), by="l1")
        assert "Husk APV" not in words_of(card)
    assert await office.house.campaign(campaign_id) == before


@pytest.mark.parametrize("who", ["l1", "stranger"])
async def test_no_forged_form_of_somebody_outside_hr_is_taken_or_answered(who: str) -> None:
    office = Office()
    view = await office.house.draft()
    before = await office.house.campaign(view.campaign.id)
    words: dict[str, Any] = {"title": "Mit", "text": "Min tekst.", "groups": "alle", "people": "ukendt"}
    forged: list[Action] = [
        ChooseTemplate(template="C01"),
        SaveCampaign(token="token-of-a-test", **words),
        SaveCampaign(token="token-of-a-test", campaign_id=view.campaign.id, version=1, keep_list=True, **words),
        SaveFromTemplate(token="token-of-a-test", template="C01", confirmed="true", **words),
        TryCampaign(token="token-of-a-test", campaign_id=view.campaign.id),
        AcknowledgeCampaign(campaign_id=view.campaign.id, trial=True),
    ]
    for action in forged:
        said = words_of(await office.press(action, by=who))
        assert "Kun HR laver påmindelser" in said or "findes ikke" in said
        assert not any(word in said for word in ("ukendt", "MUS", "C01"))
        assert office.turn.sent == []
    assert await office.house.campaign(view.campaign.id) == before
    assert len(await office.house.service.progress.listing(NORA)) == 1


async def test_presses_count_in_personal_chats_of_known_senders_only() -> None:
    office = Office()
    campaign_id = await office.sent()
    action = AcknowledgeCampaign(campaign_id=campaign_id)
    assert "Jeg kan ikke se, hvem du er." in words_of(await office.press(action, by=None))
    turn = FakeTurn()
    await office._press(pressed(action, "l1", kind="channel"), turn)
    assert [message.text for message in turn.sent] == [DA.say("campaigns.say.private")]
    assert (await office.house.progress(campaign_id)).acknowledged == 0


async def test_hr_reminds_those_who_are_missing_and_is_told_how_many() -> None:
    office = Office()
    campaign_id = await office.sent()
    await office.press(AcknowledgeCampaign(campaign_id=campaign_id), by="l1")
    question = await office.press_button(await office.shown(campaign_id), "Påmind igen")
    done = await office.press_button(question, "Ja, påmind igen")
    assert "3 bliver påmindet igen." in words_of(done)
    question = await office.press_button(done, "Påmind igen")
    assert "ikke har kvitteret (3)" in words_of(question)
    none = await office.press_button(question, "Ja, påmind igen")
    assert "Der er ingen at påminde" in words_of(none)
