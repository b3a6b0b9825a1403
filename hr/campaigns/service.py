"""HR's reminders, as the bot, the worker and the command line use them."""

from __future__ import annotations

from collections.abc import Callable

from hr.campaigns.chores import Chores
from hr.campaigns.composing import Composing
from hr.campaigns.desk import Content, Desk
from hr.campaigns.filing import Filing
from hr.campaigns.progress import Progress
from hr.campaigns.receiving import Receiving
from hr.campaigns.sending import Sending
from hr.clock import Clock
from hr.ports import Directory, NewUnitOfWork
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar


class CampaignService:
    """The use cases by whose they are: `composing`, `filing`, `sending` and `progress` for HR, `receiving` for recipients, `chores` for the worker."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        content: Content,
        documents: Callable[[], frozenset[str]],
        window: SendWindow,
        calendar: Callable[[], WorkCalendar],
        clock: Clock,
        approval_size: int,
        retention_days: int,
    ) -> None:
        """`documents` are the ids of the documents that a campaign can cite; above `approval_size` recipients somebody else must approve."""
        desk = Desk(
            new_unit=new_unit,
            directory=directory,
            content=content,
            documents=documents,
            window=window,
            calendar=calendar,
            clock=clock,
            approval_size=approval_size,
        )
        self.approval_size = approval_size
        self.composing = Composing(desk)
        self.filing = Filing(desk, self.composing)
        self.sending = Sending(desk)
        self.progress = Progress(desk)
        self.receiving = Receiving(desk)
        self.chores = Chores(desk, retention_days=retention_days)
