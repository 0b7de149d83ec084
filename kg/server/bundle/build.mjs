// Bundles CodeMirror from the versions of package-lock.json: npm ci --ignore-scripts && node build.mjs [FOLDER]
// Writes codemirror.js, codemirror.LICENSE.txt and manifest.json; the same versions give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "assets", "vendor");
mkdirSync(out, { recursive: true });

const built = await build({
  absWorkingDir: here,
  entryPoints: ["codemirror.mjs"],
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  target: "es2022",
  write: false,
});
const names = [...new Set(Object.keys(built.metafile.inputs).map(packageOf).filter(Boolean))].sort();
const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8")).packages;
const packages = names.map((name) => {
  const { version, license, integrity } = lock[`node_modules/${name}`];
  return { name, version, license, integrity };
});
const licences = names.map((name) => `${name}\n\n${readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim()}\n`);
const files = {
  "codemirror.js": built.outputFiles[0].text,
  "codemirror.LICENSE.txt": licences.join(`\n${"-".repeat(80)}\n\n`),
};
const manifest = {
  files: Object.entries(files).map(([name, text]) => ({ name, sha256: createHash("sha256").update(text).digest("hex") })),
  builder: { name: "esbuild", version: lock["node_modules/esbuild"].version },
  packages,
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);

/** The package of a bundled file, `@codemirror/view` of `node_modules/@codemirror/view/dist/index.js`. */
function packageOf(file) {
  return file.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
}
