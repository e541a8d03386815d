import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "../src/islands/file-drop.ts";
import { show } from "./page.ts";

/** Stands for the network: the test plays the server. */
class FakeCall {
  static latest: FakeCall;
  upload: { onprogress?: (event: unknown) => void; onload?: () => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = "";
  responseURL = "";
  type = "text/html";
  sent: FormData | undefined;

  constructor() {
    FakeCall.latest = this;
  }
  open() {}
  setRequestHeader() {}
  getResponseHeader() {
    return this.type;
  }
  send(body: FormData) {
    this.sent = body;
  }
  abort() {
    this.onabort?.();
  }
  answer(status: number, text: string, type = "text/html", url = "") {
    Object.assign(this, { status, responseText: text, type, responseURL: url });
    this.onload?.();
  }
}

const find = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector) as E;
const errors = () => find("[data-errors]").textContent?.trim();

beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", FakeCall);
  vi.stubGlobal("location", { assign: vi.fn() });
  const codes = ["too-large", "type", "offline", "failed", "cancelled"];
  show(`<file-drop data-max-bytes="10" data-accept="image/png, image/jpeg"><form action="/create/">
    <span hidden data-drop></span><input type="file" name="file">
    <p data-chosen hidden><span data-name></span><span data-size></span></p><div data-errors></div>
    <div hidden data-progress><progress max="100"></progress><span data-when="sending"><i data-percent></i></span>
      <span data-when="checking" hidden></span><button type="button" data-cancel></button></div>
    ${codes.map((code) => `<template data-error="${code}"><p>${code}</p></template>`).join("")}
  </form></file-drop>`);
});

afterEach(() => vi.unstubAllGlobals());

function choose(type: string, size: number) {
  const file = new File(["x".repeat(size)], "coffee.png", { type });
  Object.defineProperty(find("input"), "files", { value: [file], configurable: true });
  find("input").dispatchEvent(new Event("change", { bubbles: true }));
}

function send(): FakeCall {
  find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  return FakeCall.latest;
}

describe("<file-drop>", () => {
  it.each([
    ["image/png", 11, "too-large"],
    ["image/svg+xml", 5, "type"],
    ["image/png", 10, ""],
    ["", 5, ""], // the browser does not know the kind: the server will
  ])("looks at a chosen file of type %j and %d bytes: %j", (type, size, problem) => {
    choose(type, size);
    expect(errors()).toBe(problem);
  });

  it("does not send what cannot be taken", () => {
    const before = FakeCall.latest;
    choose("image/svg+xml", 5);
    expect(send()).toBe(before);
  });

  it("shows how much is out, then that the server is looking at it", () => {
    choose("image/png", 5);
    const call = send();
    call.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 3 });
    expect(find("[data-percent]").textContent).toBe("33%");
    expect(find("[data-progress]").hidden).toBe(false);
    call.upload.onload?.();
    expect(find('[data-when="checking"]').hidden).toBe(false);
    expect(find("progress").hasAttribute("value")).toBe(false);
  });

  it("goes to the next page, named or redirected to", async () => {
    choose("image/png", 5);
    send().answer(200, '{"next": "/create/1/describe/"}', "application/json");
    await vi.waitFor(() => expect(location.assign).toHaveBeenCalledWith("/create/1/describe/"));
    send().answer(200, "<html></html>", "text/html", "/create/2/describe/");
    await vi.waitFor(() => expect(location.assign).toHaveBeenCalledWith("/create/2/describe/"));
  });

  it("shows the server's reasons for not taking it, and can send another", async () => {
    choose("image/png", 5);
    send().answer(
      422,
      "<html><body><div data-errors><p>This is a drawing of a picture.</p></div></body></html>",
    );
    await vi.waitFor(() => expect(errors()).toBe("This is a drawing of a picture."));
    expect(find("[data-progress]").hidden).toBe(true);
    const first = FakeCall.latest;
    expect(send()).not.toBe(first);
  });

  it.each([
    ["offline", (call: FakeCall) => call.onerror?.()],
    ["too-large", (call: FakeCall) => call.answer(413, "")],
    ["failed", (call: FakeCall) => call.answer(502, "<html></html>")],
    ["failed", (call: FakeCall) => call.answer(403, "<html>no reasons here</html>")],
    ["cancelled", () => find("[data-cancel]").click()],
  ])("says %j when the upload ends so", async (problem, end) => {
    choose("image/png", 5);
    end(send());
    await vi.waitFor(() => expect(errors()).toBe(problem));
  });
});
