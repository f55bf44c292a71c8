"""A person at the keyboard and mouse: works through pages and counts clicks, keys and page loads."""

from playwright.sync_api import Locator, Page, expect


class Hand:
    """Counts clicks, keys other than the officer's own text, and page loads."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys, self.loads = page, 0, 0, 0
        page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def choose(self, name: str) -> None:
        """Select a radio button or a check box by its label."""
        self.click(self.page.get_by_label(name, exact=True).first)

    def type(self, text: str) -> None:
        """Type at the cursor."""
        self.keys += len(text)
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Write the officer's own text at the cursor. Its length is not counted."""
        self.page.keyboard.insert_text(text)

    def take(self, letters: str) -> None:
        """Type some letters into a list and take the first suggestion."""
        self.type(letters)
        self.page.locator(".ts-dropdown:visible .option.active").wait_for()
        self.press("Enter")

    def place(self, letters: str, first: str) -> None:
        """Type some letters of a place and take the first suggestion once it is the expected one."""
        self.type(letters)
        expect(self.page.locator(".combobox-option:visible").first).to_contain_text(first)
        self.press("ArrowDown", "Enter")

    def to(self, button: str) -> None:
        """Press a button or follow a link, and wait for the page."""
        pattern = self.page.locator("main").get_by_role("button", name=button)
        found = pattern if pattern.count() else self.page.get_by_role("link", name=button)
        with self.page.expect_navigation():
            self.click(found.first)
        # A key pressed before the page has set the focus would be lost.
        self.page.wait_for_function(
            "() => location.hash || !document.querySelector('main [autofocus]') || document.activeElement !== document.body"
        )

    @property
    def counted(self) -> dict[str, int]:
        return {"clicks": self.clicks, "keys": self.keys, "loads": self.loads}
