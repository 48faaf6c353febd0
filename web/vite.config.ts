// How the page is built: hashed files under assets/, nothing inlined (the service's content security policy
// allows neither inline scripts nor inline styles), the methodology as a part that is loaded when asked for.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { methodology } from "./tools/methodology.mjs";

// The service that `npm run dev` shows; LOCKSTEP_URL=http://127.0.0.1:PORT says another.
const service = process.env.LOCKSTEP_URL ?? "http://127.0.0.1:8087";

export default defineConfig({
  plugins: [methodology(fileURLToPath(new URL("../docs/methodology.md", import.meta.url)))],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2020",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { proxy: { "/ws": { target: service, ws: true }, "/api": service, "/v1": service } },
  test: { include: ["src/**/*.test.ts"] },
});
