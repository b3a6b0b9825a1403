"""The local Teams client as a person uses it: open, read, write, press. Waits for what is to be seen, never for a time to pass."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

# One string for each bubble of the bot, with a citation chip written as it stood in the message, "[1]".
_READ = """() => [...document.querySelectorAll(".fai-OutputCard")].map((bubble) => {
  const copy = bubble.cloneNode(true);
  for (const chip of copy.querySelectorAll("a[role=button]")) chip.textContent = `[${chip.textContent}]`;
  for (const block of copy.querySelectorAll("p, li, div, br, h1, h2, h3")) block.append("\\n");
  return copy.textContent.replace(/[ \\t]+/g, " ").replace(/ ?\\n\\s*/g, "\\n").trim();
})"""
_FOUND = f"([from, words]) => ({_READ})().slice(from).some((text) => text.includes(words))"
_BUBBLE_OF = (
    """(button) => [...document.querySelectorAll(".fai-OutputCard")].findIndex((bubble) => bubble.contains(button))"""
)

NARROW = 400
WIDE = 1280


class TeamsClient:
    """One browser page with the client in it."""

    def __init__(self, page: Page, *, screenshots: Path) -> None:
        """`screenshots` is the folder that `screenshot` writes to."""
        self._page = page
        self._screenshots = screenshots
        self._seen = 0

    def open(self, url: str) -> None:
        """Load the page, which installs the bot for the current person, and wait until one can write."""
        self._page.goto(url)
        self._seen = 0
        expect(self._compose).to_be_visible()
        hide_log = self._page.get_by_title("Hide log panel")
        expect(hide_log).to_be_visible()
        hide_log.click()

    def replies(self) -> list[str]:
        """All messages of the bot so far, oldest first; citation chips as `[1]`."""
        texts: list[str] = self._page.evaluate(_READ)
        return texts

    def last_reply(self) -> str:
        """The newest message of the bot."""
        return self.replies()[-1]

    def say(self, text: str) -> None:
        """Write and send. `wait_for_reply` looks only at what comes after this."""
        self._seen = len(self.replies())
        self._compose.fill(text)
        self._compose.press("Enter")
        expect(self._page.locator("body")).to_contain_text(text[:80])

    def wait_for_reply(self, containing: str, *, seconds: float = 20) -> str:
        """The first new message of the bot that contains these words."""
        try:
            self._page.wait_for_function(_FOUND, arg=[self._seen, containing], timeout=seconds * 1000)
        except PlaywrightTimeout as fault:
            self.screenshot("failed")
            said = "\n---\n".join(self.replies()[self._seen :])
            raise AssertionError(
                f"no reply with {containing!r} within {seconds} s; since then was said:\n{said}"
            ) from fault
        return next(text for text in self.replies()[self._seen :] if containing in text)

    def mark(self) -> None:
        """`wait_for_reply` looks only at what comes after this."""
        self._seen = len(self.replies())

    def mark_from_start(self) -> None:
        """`wait_for_reply` looks at the whole chat: an old card may have changed."""
        self._seen = 0

    def ask(self, text: str, *, containing: str = "", seconds: float = 20) -> str:
        """Write, and wait for the answer."""
        self.say(text)
        return self.wait_for_reply(containing, seconds=seconds)

    def suggestions(self) -> list[str]:
        """The titles of the suggested actions under the last message, once there are any."""
        expect(self._suggested.first).to_be_visible()
        return [title.strip() for title in self._suggested.all_inner_texts()]

    def press(self, title: str) -> None:
        """Press a suggested action, or the newest card's button of this title, whose answer may take the card's place."""
        suggested = self._suggested.filter(has_text=title)
        button = self._page.locator(".ac-adaptiveCard").get_by_role("button", name=title, exact=True)
        expect(suggested.or_(button).last).to_be_visible()
        on_card = suggested.count() == 0
        self._seen = button.last.evaluate(_BUBBLE_OF) if on_card else len(self.replies())
        (button if on_card else suggested).last.click()

    def thumbs_up(self, why: str = "") -> None:
        """Like the last answer, with words or without."""
        self._rate("Like", why)

    def thumbs_down(self, why: str = "") -> None:
        """Dislike the last answer, with words or without."""
        self._rate("Dislike", why)

    def choose(self, choice: str, *, field: str = "") -> None:
        """Pick a choice of the newest card: a radio button, or an entry of a drop-down list, the last one unless its label is given."""
        card = self._page.locator(".ac-adaptiveCard").last
        radio = card.get_by_role("radio", name=choice, exact=True)
        box = card.get_by_role("combobox", name=field)
        expect(radio.or_(box).last).to_be_attached()
        if radio.count():
            radio.check()
            return
        box.last.click()
        self._page.get_by_role("option", name=choice, exact=True).click()

    def tick(self, choice: str) -> None:
        """Tick the newest card's first box whose words hold these: the client puts the field's label before them."""
        self._page.locator(".ac-adaptiveCard").last.get_by_role("checkbox", name=choice).first.check()

    def write(self, label: str, text: str) -> None:
        """Fill a text field of the newest card."""
        self._page.locator(".ac-adaptiveCard").last.get_by_label(label).fill(text)

    def citation(self, position: int) -> str:
        """What the chip `[position]` of the last answer shows: the document's name and an excerpt."""
        chip = self._page.locator(".fai-OutputCard a[role=button]").get_by_text(str(position), exact=True).last
        chip.hover()
        surface = self._page.locator(".fui-PopoverSurface").last
        expect(surface).to_be_visible()
        return surface.inner_text()

    def narrow(self) -> None:
        """Make the window as wide as a telephone, and wait until the list of chats has moved out of the way."""
        self._page.set_viewport_size({"width": NARROW, "height": 800})
        expect(self._page.get_by_text("Personal and Group Chat")).not_to_be_in_viewport()

    def screenshot(self, name: str) -> Path:
        """Keep a picture of the window as `name`.png."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        path = self._screenshots / f"{name}.png"
        self._page.screenshot(path=path)
        return path

    @property
    def _compose(self) -> Locator:
        return self._page.locator("[data-lexical-editor=true]").first

    @property
    def _suggested(self) -> Locator:
        # The client gives these buttons neither a role nor a label; no other button of the page lacks a type.
        return self._page.locator("button:not([type])")

    def _rate(self, thumb: str, why: str) -> None:
        self._seen = len(self.replies())
        self._page.get_by_role("button", name=thumb, exact=True).last.click()
        dialog = self._page.get_by_role("dialog")
        if why:
            dialog.get_by_role("textbox").fill(why)
        dialog.get_by_role("button", name="Submit").click()
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()
