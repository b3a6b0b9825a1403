"""What the HTTP side is built on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from adaptive_cards.texts import Catalogue, load_catalogue
from bot.handlers.absence.desk import Passages
from bot.handlers.ask import Answerer
from bot.readiness import Probe
from bot.seal import Seal
from bot.understanding.nearest import Nearest
from hr.absence.service import AbsenceService
from hr.campaigns.service import CampaignService
from hr.clock import Clock, SystemClock
from hr.contacts.content import LiveContacts
from hr.dialogues.service import DialogueService
from hr.escalation.service import EscalationService
from hr.insight.service import InsightService
from hr.my_data.service import MyDataService
from hr.onboarding.service import OnboardingService
from hr.ports import Directory, NewUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the HTTP side is built on. `probes` are asked by /readyz; each raises nothing and says whether its part works.

    `signs` are told there too, but the bot is ready without them. `directory_age` tells for how many seconds the people have not been
    read, None when they never were.

    Without `absence` and `passages` there is no follow-up on absence: such messages are answered as questions.
    Without `escalation` and `drafts`, the folder of draft documents, no question goes on to HR.
    Without `nearest`, the rules alone say what a message about it means.
    """

    answerer: Answerer
    new_unit: NewUnitOfWork
    directory: Directory
    absence: AbsenceService | None = None
    passages: Passages | None = None
    nearest: Nearest | None = None
    contacts: LiveContacts | None = None
    dialogues: DialogueService | None = None
    onboarding: OnboardingService | None = None
    escalation: EscalationService | None = None
    drafts: Path | None = None
    campaigns: CampaignService | None = None
    my_data: MyDataService | None = None
    insight: InsightService | None = None
    clock: Clock = field(default_factory=SystemClock)
    seal: Seal = field(default_factory=Seal.of_one_process)
    catalogue: Catalogue = field(default_factory=load_catalogue)
    probes: Mapping[str, Probe] = field(default_factory=lambda: MappingProxyType({}))
    directory_age: Callable[[], float | None] = lambda: None
    signs: Mapping[str, Probe] = field(default_factory=lambda: MappingProxyType({}))
