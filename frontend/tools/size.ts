/** Fails where a page would load more than its budget. Sizes are gzip, as a server sends them. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

interface Entry {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
}

const dist = resolve(import.meta.dirname, "../dist");
const manifest: Record<string, Entry> = JSON.parse(readFileSync(resolve(dist, "manifest.json"), "utf8"));

/** What the entries load, each file once; with `lazy`, all that they may load later too. */
function files(entries: string[], lazy: boolean): Set<string> {
  const found = new Set<string>();
  const waiting = entries.map((name) => `src/entries/${name}.ts`);
  for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
    const entry = manifest[key];
    if (!entry) throw new Error(`${key} is not in the manifest: build first.`);
    if (found.has(entry.file)) continue;
    found.add(entry.file);
    for (const style of entry.css ?? []) found.add(style);
    waiting.push(...(entry.imports ?? []), ...(lazy ? (entry.dynamicImports ?? []) : []));
  }
  return found;
}

function weight(found: Iterable<string>, ending: string): number {
  const sizes = [...found]
    .filter((file) => file.endsWith(ending))
    .map((file) => gzipSync(readFileSync(resolve(dist, file))).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

const everywhere = ["app"];
const signing = ["app", "sign", "upload"];
const fonts = Object.values(manifest)
  .map((entry) => entry.file)
  .filter((file) => /latin-wght/.test(file));
const fontBytes = fonts.reduce((sum, file) => sum + readFileSync(resolve(dist, file)).length, 0);

const goals: [string, number, number][] = [
  ["JavaScript, ordinary page", weight(files(everywhere, true), ".js"), 30_000],
  ["JavaScript, signing page", weight(files(signing, true), ".js"), 80_000],
  ["CSS", weight(files(everywhere, true), ".css"), 25_000],
  ["fonts of a Latin page", fontBytes, 70_000],
];
for (const [what, size, most] of goals) {
  process.stdout.write(`${size <= most ? "ok  " : "OVER"} ${what}: ${size} of ${most} bytes\n`);
}
process.exitCode = goals.every(([, size, most]) => size <= most) ? 0 : 1;
