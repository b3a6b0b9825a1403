"""The buttons of HR's reminders."""

from __future__ import annotations

from typing import Any, Final

from adaptive_cards.campaigns import actions as c
from hr.campaigns.rules import Deed
from hr.policy import Operation
from tests.unit.bot.everybody import Ids
from tests.unit.bot.presses.press import TOKEN, Press, simple
from tests.unit.hr.campaigns.builders import TEMPLATES

_DEEDS: Final = {
    Deed.EDIT: (Operation.COMPOSE, "draft"),
    Deed.DELETE: (Operation.COMPOSE, "draft"),
    Deed.SEND: (Operation.SEND_CAMPAIGN, "draft"),
    Deed.RECALL: (Operation.SEND_CAMPAIGN, "waiting"),
    Deed.APPROVE: (Operation.APPROVE_CAMPAIGN, "waiting"),
    Deed.GIVE_BACK: (Operation.APPROVE_CAMPAIGN, "waiting"),
    Deed.PAUSE: (Operation.STOP_CAMPAIGN, "sent"),
    Deed.RESUME: (Operation.STOP_CAMPAIGN, "paused"),
    Deed.CANCEL: (Operation.STOP_CAMPAIGN, "waiting"),
    Deed.WITHDRAW: (Operation.WITHDRAW_CAMPAIGN, "sent"),
    Deed.REMIND: (Operation.REMIND, "sent"),
}


def _of_campaign(page: c.CampaignPage) -> Press:
    what = Operation.COMPOSE if page in {c.CampaignPage.CHOOSE, c.CampaignPage.EDIT} else Operation.SEE_CAMPAIGNS

    def make(ids: Ids, _: str) -> c.OpenCampaign:
        of = {c.CampaignPage.EDIT: ids.draft, c.CampaignPage.SHOW: ids.sent, c.CampaignPage.MISSED: ids.sent}
        return c.OpenCampaign(page=page, campaign_id=of.get(page))

    return Press(name=f"campaigns {page.value}", asks_for=(what,), make=make, quiet=True)


def _saved(**more: Any) -> dict[str, Any]:
    return {"token": TOKEN, "title": "Titel", "text": "Tekst", "groups": "leder", **more}


PRESSES: Final[dict[type, list[Press]]] = {
    c.OpenCampaign: [_of_campaign(page) for page in c.CampaignPage],
    c.ChooseTemplate: [
        simple("template", Operation.COMPOSE, lambda _, __: c.ChooseTemplate(template="blank"), quiet=True),
    ],
    c.SaveCampaign: [
        simple("save", Operation.COMPOSE, lambda _, __: c.SaveCampaign(**_saved())),
        simple("save again", Operation.COMPOSE, lambda ids, _: c.SaveCampaign(**_saved(campaign_id=ids.draft))),
    ],
    c.SaveFromTemplate: [
        simple(
            "save template",
            Operation.COMPOSE,
            lambda _, __: c.SaveFromTemplate(**_saved(template=TEMPLATES[0].id, confirmed="true")),
        )
    ],
    c.DoCampaign: [
        simple(
            f"deed {deed.value}",
            _DEEDS[deed][0],
            lambda ids, _, deed=deed: c.DoCampaign(  # type: ignore[misc]
                token=TOKEN,
                campaign_id=getattr(ids, _DEEDS[deed][1]),
                version=ids.versions[getattr(ids, _DEEDS[deed][1])],
                deed=deed,
                confirmed=True,
            ),
        )
        for deed in Deed
        if deed is not Deed.EDIT  # no button sends it: EDIT is a page
    ],
    c.TryCampaign: [simple("try", Operation.COMPOSE, lambda ids, _: c.TryCampaign(token=TOKEN, campaign_id=ids.draft))],
    c.AcknowledgeCampaign: [
        simple("acknowledge", Operation.ACKNOWLEDGE, lambda ids, _: c.AcknowledgeCampaign(campaign_id=ids.sent)),
        simple(
            "acknowledge a trial",
            Operation.SEE_CAMPAIGNS,
            lambda ids, _: c.AcknowledgeCampaign(campaign_id=ids.draft, trial=True),
            quiet=True,
        ),
    ],
}
"""By the class of the button."""
