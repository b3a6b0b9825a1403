"""A municipality with somebody for every role and for everything that one can be to a case, a plan, a reminder, a question or a dialogue.

The real use cases over memory behind the real router. It is built once; `World.again` takes everything back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

from adaptive_cards.actions import Action
from bot.events import Event
from bot.parts import Parts
from bot.routes import build_router
from hr.absence.model import StepChange
from hr.campaigns.composing import Written
from hr.campaigns.model import Audience
from hr.campaigns.service import CampaignService
from hr.contacts.content import LiveContacts
from hr.dialogues.content import LiveThemes
from hr.dialogues.service import DialogueService, Place
from hr.escalation.asking import Draft
from hr.escalation.model import HrDeed
from hr.escalation.routing import Group, Routing, Topic
from hr.escalation.service import EscalationService
from hr.feedback.model import Rating, Reaction
from hr.insight.service import InsightService, Rules
from hr.live_file import ContentFault
from hr.my_data.model import Erased, Kind, Scope
from hr.my_data.service import MyDataService
from hr.onboarding.content import load_items
from hr.onboarding.model import CommonEvent, EventKind, Track
from hr.onboarding.service import OnboardingService
from hr.people import FileDirectory, Person, Role
from hr.policy import Actor
from hr.send_window import SendWindow
from hr.storage.memory.session import Tables
from tests.unit.bot.builders import FakeAnswerer, asked, pressed
from tests.unit.bot.fakes import FakePassages, FakeTurn
from tests.unit.hr.absence.service_builders import MONDAY, Town
from tests.unit.hr.campaigns.builders import TEMPLATES
from tests.unit.hr.insight.builders import FakeLibrary, FakeTopics

CONTENT: Final = Path(__file__).parents[3] / "hr" / "content"
AREA, ELSEWHERE = "Velfærd", "Fællesforvaltningen"
TRIO, OTHER_CHAT, CHANNEL = "19:trio@thread.v2", "19:other@thread.v2", "19:hr@thread.tacv2"
WINDOW: Final = SendWindow.parse("07:30-16:30", Town().clock.moment.tzinfo)  # type: ignore[arg-type]
SECRETS: Final = MappingProxyType(
    {
        "case": "ZQ",
        "plan": "Nanna Nyholt",
        "campaign": "Hemmelig plan",
        "request": "Hvornår lukker kantinen",
        "dialogue": "Vi rydder op",
        "insight": "ferie.toml",
    }
)
"""Words that stand for what not everybody may read."""

_ROLES: Final[dict[str, tuple[Role, ...]]] = {
    **{role.value: (role,) for role in Role},
    "owner": (Role.LEADER,),
    "deputy": (),
    "offered": (Role.LEADER,),
    "newcomer": (),
    "boss": (Role.LEADER,),
    "mentor_of_her": (),
    "representative": (Role.AMR,),
    "composer": (Role.HR,),
    "recipient": (),
    "asker": (),
    "answerer": (),
    "rater": (),
    "joiner": (),
}
STRANGER: Final = "a-user-of-the-tenant"
EVERYBODY: Final = (*(key for key in _ROLES if key != "joiner"), STRANGER)

_BY_ROLE: Final[dict[Role, set[Actor]]] = {
    Role.LEADER: {Actor.LEADER},
    Role.NEW_LEADER: {Actor.LEADER},
    Role.TR: {Actor.TR},
    Role.AMR: {Actor.AMR},
    Role.OPERATOR: {Actor.OPERATOR},
    Role.HR: {Actor.HR, Actor.HANDED, Actor.SECOND},
    Role.HR_LEAD: {Actor.HR, Actor.HANDED, Actor.SECOND},
}
_IS: Final[dict[str, Actor]] = {
    "owner": Actor.OWNER,
    "deputy": Actor.DEPUTY,
    "offered": Actor.OFFERED,
    "newcomer": Actor.NEWCOMER,
    "boss": Actor.NEWCOMERS_LEADER,
    "mentor_of_her": Actor.MENTOR,
    "representative": Actor.REPRESENTATIVE,
    "recipient": Actor.RECIPIENT,
    "asker": Actor.ASKER,
    "answerer": Actor.ANSWERER,
    "rater": Actor.RATER,
}


def actors(key: str) -> frozenset[Actor]:
    """What somebody of this municipality is; the case was handed over to HR, and the dialogue is in the chat where one presses."""
    if key == STRANGER:
        return frozenset({Actor.ANYONE})
    found = {Actor.ANYONE, Actor.KNOWN}
    for role in _ROLES[key]:
        found |= _BY_ROLE.get(role, set())
    if key == "composer":
        found.remove(Actor.SECOND)
    if found & {Actor.LEADER, Actor.TR, Actor.AMR, Actor.HR}:
        found.add(Actor.TRIO)
    return frozenset(found | ({_IS[key]} if key in _IS else set()))


def _letters(number: int) -> str:
    return f"{chr(ord('A') + number // 26)}{chr(ord('A') + number % 26)}X"


def _person(number: int, key: str, roles: tuple[Role, ...]) -> Person:
    led = {"newcomer": "boss", "joiner": "boss"}
    here = {"newcomer", "joiner", "boss", "representative"}
    return Person(
        id=key,
        key=key,
        name=SECRETS["plan"] if key == "newcomer" else f"Person {key}",
        initials=_letters(number),
        email=f"{key}@kompas.example",
        roles=frozenset({Role.EMPLOYEE, *roles}),
        manager_id=led.get(key),
        area=AREA if key in here else ELSEWHERE,
    )


PEOPLE: Final = FileDirectory(tuple(_person(number, *entry) for number, entry in enumerate(_ROLES.items())))
HANDLE: Final = {person.key: person.initials for person in PEOPLE.people}
ROUTING: Final = Routing(
    default_group="g",
    topics=(Topic(id="t", label="Emne", label_en="Topic"),),
    groups=MappingProxyType({"g": Group(id="g", label="Gruppe", members=("answerer",))}),
)
WELCOME: Final = CommonEvent(
    id="welcome",
    kind=EventKind.WELCOME,
    on=MONDAY + timedelta(days=60),
    at=Town().clock.moment.time(),
    place="Rådhuset",
)


class OwnData:
    """Answers what the buttons ask of `hr.my_data.ports.PersonalData`: a person's ratings and cases, over the storage of the world."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def counts(self, person_id: str) -> dict[Kind, int]:
        count = len(self._ratings(person_id))
        return {Kind.RATINGS: count} if count else {}

    erasable = counts

    async def cases(self, person_id: str, label: str | None = None) -> list[tuple[str, bool]]:
        del label
        rows = self._town.storage._tables.cases.values()
        return [(case.id, case.listed) for case in rows if case.owner_id == person_id]

    async def erase(self, person_id: str, scope: Scope) -> Erased:
        assert scope is Scope.OWN_WISH
        mine = self._ratings(person_id)
        for key in mine:
            del self._town.storage._tables.ratings[key]
        return Erased(counts={Kind.RATINGS: len(mine)}, remaining={})

    def _ratings(self, person_id: str) -> list[tuple[str, str]]:
        return [key for key, rating in self._town.storage._tables.ratings.items() if rating.person_id == person_id]


@dataclass(slots=True)
class Ids:
    """The ids of what is there. `case` was handed over to HR, is on offer and has a deputy; `own_case` is its leader's alone."""

    case: str = ""
    own_case: str = ""
    ended_case: str = ""
    journey: str = ""
    draft: str = ""
    waiting: str = ""
    sent: str = ""
    paused: str = ""
    versions: dict[str, int] = field(default_factory=dict)
    new: str = ""
    taken: str = ""
    answered: str = ""
    dialogue: str = ""
    generation: int = 0


class World:
    """The services and the router over one storage."""

    def __init__(self, drafts: Path) -> None:
        self.town = Town()
        self.town.directory = PEOPLE  # type: ignore[assignment]
        self.absence = self.town.another_service()
        self.ids, self._first = Ids(), Tables()
        common: dict[str, Any] = {
            "new_unit": self.town.storage.unit,
            "directory": PEOPLE,
            "window": WINDOW,
            "clock": self.town.clock,
        }
        plans: Any = SimpleNamespace(items=load_items(CONTENT / "journeys.toml"), events=(WELCOME,))
        self.onboarding = OnboardingService(**common, content=plans, hours=self.town.content)
        self.campaigns = CampaignService(
            **common,
            content=SimpleNamespace(templates=TEMPLATES),  # type: ignore[arg-type]
            documents=lambda: frozenset({"mus-og-lus"}),
            calendar=lambda: self.town.content.calendar,
            approval_size=1,
            retention_days=400,
        )
        self.escalation = EscalationService(
            **common,
            source=SimpleNamespace(routing=ROUTING),  # type: ignore[arg-type]
            calendar=lambda: self.town.content.calendar,
            retention_days=183,
        )
        self.dialogues = DialogueService(**common, themes=LiveThemes(CONTENT), content=self.town.content)
        self.insight = InsightService(
            **common,
            topics=FakeTopics(),
            library=FakeLibrary(),
            content=self.town.content,
            rules=Rules(smallest=3, retention_days=183),
        )
        my_data: Any = OwnData(self.town)
        self._router, self._errors = build_router(
            Parts(
                answerer=FakeAnswerer(),
                new_unit=self.town.storage.unit,
                directory=PEOPLE,
                absence=self.absence,
                passages=FakePassages(),
                contacts=LiveContacts(CONTENT, today=self.town.clock.today),
                dialogues=self.dialogues,
                onboarding=self.onboarding,
                escalation=self.escalation,
                drafts=drafts,
                campaigns=self.campaigns,
                insight=self.insight,
                my_data=MyDataService(data=my_data, new_unit=self.town.storage.unit, clock=self.town.clock),
                clock=self.town.clock,
            )
        )

    def start(self, rows: Tables, ids: Ids) -> None:
        """Take these rows; `again` comes back to them."""
        self._first, self.ids = rows, ids
        self.again()

    def again(self) -> None:
        """As it was at the beginning, whatever has been done since."""
        self.town.storage._tables = self._first.copy()

    @property
    def rows(self) -> Tables:
        return self.town.storage._tables.copy()

    async def press(self, action: Action | None, by: str, chat: str, kind: str) -> FakeTurn:
        return await self._take(pressed(action, by, chat=chat, kind=kind))

    async def write(self, text: str, by: str, chat: str, kind: str) -> FakeTurn:
        return await self._take(asked(text, by, chat=chat, kind=kind))

    async def _take(self, event: Event) -> FakeTurn:
        turn = FakeTurn()
        assert await self._router.dispatch(event, turn)
        return turn

    async def build(self) -> None:
        """Something of everything."""
        await self._cases()
        journey = await self.onboarding.start(
            "boss", handle=HANDLE["newcomer"], track=Track.NEW_EMPLOYEE, start_on=MONDAY, token="journey-token"
        )
        self.ids.journey = journey.journey.id
        await self.onboarding.choose_mentor("boss", self.ids.journey, HANDLE["mentor_of_her"], token="mentor-token")
        await self._reminders()
        await self._requests()
        here = Place(person_id="leader", conversation_id=TRIO)
        theme = self.dialogues.themes[0].id
        begun = await self.dialogues.begin(here, token="begin-token", themes=theme)
        assert begun is not None
        agreed = await self.dialogues.agree(
            here,
            begun.id,
            token="agree-token",
            actions=[f"{SECRETS['dialogue']} hver fredag"],
            follow_up=MONDAY + timedelta(days=30),
        )
        self.ids.dialogue, self.ids.generation = agreed.dialogue.id, agreed.dialogue.generation
        async with self.town.storage.unit() as unit:
            fault = ContentFault(file=SECRETS["insight"], line=3, reason="not valid TOML")
            await unit.insight.open_fault(fault, at=self.town.clock.now())
            await unit.ratings.add(
                Rating(
                    answer_id="answer-1",
                    person_id="rater",
                    reaction=Reaction.DISLIKE,
                    given_at=self.town.clock.now(),
                )
            )
            await unit.commit()

    async def _cases(self) -> None:
        day = MONDAY - timedelta(days=6)
        for name, label in (("case", SECRETS["case"]), ("own_case", "QZ"), ("ended_case", "ZZ")):
            created = await self.absence.create("owner", label=label, first_day=day, token=f"{name}-token")
            setattr(self.ids, name, created.case.case.id)
        await self.absence.report_return("owner", self.ids.ended_case, day=MONDAY, token="return-token")
        for key in (view.step.key for view in (await self.absence.view("owner", self.ids.ended_case)).open_steps):
            await self.absence.change_step("owner", self.ids.ended_case, key, StepChange.SKIP, token=f"skip-{key}-x")
        await self.absence.share_with_hr("owner", self.ids.case, token="share-token")
        await self.absence.offer_transfer("owner", self.ids.case, colleague=HANDLE["offered"], token="offer-token")
        await self.absence.go_away(
            "owner", from_day=MONDAY, to_day=MONDAY + timedelta(days=5), deputy=HANDLE["deputy"], token="away-token"
        )

    async def _reminders(self) -> None:
        few, many = frozenset({"recipient"}), frozenset({"recipient", "asker"})
        written = Written(
            title=SECRETS["campaign"], text="Læs den.", audience=Audience(people=few), acknowledgement=True
        )
        for name in ("draft", "waiting", "sent", "paused"):
            chosen = replace(
                written,
                mandatory=name == "sent",
                audience=Audience(people=many if name == "waiting" else few),
            )
            kept = (await self.campaigns.composing.save("composer", chosen)).campaign
            setattr(self.ids, name, kept.id)
            if name != "draft":
                await self.campaigns.sending.send("composer", kept.id)
        await self.campaigns.chores.queue_due()
        await self.campaigns.sending.pause("composer", self.ids.paused)
        async with self.town.storage.unit() as unit:
            for name in ("draft", "waiting", "sent", "paused"):
                found = await unit.campaigns.find(getattr(self.ids, name))
                assert found is not None
                self.ids.versions[found.id] = found.version

    async def _requests(self) -> None:
        for name in ("new", "taken", "answered"):
            draft = Draft(asker_id="asker", question=f"{SECRETS['request']}?", topic="t", token=f"request-{name}")
            setattr(self.ids, name, (await self.escalation.asking.send(draft)).request.id)
        await self.escalation.answering.change("answerer", self.ids.taken, HrDeed.TAKE)
        await self.escalation.answering.answer("answerer", self.ids.answered, "Kl. 14.", token="answer-token")


TODAY: Final[date] = MONDAY
