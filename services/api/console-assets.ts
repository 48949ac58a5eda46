/**
 * The console's files for the browser. In: services/console and three files of node_modules; out: a fixed table of
 * paths with type, bytes and ETag. TypeScript loses its types here, once; there is no build step and no other path.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Asset {
  readonly type: string;
  readonly body: string;
  readonly etag: string;
}

export interface ConsoleAssets {
  /** By path: `/`, `/console/...`, `/vendor/...`. */
  readonly files: ReadonlyMap<string, Asset>;
  /** Content-Security-Policy of the page: nothing inline but the import map, by its hash. */
  readonly policy: string;
}

const FOLDER = fileURLToPath(new URL("../console", import.meta.url));
const PAGE = "index.html";

const types: Record<string, string> = {
  ".ts": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** @throws when a file of the console is missing or its types cannot be stripped: a fault of ours, seen at start. */
export async function loadConsoleAssets(folder = FOLDER): Promise<ConsoleAssets> {
  const page = await readFile(join(folder, PAGE), "utf8");
  const files = new Map<string, Asset>([["/", asset("text/html; charset=utf-8", page)]]);
  const names = await readdir(folder, { recursive: true });
  for (const name of names) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const text = await readFile(join(folder, name), "utf8");
    const body = name.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
    files.set(`/console/${name.replaceAll("\\", "/")}`, asset(type, body));
  }
  for (const [path, file] of vendorFiles()) {
    // source maps are not served
    const text = (await readFile(file, "utf8")).replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
    files.set(path, asset(types[".ts"] ?? "", text));
  }
  return { files, policy: policyOf(page) };
}

/** Exactly what the import map names. */
function vendorFiles(): [string, string][] {
  const require = createRequire(import.meta.url);
  return [
    ["/vendor/preact.js", require.resolve("preact")],
    ["/vendor/preact-hooks.js", require.resolve("preact/hooks")],
    ["/vendor/htm.js", join(dirname(require.resolve("htm")), "htm.mjs")],
  ];
}

function asset(type: string, body: string): Asset {
  return { type, body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}

const IMPORT_MAP = /<script type="importmap">([\s\S]*?)<\/script>/;

function policyOf(page: string): string {
  const map = IMPORT_MAP.exec(page)?.[1];
  if (map === undefined) throw new Error(`${PAGE} has no import map`);
  const hash = createHash("sha256").update(map).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
