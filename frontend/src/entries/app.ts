import "../styles/index.css";
import "htmx.org";
import "../islands/auto-save.ts";
import "../islands/char-count.ts";
import "../islands/confirm-post.ts";
import "../islands/copy-button.ts";
import "../islands/local-time.ts";
import "../islands/theme-toggle.ts";
import "../islands/toast-stack.ts";
import "../islands/trouble-notice.ts";
import { csrfToken } from "../lib/http.ts";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = (event as CustomEvent<{ ctx: { request: { headers: Record<string, string> } } }>).detail
    .ctx;
  request.headers["X-CSRFToken"] = csrfToken();
});

// A form that came back with errors: the summary is where reading goes on.
document.querySelector<HTMLElement>("[data-autofocus]")?.focus();
