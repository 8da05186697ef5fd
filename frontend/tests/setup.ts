import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { startI18n } from "@/i18n";

// jsdom draws nothing: what asks for sizes and media gets plain answers.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }) as unknown as MediaQueryList;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

// A busy machine draws slowly; what a test waits for is a condition, not a time.
configure({ asyncUtilTimeout: 10_000 });

await startI18n("zh-CN");
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
