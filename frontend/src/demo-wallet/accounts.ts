import type { PrivateKeyAccount } from "viem/accounts";
import { remember, remembered } from "../lib/store.ts";

/** Somebody of the local chain. The key is publicly known, which is why this exists nowhere else. */
export interface Person {
  name: string;
  role: string;
  address: string;
  privateKey: `0x${string}`;
}

let people: Promise<Person[]> | undefined;

/** Everybody on the local chain. */
export function everybody(): Promise<Person[]> {
  people ??= fetch("/dev/accounts").then((response) => response.json() as Promise<Person[]>);
  people.catch(() => {
    people = undefined; // the server may be restarting: ask again next time
  });
  return people;
}

/** The account that this site was last let see, or undefined. */
export async function chosen(): Promise<Person | undefined> {
  const address = remembered("demo-wallet");
  return (await everybody()).find((person) => person.address.toLowerCase() === address);
}

export function choose(person: Person): void {
  remember("demo-wallet", person.address.toLowerCase());
}

export function forget(): void {
  remember("demo-wallet", "");
}

/** What signs for `person`. viem comes only now: most pages are read, not signed. */
export async function signerOf(person: Person): Promise<PrivateKeyAccount> {
  const { privateKeyToAccount } = await import("viem/accounts");
  return privateKeyToAccount(person.privateKey);
}
