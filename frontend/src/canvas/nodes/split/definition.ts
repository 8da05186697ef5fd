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
    if (branches.length === 1 && only) return say("node.split.saysOne", { rule: ruleText(say, only.rule, segment) });
    const each = branches.map(({ id, name, rule }) =>
      say("node.split.saysBranch", { name: name || id, rule: ruleText(say, rule, segment) }),
    );
    return [say("node.split.says", { count: branches.length }), ...each].join(say("words.list"));
  },
};
