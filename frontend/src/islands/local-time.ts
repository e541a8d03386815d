const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const MONTH = 30 * 86_400; // seconds; older moments are told by their date

/** `<local-time data-style="…">`: the reader's own zone and language for a time that the server wrote in UTC. */
class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    if (!time) return;
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    time.title = time.title || time.textContent?.trim() || "";
    time.textContent = inWords(
      moment,
      this.dataset.style ?? "datetime",
      document.documentElement.lang || "en",
    );
  }
}

/** `moment` in the reader's zone. `style`: `date`, `datetime`, or `relative` to `now` if that is near. */
export function inWords(moment: Date, style: string, language: string, now = Date.now()): string {
  const seconds = Math.round((moment.getTime() - now) / 1000);
  if (style === "relative" && Math.abs(seconds) < MONTH) {
    const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    return format.format(Math.trunc(seconds / size), unit as Intl.RelativeTimeFormatUnit);
  }
  const withTime = style === "datetime" ? ({ timeStyle: "short" } as const) : {};
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", ...withTime }).format(moment);
}

customElements.define("local-time", LocalTime);
