"""One named example of every card of questions to HR."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.escalation import asker, hr, pieces
from adaptive_cards.texts import Texts
from hr.escalation.model import Request, RequestState
from hr.escalation.routing import Group, Told, Topic
from hr.escalation.views import Page, RequestView, Said
from hr.people import Role
from privacy.redaction import RedactedText

TOKEN: Final = "example-token"  # noqa: S105 - an example, not a secret
REQUEST_ID: Final = "0123456789abcdef0123456789abcdef"
ASKED_AT: Final = datetime(2026, 5, 4, 8, 15, tzinfo=UTC)
GROUP: Final = Group(id="personalejura", label="Personalejura", role=Role.HR)
TOPICS: Final = (
    Topic(id="fravaer", label="Sygefravær og fremmøde", label_en="Sickness absence and attendance"),
    Topic(
        id="personalejura",
        label="Personalejura og ansættelse",
        label_en="Employment law",
        group="personalejura",
        warning="En personalesag kan handle om en bestemt medarbejder. Skriv uden navn og uden helbred.",
    ),
)
SOURCES: Final = ("Opfølgning på sygefravær: dag 1, 3 og 10", "Samtalen ved længere fravær")
ANSWER: Final = "Kontakt medarbejderen på dag 1, 3 og 10."


def example(state: RequestState = RequestState.NEW, *, said: int = 0, number: int = 12) -> RequestView:
    """A question in a state, with the first `said` texts of a thread."""
    request = Request(
        id=REQUEST_ID,
        number=number,
        asker_id="asker",
        topic="personalejura",
        group="personalejura",
        question=RedactedText("Hvem skal med til en samtale om en advarsel?"),
        answer=ANSWER,
        documents=("fravaer-opfoelgning-1-3-10",),
        state=state,
        taken_by="hr" if state in {RequestState.TAKEN, RequestState.ANSWERED} else None,
        created_at=ASKED_AT,
        changed_at=ASKED_AT,
    )
    thread = (
        Said(name="Nora Fiktivsen", from_hr=True, text="Tag din TR med.\nSkriv et kort referat bagefter.", at=ASKED_AT),
        Said(name="Ditte Eksempelsen", from_hr=False, text="Gælder det også ved en påtale?", at=ASKED_AT),
    )
    return RequestView(
        request=request,
        topic=TOPICS[1],
        group=GROUP,
        asker="Ditte Eksempelsen",
        taker="Nora Fiktivsen" if request.taken_by else "",
        thread=thread[:said],
    )


def showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """The cards of one language by name, such as `asking_form`."""
    new, answered = example(), example(RequestState.ANSWERED, said=1)
    asked_on = example(said=2)
    many = [replace(new, request=replace(new.request, number=number)) for number in range(12, 7, -1)]
    taken = example(RequestState.TAKEN)
    question = new.request.question
    return {
        "asking_offer": asker.offer_card(texts=texts),
        "asking_form": asker.form_card(texts=texts, topics=TOPICS, token=TOKEN, question=question, answer=ANSWER),
        "asking_form_empty": asker.form_card(texts=texts, topics=TOPICS, token=TOKEN),
        "asking_form_warning": asker.form_card(
            texts=texts,
            topics=TOPICS,
            token=TOKEN,
            question=question,
            topic="personalejura",
            notice=f"{TOPICS[1].warning} {texts.say('asking.form.confirm')}",
            confirmed="personalejura",
        ),
        "asking_form_refused": asker.form_card(
            texts=texts, topics=TOPICS, token=TOKEN, topic="fravaer", notice=texts.say("asking.faults.health")
        ),
        "asking_receipt": asker.own_card(
            texts=texts, view=new, notice=texts.say("asking.own.sent", number=12, group=GROUP.label)
        ),
        "asking_receipt_later": asker.own_card(
            texts=texts,
            view=new,
            notice=texts.say("asking.own.later", number=12, group=GROUP.label, when=pieces.moment(texts, ASKED_AT)),
        ),
        "asking_own_closed": asker.own_card(texts=texts, view=example(RequestState.CLOSED, said=1)),
        "asking_own_withdrawn": asker.own_card(
            texts=texts, view=example(RequestState.WITHDRAWN), notice=texts.say("asking.say.withdrawn")
        ),
        "asking_answer": asker.told_card(texts=texts, view=answered),
        "asking_answer_resent": asker.told_card(texts=texts, view=answered, resent=True),
        "asking_answer_closed": asker.told_card(texts=texts, view=example(RequestState.CLOSED)),
        "asking_follow": asker.follow_card(texts=texts, view=answered, token=TOKEN),
        "asking_mine": asker.mine_card(texts=texts, page=Page(views=tuple(many), total=12)),
        "asking_mine_last": asker.mine_card(texts=texts, page=Page(views=tuple(many[:2]), start=10, total=12)),
        "asking_mine_none": asker.mine_card(texts=texts, page=Page(views=())),
        "asking_hr_new": hr.request_card(texts=texts, view=new, token=TOKEN, sources=SOURCES),
        "asking_hr_asked_on": hr.request_card(texts=texts, view=asked_on, token=TOKEN),
        "asking_hr_waiting": hr.request_card(
            texts=texts, view=new, token=TOKEN, title=hr.waiting_title(texts, new, Told.GROUP)
        ),
        "asking_hr_lead": hr.request_card(
            texts=texts, view=new, token=TOKEN, title=hr.waiting_title(texts, new, Told.LEAD)
        ),
        "asking_hr_lead_held": hr.request_card(
            texts=texts, view=taken, token=TOKEN, title=hr.waiting_title(texts, taken, Told.LEAD)
        ),
        "asking_hr_taker": hr.request_card(
            texts=texts, view=taken, token=TOKEN, title=hr.waiting_title(texts, taken, Told.TAKER)
        ),
        "asking_hr_held": hr.request_card(
            texts=texts, view=taken, token=TOKEN, title=hr.waiting_title(texts, taken, Told.HELD)
        ),
        "asking_hr_gone": hr.gone_card(texts=texts, number=12),
        "asking_hr_taken": hr.request_card(texts=texts, view=taken, token=TOKEN),
        "asking_hr_answered": hr.request_card(
            texts=texts, view=answered, token=TOKEN, notice=texts.say("asking.say.answered")
        ),
        "asking_hr_closed": hr.request_card(texts=texts, view=example(RequestState.CLOSED, said=1), token=TOKEN),
        "asking_hr_withdrawn": hr.request_card(texts=texts, view=example(RequestState.WITHDRAWN), token=TOKEN),
        "asking_hr_open": hr.open_card(texts=texts, page=Page(views=(*many[:3], taken), start=5, total=12)),
        "asking_hr_open_none": hr.open_card(texts=texts, page=Page(views=())),
    }
