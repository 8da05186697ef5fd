import type { Definition } from "../../core/definition";

export interface Variant {
  id: string;
  name: string;
  weight: number;
}

export interface AbConfig {
  variants?: Variant[];
  assign?: "profile" | "enrollment";
  control?: string;
}

export const definition: Definition<AbConfig> = {
  type: "ab",
  family: "decide",
  create: () => ({
    variants: [
      { id: "a", name: "A", weight: 50 },
      { id: "b", name: "B", weight: 50 },
    ],
    assign: "profile",
  }),
  outcomes: ({ variants = [] }) => variants.map(({ id, name, weight }) => ({ id, name: `${name || id} · ${weight}%` })),
  summary: ({ variants = [], control }, say) => {
    const named = variants.find((variant) => variant.id === control);
    return named
      ? say("node.ab.saysControl", { count: variants.length, control: named.name || named.id })
      : say("node.ab.says", { count: variants.length });
  },
};
