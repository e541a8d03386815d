/** Where an upload ended: another page, this page with its reasons, or a problem by its code. */
export type Outcome =
  | { kind: "next"; url: string }
  | { kind: "page"; html: string }
  | { kind: "problem"; problem: "offline" | "failed" | "cancelled" | "too-large" };

/** Sends `form` as the browser would, by XMLHttpRequest: fetch cannot tell how much is out (0…1 to `onProgress`). */
export function send(
  form: HTMLFormElement,
  signal: AbortSignal,
  onProgress: (part: number) => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    const problem = (problem: "offline" | "failed" | "cancelled" | "too-large") =>
      resolve({ kind: "problem", problem });
    call.open("POST", form.action);
    call.setRequestHeader("Accept", "application/json, text/html");
    call.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    call.upload.onload = () => onProgress(1);
    call.onerror = () => problem("offline");
    call.onabort = () => problem("cancelled");
    call.onload = () => {
      if (call.status === 413) return problem("too-large"); // a proxy's limit, below ours
      if (call.status >= 500 || call.status === 0) return problem("failed");
      const isJson = call.getResponseHeader("Content-Type")?.includes("json");
      const next = isJson ? nextIn(call.responseText) : "";
      if (next) return resolve({ kind: "next", url: next });
      // A redirect was followed already: its page is the next one.
      if (call.status < 300 && !isJson) return resolve({ kind: "next", url: call.responseURL });
      resolve({ kind: "page", html: isJson ? "" : call.responseText });
    };
    signal.addEventListener("abort", () => call.abort());
    call.send(new FormData(form));
  });
}

function nextIn(json: string): string {
  try {
    return String((JSON.parse(json) as { next?: string }).next ?? "");
  } catch {
    return "";
  }
}
