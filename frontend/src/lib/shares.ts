/** Shares of a work. A percentage with four decimals is a whole number of them: nothing here is ever a float. */
export const SHARES = 1_000_000;

const PERCENT = /^(\d{1,3})(?:[.,](\d{1,4}))?$/;

/** Shares for a percentage as typed ("12.5"), or null if it is none. */
export function sharesOf(percent: string): number | null {
  const match = PERCENT.exec(percent.trim().replace(/\s*%$/, ""));
  if (!match) return null;
  return Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0"));
}

/** A percentage for shares: 125000 is "12.5%". */
export function percentOf(shares: number): string {
  const fraction = String(shares % 10_000)
    .padStart(4, "0")
    .replace(/0+$/, "");
  return `${Math.trunc(shares / 10_000)}${fraction && `.${fraction}`}%`;
}
