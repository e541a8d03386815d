import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = dirname(fileURLToPath(import.meta.url));
const packages = createRequire(import.meta.url);

/** Emits `source` under a hashed name; the manifest knows it by its path. */
function assets(files: Record<string, () => string | Uint8Array>): Plugin {
  return {
    name: "mintmark:assets",
    apply: "build",
    buildStart() {
      for (const [originalFileName, read] of Object.entries(files)) {
        const name = originalFileName.split("/").at(-1) as string;
        this.emitFile({ type: "asset", name, originalFileName, source: read() });
      }
    },
  };
}

/** The Lucide icons named in `src/icons/used.json` as one file of symbols. */
function sprite(): string {
  const names: string[] = JSON.parse(readFileSync(resolve(here, "src/icons/used.json"), "utf8"));
  const symbols = names.map((name) => {
    const svg = readFileSync(packages.resolve(`lucide-static/icons/${name}.svg`), "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  const licence = "<!-- Lucide, ISC licence, https://lucide.dev/license -->";
  return `<svg xmlns="http://www.w3.org/2000/svg">${licence}${symbols.join("")}</svg>`;
}

function copied(...files: string[]) {
  return Object.fromEntries(files.map((file) => [file, () => readFileSync(resolve(here, file), "utf8")]));
}

const entries = ["app", "sign", "upload", "demo-wallet"];

export default defineConfig({
  root: here,
  base: "/static/",
  publicDir: false,
  cacheDir: resolve(here, "../node_modules/.vite"),
  plugins: [
    assets({
      "src/icons/sprite.svg": sprite,
      ...copied("src/icons/favicon.svg"),
      ...copied("src/styleguide/wide.svg", "src/styleguide/tall.svg", "src/styleguide/square.svg"),
    }),
  ],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0, // the Content-Security-Policy takes fonts from files only
    modulePreload: { polyfill: false },
    // What light-dark(), popover and command buttons need anyway: nothing is rewritten for older browsers.
    target: ["chrome125", "firefox128", "safari17.5"],
    rolldownOptions: { input: entries.map((name) => resolve(here, `src/entries/${name}.ts`)) },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
