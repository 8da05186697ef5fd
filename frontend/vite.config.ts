import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { firstLoad } from "./vite-first-load.ts";
import { gzipped } from "./vite-gzip.ts";

const backend = process.env.ZHITU_BACKEND ?? "http://127.0.0.1:8000";

export default defineConfig(async ({ command, mode }) => {
  const fake = mode === "fake" ? [(await import("./fake/plugin.ts")).fakeBackend()] : [];
  return {
    // Django serves the page at "/" and every asset under "/static/"; the dev server serves both at "/".
    base: command === "build" ? "/static/" : "/",
    plugins: [react(), firstLoad(), gzipped(), ...fake],
    resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
    build: {
      target: "es2022",
      chunkSizeWarningLimit: 1600,
      reportCompressedSize: false,
      rolldownOptions: {
        // What nearly every page uses is one script: many small ones cost half a kilobyte of heads each, and squeeze worse.
        output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 35 }] } },
      },
    },
    server: {
      port: 5173,
      // With the browser's own Host: a write whose Origin is another one is refused as forged.
      proxy:
        mode === "fake"
          ? undefined
          : {
              "/api": { target: backend, changeOrigin: false },
              "^/l/": { target: backend, changeOrigin: false },
              "/ws": { target: backend.replace("http", "ws"), ws: true, changeOrigin: false },
            },
    },
    test: {
      environment: "jsdom",
      setupFiles: ["./tests/setup.ts"],
      include: ["tests/**/*.test.{ts,tsx}"],
      css: false,
      testTimeout: 30_000,
      // One module graph for all files of a worker: loading the component library anew for each took most of the time.
      isolate: false,
      pool: "threads",
    },
  };
});
