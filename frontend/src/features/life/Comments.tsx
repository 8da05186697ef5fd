import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Empty, Input, Select, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { comment, commentsQuery } from "@/api/life";
import { Problem } from "@/app/Problem";
import { titleIn } from "@/canvas/nodes/titleOf";
import { useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { useFormat } from "@/format/useFormat";

/** Comments on the journey or one of its nodes, oldest first. */
export function Comments({ journeyId, readOnly }: { journeyId: string; readOnly: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nodes = useGraph((state) => state.graph.nodes);
  const lookAt = useView((state) => state.lookAt);
  const [text, setText] = useState("");
  const [node, setNode] = useState<string>();
  const { data, error, isPending, refetch } = useQuery(commentsQuery(journeyId));
  const say = useMutation({
    mutationFn: () => comment(journeyId, text.trim(), node),
    onSuccess: () => {
      setText("");
      return refetch();
    },
  });
  const nameOf = (id: string) => titleIn(t, nodes, id);
  const rows = (data?.results ?? []).toSorted((a, b) => a.created_at.localeCompare(b.created_at));
  return (
    <>
      {error && <Problem error={error} onRetry={refetch} />}
      {isPending && <Spin className="block" />}
      {data && rows.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("talk.noComments")} />}
      <ul className="comments" data-testid="comments">
        {rows.map((row) => (
          <li key={row.id} data-testid={`comment-${row.id}`}>
            <div className="soft">
              <b>{row.author?.name ?? t("talk.nobody")}</b> {format.time(row.created_at)}
              {row.node_id && (
                <button type="button" className="chip" onClick={() => row.node_id && lookAt(row.node_id)}>
                  {nameOf(row.node_id)}
                </button>
              )}
            </div>
            <p>{row.text}</p>
          </li>
        ))}
      </ul>
      {!readOnly && (
        <>
          <Input.TextArea
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={text}
            placeholder={t("talk.write")}
            aria-label={t("talk.write")}
            data-testid="comment-text"
            onChange={(event) => setText(event.target.value)}
          />
          <div className="row">
            <Select
              className="grow"
              allowClear
              value={node}
              placeholder={t("talk.wholeJourney")}
              aria-label={t("talk.about")}
              data-testid="comment-node"
              options={nodes.map(({ id }) => ({ value: id, label: nameOf(id) }))}
              onChange={setNode}
            />
            <Button
              type="primary"
              disabled={!text.trim()}
              loading={say.isPending}
              onClick={() => say.mutate()}
              data-testid="comment-send"
            >
              {t("talk.send")}
            </Button>
          </div>
        </>
      )}
      {say.error && <Problem error={say.error} />}
    </>
  );
}
