/** What our server answered: the JSON body, whatever the status. */
export interface Answer<T> {
  ok: boolean;
  status: number;
  data: T;
}

/** Our server could not be reached, or did not answer in JSON. Nothing is known about what it did. */
export class Unreachable extends Error {}

/** Django's token, as base.html prints it: it changes at sign-in, so it is read anew each time. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** POSTs `body` as JSON to our own origin. Throws Unreachable. */
export function postJson<T>(url: string, body: unknown): Promise<Answer<T>> {
  return ask<T>(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(body),
  });
}

/** GETs JSON from our own origin. Throws Unreachable. */
export function getJson<T>(url: string): Promise<Answer<T>> {
  return ask<T>(url, { method: "GET", cache: "no-store" });
}

async function ask<T>(url: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(url, { credentials: "same-origin", ...init });
    return { ok: response.ok, status: response.status, data: (await response.json()) as T };
  } catch (cause) {
    throw new Unreachable(url, { cause });
  }
}
