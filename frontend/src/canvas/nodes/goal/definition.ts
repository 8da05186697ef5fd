import { type Definition, NEXT } from "../../core/definition";

export interface GoalConfig {
  goal?: string;
}

export const definition: Definition<GoalConfig> = {
  type: "goal",
  family: "result",
  create: () => ({ goal: "" }),
  outcomes: () => NEXT,
  summary: ({ goal }, say, names) => {
    const known = names.goals.find((each) => each.id === goal);
    return goal ? say("node.goal.says", { goal: known?.name || goal }) : say("node.goal.saysNone");
  },
};
