import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { everyWord, startI18n } from "@/i18n";

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

// Long lists draw what fits: so many pixels of rows.
const pixels = (name: string, height: number) => ({
  configurable: true,
  get(this: Element) {
    return this.classList.contains(name) ? height : 0;
  },
});
Object.defineProperty(Element.prototype, "clientHeight", pixels("long-rows", 400));
Object.defineProperty(HTMLElement.prototype, "offsetHeight", pixels("long-row", 46));

// A busy machine draws slowly; what a test waits for is a condition, not a time.
configure({ asyncUtilTimeout: 10_000 });

await startI18n("zh-CN");
await everyWord();
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
