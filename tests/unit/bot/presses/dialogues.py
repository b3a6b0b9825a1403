"""The buttons of a TRIO's dialogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from adaptive_cards.dialogues import actions as d
from hr.policy import Actor, Operation
from tests.unit.bot.everybody import OTHER_CHAT, TRIO, Ids
from tests.unit.bot.presses.press import TOKEN, Press, simple


def _in_trio(name: str, operation: Operation, make: Callable[[Ids, str], Any], **more: Any) -> list[Press]:
    """In the chat of the dialogue, and in another one, where nobody is in its TRIO."""
    foreign = frozenset({Actor.TRIO})
    return [
        simple(name, operation, make, chat=TRIO, kind="groupChat", **more),
        simple(f"{name} elsewhere", operation, make, chat=OTHER_CHAT, kind="groupChat", lacks=foreign, **more),
    ]


PRESSES: Final[dict[type, list[Press]]] = {
    d.OpenPalette: [
        simple(
            "palette", Operation.OPEN_DIALOGUES, lambda _, __: d.OpenPalette(), chat=TRIO, kind="groupChat", quiet=True
        )
    ],
    d.BeginDialogue: [
        simple(
            "begin",
            Operation.OPEN_DIALOGUES,
            lambda _, __: d.BeginDialogue(token=TOKEN, themes="forebyggelse"),
            chat=TRIO,
            kind="groupChat",
        )
    ],
    d.OpenTheme: _in_trio(
        "theme", Operation.SEE_DIALOGUE, lambda ids, _: d.OpenTheme(dialogue_id=ids.dialogue), quiet=True
    ),
    d.OpenAgreement: [
        press
        for view in ("show", "edit", "delete")
        for press in _in_trio(
            f"agreement {view}",
            Operation.SEE_DIALOGUE,
            lambda ids, _, view=view: d.OpenAgreement(dialogue_id=ids.dialogue, view=view),  # type: ignore[misc]
            quiet=True,
        )
    ],
    d.Agree: _in_trio(
        "agree",
        Operation.AGREE,
        lambda ids, _: d.Agree(token=TOKEN, dialogue_id=ids.dialogue, first="Vi taler", follow_up="2026-04-07"),
    ),
    d.TryAgain: _in_trio(
        "again",
        Operation.TRY_AGAIN,
        lambda ids, _: d.TryAgain(
            token=TOKEN, dialogue_id=ids.dialogue, generation=ids.generation, follow_up="2026-04-07"
        ),
    ),
    d.CloseDialogue: _in_trio(
        "close",
        Operation.CLOSE_DIALOGUE,
        lambda ids, _: d.CloseDialogue(token=TOKEN, dialogue_id=ids.dialogue, generation=ids.generation, done=True),
    ),
    d.DeleteDialogue: _in_trio(
        "delete", Operation.DELETE_DIALOGUE, lambda ids, _: d.DeleteDialogue(dialogue_id=ids.dialogue)
    ),
}
"""By the class of the button."""
