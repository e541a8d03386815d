/** What this browser remembers. Storage may be switched off: then it forgets, and nothing else happens. */
export function remembered(key: string): string {
  try {
    return localStorage.getItem(`mintmark:${key}`) ?? "";
  } catch {
    return "";
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`mintmark:${key}`, value);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
