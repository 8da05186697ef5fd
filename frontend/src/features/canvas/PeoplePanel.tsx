import { useInfiniteQuery } from "@tanstack/react-query";
import { Badge, Button, Empty, Select, Spin, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/ask";
import { cursorOf, enrollmentsQuery } from "@/api/queries";
import type { Enrollment, EnrollmentState, Page } from "@/api/types";
import { Problem } from "@/app/Problem";
import { outcomesOf } from "@/canvas/nodes/registry";
import { titleIn } from "@/canvas/nodes/titleOf";
import { useGraph } from "@/canvas/store/graphStore";
import { type Counted, type Listed, useView } from "@/canvas/store/viewStore";
import { useFormat } from "@/format/useFormat";
import { DockFrame } from "./DockFrame";
import { ManyPeople } from "./ManyPeople";

export const PERSON_LOOK = {
  active: "processing",
  waiting: "warning",
  completed: "success",
  exited: "default",
  converted_exit: "success",
  failed: "error",
  held_out: "default",
} as const satisfies Record<EnrollmentState, string>;

/** The colour of a state, also of one that only a test run has, such as not_enrolled. */
export function lookOf(state: string) {
  return state in PERSON_LOOK ? PERSON_LOOK[state as EnrollmentState] : "default";
}

const STATES = Object.keys(PERSON_LOOK) as EnrollmentState[];

interface Props {
  journeyId: string;
  node?: string;
  state?: EnrollmentState;
  did?: Counted | undefined;
  outcome?: string | undefined;
  readOnly: boolean;
}

/** Who is in the journey, by node and state; a click opens a person's stream, the foot acts on everybody listed. */
export default function PeoplePanel({ journeyId, node, state: opened, did, outcome, readOnly }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const show = useView((view) => view.show);
  const [state, setState] = useState(opened);
  const nodes = useGraph((graph) => graph.graph.nodes);
  const people = usePeople(journeyId, { node, state, did, outcome });
  const rows = people.data?.pages.flatMap((page) => page.results) ?? [];
  const nameOf = (id: string) => titleIn(t, nodes, id);
  const ways = nodes.filter(({ id }) => id === node).flatMap(outcomesOf);
  const wayName = (id: string) => ways.find((way) => way.id === id)?.name || t(`outcome.${id}`, { defaultValue: id });
  const gone = node !== undefined && !nodes.some((each) => each.id === node) ? [node] : [];
  return (
    <DockFrame
      title={node === undefined ? t("people.all") : t("people.title", { node: nameOf(node) })}
      testId="people-panel"
      footer={
        !readOnly &&
        // What is done to many is for those who are at a node, not for those who once did something there.
        did === undefined &&
        rows.length > 0 && (
          <ManyPeople
            journeyId={journeyId}
            filter={{ node, state }}
            // While more are to be loaded, there may be others among them.
            among={people.hasNextPage ? undefined : rows.map((person) => person.state)}
            onDone={people.refetch}
          />
        )
      }
    >
      <div className="row">
        <Select
          className="grow"
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("people.anyNode")}
          aria-label={t("people.nodeTitle")}
          data-testid="people-node"
          value={node}
          onChange={(next: string | undefined) => show({ kind: "people", node: next, state })}
          options={[...nodes.map((each) => each.id), ...gone].map((id) => ({ value: id, label: nameOf(id) }))}
        />
        <Select
          className="grow"
          allowClear
          placeholder={t("people.anyState")}
          aria-label={t("people.stateTitle")}
          data-testid="people-state"
          value={state}
          onChange={setState}
          options={STATES.map((value) => ({ value, label: t(`enrollment.state.${value}`) }))}
        />
      </div>
      {did && (
        <div className="row">
          <Tag closable data-testid="people-did" data-did={did} onClose={() => show({ kind: "people", node, state })}>
            {t(`board.counted.${did}`)}
            {outcome && ` · ${wayName(outcome)}`}
          </Tag>
        </div>
      )}
      {people.error && <Problem error={people.error} onRetry={people.refetch} />}
      {people.isPending && <Spin className="block" />}
      {people.data && rows.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("people.none")} />
      )}
      <ul className="people">
        {rows.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              onClick={() => show({ kind: "stream", enrollment: person.id, from: { node, state, did, outcome } })}
              data-testid={`person-${person.id}`}
            >
              <span className="people-line">
                <span className="people-name">
                  {person.profile_name || person.profile_phone ? (
                    <>
                      <b>{person.profile_name || person.profile_phone}</b>
                      {person.profile_name && <span className="soft"> {person.profile_phone}</span>}
                    </>
                  ) : (
                    <code>{person.profile_id}</code>
                  )}
                </span>
                <Badge status={PERSON_LOOK[person.state]} text={t(`enrollment.state.${person.state}`)} />
              </span>
              <span className="soft">
                {node === undefined && `${nameOf(person.node)} · `}v{person.version} ·{" "}
                {t("people.enrolled", { at: format.time(person.enrolled_at) })}
                {person.due_at && !person.ended_at && ` · ${t("people.due", { at: format.time(person.due_at) })}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {people.hasNextPage && (
        <Button
          block
          loading={people.isFetchingNextPage}
          onClick={() => people.fetchNextPage()}
          data-testid="people-more"
        >
          {t("people.more")}
        </Button>
      )}
    </DockFrame>
  );
}

function usePeople(journeyId: string, { node, state, did, outcome }: Listed) {
  const where = did ? { at: node, did, outcome } : { node };
  return useInfiniteQuery({
    queryKey: [...enrollmentsQuery(journeyId, node, state).queryKey, did ?? "", outcome ?? ""],
    queryFn: ({ pageParam }) =>
      ask<Page<Enrollment>>("get", `journeys/${journeyId}/enrollments/`, {
        query: { ...where, state, cursor: pageParam, page_size: 50 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
    refetchInterval: 5_000,
  });
}
