import { useQuery } from "@tanstack/react-query";
import { rulesQuery } from "@/api/channels";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { RulesForm } from "./RulesForm";
import { Stops } from "./Stops";
import "./channels.css";

/** What holds sending back by the workspace's own will: stops, hours, days without marketing, frequency caps. */
export function RulesPage() {
  const rules = useQuery(rulesQuery);
  return (
    <div className="channels-stack">
      <Stops />
      {rules.error && <Problem error={rules.error} onRetry={rules.refetch} />}
      {rules.isPending && <Waiting />}
      {rules.data && <RulesForm known={rules.data} />}
    </div>
  );
}
