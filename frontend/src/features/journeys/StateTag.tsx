import { Badge } from "antd";
import { useTranslation } from "react-i18next";
import type { JourneyState } from "@/api/types";

const LOOK = {
  draft: "default",
  live: "processing",
  paused: "warning",
  stopped: "error",
  archived: "default",
} as const;

export function StateTag({ state }: { state: JourneyState }) {
  const { t } = useTranslation();
  return (
    <Badge className="state" status={LOOK[state]} text={t(`journeys.state.${state}`)} data-testid={`state-${state}`} />
  );
}
