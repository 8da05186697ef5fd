import type { Family } from "@/canvas/core/definition";

export const FONTS =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';

/** One colour for each family of nodes: the strip and icon of its card, and its palette entry. */
export const FAMILY: Record<Family, { ink: string; tint: string }> = {
  start: { ink: "var(--good)", tint: "var(--good-tint)" },
  time: { ink: "var(--warn)", tint: "var(--warn-tint)" },
  decide: { ink: "var(--violet)", tint: "var(--violet-tint)" },
  touch: { ink: "var(--sky)", tint: "var(--sky-tint)" },
  result: { ink: "var(--rose)", tint: "var(--rose-tint)" },
  end: { ink: "var(--slate)", tint: "var(--fill)" },
};
