// Bundle the pages' scripts and styles into ../static/built, with their hash in the name, and
// write manifest.json, from which the templates learn the names (pumice.server.web.assets).
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../static/built");

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/site.ts", "src/theme.ts", "css/site.css", "css/admin.css"],
  bundle: true,
  minify: true,
  write: false,
  outdir: "out",
  entryNames: "[name]",
  format: "esm",
  target: ["es2022"],
  loader: { ".svg": "dataurl" },
  logLevel: "warning",
});
const outputs = result.outputFiles.map((file) => [basename(file.path), file.contents]);
outputs.push(["favicon.svg", await readFile(join(here, "icons/favicon.svg"))]);

await mkdir(target, { recursive: true });
const manifest = {};
for (const [name, contents] of outputs) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const [stem, extension] = name.split(".");
  manifest[name] = `${stem}.${hash}.${extension}`;
  await writeFile(join(target, manifest[name]), contents);
  // Sent as it is to browsers that take it.
  const squeezed = gzipSync(contents, { level: 9 });
  if (squeezed.length < contents.length) {
    await writeFile(join(target, `${manifest[name]}.gz`), squeezed);
  }
}
// The manifest appears whole, after the files that it names; files of earlier builds go last.
await writeFile(join(target, "manifest.new"), JSON.stringify(manifest, null, 2) + "\n");
await rename(join(target, "manifest.new"), join(target, "manifest.json"));
const kept = new Set([...Object.values(manifest), "manifest.json"]);
for (const name of await readdir(target)) {
  if (!kept.has(name.replace(/\.gz$/, ""))) await rm(join(target, name));
}
