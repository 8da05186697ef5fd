import type { Family } from "@/canvas/core/definition";

export const FONTS =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';

export const INK = {
  brand: "#3451d1",
  text: "#1c2434",
  soft: "#5b6475",
  paper: "#f4f6fa",
  good: "#0b8a5f",
  warn: "#b86e00",
  bad: "#cf3341",
} as const;

/** One colour for each family of nodes: the strip and icon of its card, and its palette entry. */
export const FAMILY: Record<Family, { ink: string; tint: string }> = {
  start: { ink: "#0b8a5f", tint: "#e3f6ee" },
  time: { ink: "#b86e00", tint: "#fdf1dc" },
  decide: { ink: "#6d3fd1", tint: "#efe9fc" },
  touch: { ink: "#1668c5", tint: "#e2effc" },
  result: { ink: "#c2255c", tint: "#fce8f0" },
  end: { ink: "#596273", tint: "#eceff4" },
};
