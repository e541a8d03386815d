"""Pages as a browser takes them in: their links, their forms with what is filled in already, their complaints."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

Values = dict[str, str | list[str]]


@dataclass
class Form:
    """A form, with the values that sending it unchanged would send."""

    action: str
    method: str
    fields: Values = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        return all(name in self.fields for name in names)


@dataclass
class Page:
    """What a GET or POST led to. `url` is where it ended, after redirects."""

    url: str
    status: int
    title: str = ""
    token: str = ""  # for POSTs that no form makes
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def form(self, *names: str) -> Form:
        """The form that has these fields. Raises LookupError."""
        for form in self.forms:
            if form.has(*names):
                return form
        raise LookupError(f"No form with {', '.join(names)} on {self.url} ({self.title}). {self.trouble}")

    def link(self, part: str) -> str:
        """The first link whose address has `part` in it. Raises LookupError."""
        for link in self.links:
            if part in link:
                return link
        raise LookupError(f"No link with {part} on {self.url} ({self.title}). {self.trouble}")

    @property
    def trouble(self) -> str:
        """All complaints of the page, in one line."""
        return " · ".join(dict.fromkeys(self.complaints))


def read(html: str, *, url: str, status: int) -> Page:
    """The page of this HTML."""
    page = Page(url=url, status=status)
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    page.title = " ".join(page.title.split())
    return page


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.form: Form | None = None
        self.open: list[str] = []  # tags
        self.alert_depth = 0  # how many tags were open when the alert that we are in began
        self.text: list[str] = []  # of that alert
        self.textarea = self.select = ""  # the name of the one that we are in

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "meta" and given.get("name") == "csrf-token":
            self.page.token = given["content"]
        elif tag == "a" and "href" in given:
            self.page.links.append(urljoin(self.page.url, given["href"]))
        elif tag == "form":
            action = urljoin(self.page.url, given.get("action") or self.page.url)
            self.form = Form(action, given.get("method", "get").lower())
            self.page.forms.append(self.form)
        elif tag == "input":
            self._input(given)
        elif tag == "textarea" and self.form and "name" in given:
            self.textarea = given["name"]
            self.form.fields[self.textarea] = ""
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and self.select and self.form:
            self.form.fields.setdefault(self.select, given.get("value", ""))  # the first, unless another is selected
            if "selected" in given:
                self.form.fields[self.select] = given.get("value", "")
        if tag in VOID:
            return
        self.open.append(tag)
        is_alert = given.get("role") == "alert" and "hidden" not in given
        if not self.alert_depth and (is_alert or "field__errors" in given.get("class", "").split()):
            self.alert_depth = len(self.open)

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name")
        if self.form is None or not name or kind in ("submit", "button", "image"):
            return
        value = "" if kind == "file" else given.get("value", "on" if kind in ("checkbox", "radio") else "")
        known = self.form.fields.get(name)
        if kind in ("checkbox", "radio") and "checked" not in given:
            self.form.fields.setdefault(name, [])
        elif known is None or known == []:
            self.form.fields[name] = value
        else:
            self.form.fields[name] = [*(known if isinstance(known, list) else [known]), value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        if tag in self.open:
            while self.open.pop() != tag:  # what HTML lets be left open
                pass
        if self.alert_depth and len(self.open) < self.alert_depth:
            self.alert_depth = 0
            self.page.complaints.append(" ".join(" ".join(self.text).split()))
            self.text = []

    def handle_data(self, data: str) -> None:
        if "title" in self.open and "svg" not in self.open:
            self.page.title += data
        if self.textarea and self.form:
            self.form.fields[self.textarea] = str(self.form.fields[self.textarea]) + data
        if self.alert_depth:
            self.text.append(data)
