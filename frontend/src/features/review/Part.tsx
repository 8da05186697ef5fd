import type { UseQueryResult } from "@tanstack/react-query";
import { Empty, Spin } from "antd";
import type { ReactNode } from "react";
import type { ReviewAnswer } from "@/api/review";
import { Problem } from "@/app/Problem";
import { Notes } from "./Notes";

interface Props<Answer> {
  query: UseQueryResult<Answer>;
  /** Whether there is nothing to show, and what is said then. */
  isEmpty: (answer: Answer) => boolean;
  empty: string;
  children: (answer: Answer) => ReactNode;
}

/** One call's answer with its notes, or that it is on its way, failed, or empty. What is shown of an earlier question is dimmed. */
export function Part<Answer extends Partial<ReviewAnswer>>({ query, isEmpty, empty, children }: Props<Answer>) {
  const { data, error, refetch, isPlaceholderData } = query;
  if (error && !data) return <Problem error={error} onRetry={refetch} />;
  if (!data)
    return (
      <div className="review-waiting">
        <Spin />
      </div>
    );
  return (
    <div className={isPlaceholderData ? "review-part review-dimmed" : "review-part"} aria-busy={isPlaceholderData}>
      {isEmpty(data) ? (
        <section className="panel">
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />
        </section>
      ) : (
        children(data)
      )}
      <Notes notes={data.notes ?? []} />
    </div>
  );
}
