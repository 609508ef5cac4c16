// What travels: the module, its glue, and the package's JavaScript as a bundler leaves it, beside jose's.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliCompressSync, gzipSync, constants } from "node:zlib";
import path from "node:path";

const here = path.dirname(new URL(import.meta.url).pathname);
const wasm = path.join(here, "../../../pkg/wasm/countersign_validator_bg.wasm");
const JOSE = 'export { jwtVerify, createRemoteJWKSet, createLocalJWKSet } from "jose";';
const COUNTERSIGN = 'export { createValidator, TokenError } from "countersign";';

const weigh = (what, bytes) => ({
  what,
  raw: bytes.byteLength,
  gzip: gzipSync(bytes, { level: 9 }).byteLength,
  brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).byteLength,
});

async function bundled(esbuild, contents) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: path.join(here, "..") },
    outdir: "out",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "import"],
    external: ["node:*", "*.wasm"],
    logLevel: "error",
  });
  return outputFiles[0].contents;
}

/** esbuild stands with the runtimes, which bundle too. */
export async function sizes() {
  const esbuild = createRequire(path.join(here, "../../runtimes/package.json"))("esbuild");
  return [
    weigh("wasm module", readFileSync(wasm)),
    weigh("JavaScript around it, minified", await bundled(esbuild, COUNTERSIGN)),
    weigh("jose (jwtVerify and key sets), minified", await bundled(esbuild, JOSE)),
  ];
}
