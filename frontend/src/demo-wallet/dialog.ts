import type { TypedDataDefinition } from "viem";
import { stamp } from "../lib/dom.ts";
import type { Person } from "./accounts.ts";
import { RpcError } from "./node.ts";
import { decimal, fieldsOf } from "./reading.ts";
import type { Prepared } from "./transaction.ts";

/** What the wallet is asked to do. */
export type Ask =
  | { kind: "message"; person: Person; message: string }
  | { kind: "typed-data"; person: Person; typed: TypedDataDefinition }
  | { kind: "transaction"; person: Person; transaction: Prepared };

/** Asks who to be. Throws 4001 (EIP-1193) if the answer is nobody. */
export async function chooseAccount(people: Person[], current?: Person): Promise<Person> {
  const { dialog, answer } = open("connect");
  const list = dialog.querySelector("[data-people]") as HTMLElement;
  const template = dialog.querySelector("template") as HTMLTemplateElement;
  list.replaceChildren(
    ...people.map((person) => {
      const button = stamp<HTMLButtonElement>(template);
      button.value = person.address;
      button.dataset.demoWallet = `account:${person.address}`;
      button.ariaCurrent = String(person.address === current?.address);
      fill(button, { name: person.name, role: person.role, address: person.address });
      return button;
    }),
  );
  const address = await answer;
  const person = people.find((each) => each.address === address);
  if (!person) throw rejected();
  return person;
}

/** Shows what is asked, and returns on approval. Throws 4001 (EIP-1193) on a refusal. */
export async function approve(ask: Ask): Promise<void> {
  const { dialog, answer } = open(ask.kind);
  fill(dialog, { name: ask.person.name, address: ask.person.address });
  if (ask.kind === "message") fill(dialog, { message: ask.message });
  if (ask.kind === "typed-data") {
    fill(dialog, { type: String(ask.typed.primaryType), domain: String(ask.typed.domain?.name ?? "") });
    dialog.querySelector("[data-fields]")?.replaceChildren(...fieldsOf(ask.typed.message));
  }
  if (ask.kind === "transaction") {
    const { to, data, value, fee } = ask.transaction;
    const selector = data.length > 2 ? data.slice(0, 10) : "";
    fill(dialog, { to, selector, data, value: decimal(value, 18), fee: decimal(fee, 18) });
  }
  if ((await answer) !== "approve") throw rejected();
}

function rejected(): RpcError {
  return new RpcError(4001, "User rejected the request.");
}

/** Opens the dialog that the server rendered for `kind`. `answer`: value of the button that closed it; "" for Escape. */
function open(kind: string): { dialog: HTMLDialogElement; answer: Promise<string> } {
  const template = document.querySelector(
    `template[data-demo-wallet-dialog="${kind}"]`,
  ) as HTMLTemplateElement;
  const dialog = stamp<HTMLDialogElement>(template);
  document.body.append(dialog);
  const answer = new Promise<string>((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
  dialog.showModal();
  return { dialog, answer };
}

/** Puts each text where `data-fill` names it. Text only: what a page asks for is never markup. */
function fill(host: HTMLElement, texts: Record<string, string>) {
  for (const [name, text] of Object.entries(texts)) {
    for (const place of host.querySelectorAll(`[data-fill="${name}"]`)) place.textContent = text;
  }
}
