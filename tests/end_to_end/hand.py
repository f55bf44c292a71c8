"""A person at the desk: does what is to be done with a mouse and keys, and counts both, and the pages that load."""

from playwright.sync_api import Locator, Page, expect


class Hand:
    """Counts presses of the mouse, keys beside the officer's own text, and pages that load."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys, self.loads = page, 0, 0, 0
        page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def choose(self, name: str) -> None:
        """A radio button or a check box by its label."""
        self.click(self.page.get_by_label(name, exact=True).first)

    def type(self, text: str) -> None:
        """Types where the cursor is."""
        self.keys += len(text)
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """A text of the officer's own, where the cursor is: its length is not ours to shorten."""
        self.page.keyboard.insert_text(text)

    def take(self, letters: str) -> None:
        """Types some letters into a list and takes the first word that it offers."""
        self.type(letters)
        self.page.locator(".ts-dropdown:visible .option.active").wait_for()
        self.press("Enter")

    def place(self, letters: str, first: str) -> None:
        """Types some letters of a place and takes the first that is offered once it is the right one."""
        self.type(letters)
        expect(self.page.locator(".combobox-option:visible").first).to_contain_text(first)
        self.press("ArrowDown", "Enter")

    def to(self, button: str) -> None:
        """Presses a button or follows a link, and waits for the page."""
        pattern = self.page.locator("main").get_by_role("button", name=button)
        found = pattern if pattern.count() else self.page.get_by_role("link", name=button)
        with self.page.expect_navigation():
            self.click(found.first)
        # A key pressed before the cursor is where the page puts it would be nobody's.
        self.page.wait_for_function(
            "() => location.hash || !document.querySelector('main [autofocus]') || document.activeElement !== document.body"
        )

    @property
    def counted(self) -> dict[str, int]:
        return {"clicks": self.clicks, "keys": self.keys, "loads": self.loads}
