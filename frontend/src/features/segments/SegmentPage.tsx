import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { segmentQuery } from "@/api/segments";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { newRule } from "@/canvas/core/rules";
import { SegmentEditor } from "./SegmentEditor";

/** One segment, or a new one. */
export default function SegmentPage() {
  const { id = "" } = useParams();
  const isNew = id === "new";
  const { data, error, isLoadingError, refetch } = useQuery({
    ...segmentQuery(id),
    enabled: !isNew,
    refetchOnWindowFocus: false,
  });
  if (isNew) return <SegmentEditor key="new" segment={{ name: "", description: "", rule: newRule("attribute") }} />;
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  // A saved segment that is asked for again must not overwrite what is being typed.
  return data ? <SegmentEditor key={data.id} segment={data} id={data.id} isList={data.kind === "list"} /> : <Waiting />;
}
