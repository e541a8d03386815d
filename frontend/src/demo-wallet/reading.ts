/** `amount` / 10^`decimals` in full, without trailing zeros. */
export function decimal(amount: bigint, decimals: number): string {
  const digits = String(amount).padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return digits.slice(0, -decimals) + (fraction && `.${fraction}`);
}

/** Typed data as rows of `<dt>` and `<dd>`; what is nested is named by its path. */
export function fieldsOf(value: unknown, path = ""): HTMLElement[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, path ? `${path}.${name}` : name));
  }
  const row = document.createElement("div");
  const name = document.createElement("dt");
  const text = document.createElement("dd");
  name.textContent = path;
  text.textContent = String(value);
  row.append(name, text);
  return [row];
}
