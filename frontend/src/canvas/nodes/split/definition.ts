import type { Definition } from "../../core/definition";
import { newRule, type Rule } from "../../core/rules";
import { ruleText } from "../../core/sentences";

export interface Branch {
  id: string;
  name: string;
  rule: Rule;
}

export interface SplitConfig {
  branches?: Branch[];
}

export const definition: Definition<SplitConfig> = {
  type: "split",
  family: "decide",
  create: () => ({ branches: [{ id: "b1", name: "", rule: newRule("attribute") }] }),
  outcomes: ({ branches = [] }) => [...branches.map(({ id, name }) => ({ id, name: name || id })), { id: "else" }],
  summary: ({ branches = [] }, say, { segment }) => {
    const [only] = branches;
    return branches.length === 1 && only
      ? say("node.split.saysOne", { rule: ruleText(say, only.rule, segment) })
      : say("node.split.says", { count: branches.length });
  },
};
