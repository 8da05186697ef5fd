import type { Definition } from "../../core/definition";

export interface ExitConfig {
  reason?: string;
}

export const definition: Definition<ExitConfig> = {
  type: "exit",
  family: "end",
  create: () => ({ reason: "" }),
  outcomes: () => [],
  summary: ({ reason }, say) => (reason ? say("node.exit.saysReason", { reason }) : say("node.exit.says")),
};
