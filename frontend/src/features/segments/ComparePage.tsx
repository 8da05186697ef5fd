import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Empty, Form, Input, Modal, Radio, Select, Spin, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { combineSegments, type Operation, overlapQuery, type Segment, segmentsQuery } from "@/api/segments";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { useFilters } from "@/lists/useFilters";
import { Circles } from "./Circles";
import { type Region, regions, sizeOf } from "./regions";
import "./compare.css";

const MOST = 3;
const OPERATIONS = ["union", "intersect", "except"] as const satisfies readonly Operation[];

/** Two or three segments over one another: who is in which, and a new segment of them. */
export default function ComparePage() {
  const { t } = useTranslation();
  const [{ of }, put] = useFilters(["of"] as const);
  const writes = mayWrite(useSession());
  const [combining, setCombining] = useState(false);
  const all = useQuery(segmentsQuery);
  const chosen = (of ?? "").split(",").filter(Boolean).slice(0, MOST);
  const overlap = useQuery({ ...overlapQuery(chosen), enabled: chosen.length > 1 });
  const rows = all.data?.results ?? [];
  const nameOf = (id: string) => rows.find((segment) => segment.id === id)?.name ?? id;
  const found = chosen.length > 1 ? overlap.data : undefined;
  return (
    <main className="page" data-testid="compare-page">
      <header className="page-head">
        <h1>{t("compare.title")}</h1>
        <Link to="/segments">{t("segment.all")}</Link>
        {writes && (
          <Button
            type="primary"
            disabled={chosen.length < 2}
            onClick={() => setCombining(true)}
            data-testid="compare-combine"
          >
            {t("compare.combine")}
          </Button>
        )}
      </header>
      <Select
        className="compare-pick"
        mode="multiple"
        maxCount={MOST}
        showSearch={{ optionFilterProp: "label" }}
        loading={all.isPending}
        value={chosen}
        placeholder={t("compare.pick")}
        aria-label={t("compare.pick")}
        data-testid="compare-pick"
        options={rows.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(ids: string[]) => put("of", ids.join(","))}
      />
      {Boolean(all.error ?? overlap.error) && (
        <Problem error={all.error ?? overlap.error} onRetry={() => Promise.all([all.refetch(), overlap.refetch()])} />
      )}
      {chosen.length < 2 && <Empty description={t("compare.choose")} />}
      {chosen.length > 1 && overlap.isPending && <Spin />}
      {found && found.computing.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("compare.computing", { names: found.computing.map(nameOf).join(t("words.comma")) })}
        />
      )}
      {found && (
        <div className="compare-grid">
          <section className="sheet compare-drawing">
            <Circles segments={chosen} regions={regions(chosen, found.parts)} nameOf={nameOf} />
          </section>
          <section>
            <Parts regions={regions(chosen, found.parts)} nameOf={nameOf} />
            <Freshness rows={rows.filter(({ id }) => chosen.includes(id))} sizes={(id) => sizeOf(id, found.parts)} />
          </section>
        </div>
      )}
      {combining && <Combine segments={chosen} nameOf={nameOf} onClose={() => setCombining(false)} />}
    </main>
  );
}

function Parts({ regions: parts, nameOf }: { regions: readonly Region[]; nameOf: (id: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const everybody = parts.reduce((sum, { count }) => sum + count, 0);
  return (
    <Table<Region>
      className="sheet"
      size="small"
      rowKey={({ segments }) => segments.join()}
      dataSource={[...parts]}
      pagination={false}
      columns={[
        {
          title: t("compare.exactly"),
          key: "in",
          render: (_, { segments }) => segments.map(nameOf).join(t("words.and")),
        },
        {
          title: t("segment.size"),
          key: "count",
          align: "right",
          width: 110,
          render: (_, { segments, count }) => (
            <b data-testid={`part-${segments.length}-${segments.join("-")}`}>{format.number(count)}</b>
          ),
        },
        {
          title: t("compare.share"),
          key: "share",
          align: "right",
          width: 90,
          render: (_, { count }) => format.percent(everybody ? count / everybody : 0),
        },
      ]}
      data-testid="compare-parts"
    />
  );
}

/** How current the members are that were counted. */
function Freshness({ rows, sizes }: { rows: readonly Segment[]; sizes: (id: string) => number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="compare-freshness">
      {rows.map(({ id, name, freshness }) => (
        <li key={id}>
          <Link to={`/segments/${id}`}>{name}</Link> · {format.number(sizes(id))}{" "}
          {t("segment.peopleUnit", { count: 2 })}
          <div className="soft">
            {t("compare.judged", { at: format.time(freshness.judged_at) })}
            {freshness.next_due && ` · ${t("compare.due", { at: format.time(freshness.next_due) })}`}
            {freshness.backlog > 0 && ` · ${t("segment.backlog", { count: freshness.backlog })}`}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface CombineProps {
  segments: readonly string[];
  nameOf: (id: string) => string;
  onClose: () => void;
}

function Combine({ segments, nameOf, onClose }: CombineProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [operation, setOperation] = useState<Operation>("intersect");
  const [first, setFirst] = useState(segments[0] ?? "");
  const order = operation === "except" ? [first, ...segments.filter((id) => id !== first)] : [...segments];
  const save = useMutation({
    mutationFn: () => combineSegments(operation, order, name.trim()),
    onSuccess: ({ id }) => navigate(`/segments/${id}`),
  });
  return (
    <Modal
      open
      title={t("compare.combine")}
      okText={t("segment.create")}
      okButtonProps={{ disabled: !name.trim(), "data-testid": "combine-submit" }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label={t("compare.operation")}>
          <Radio.Group
            value={operation}
            data-testid="combine-operation"
            onChange={({ target }) => setOperation(target.value)}
            options={OPERATIONS.map((value) => ({ value, label: t(`compare.operations.${value}`) }))}
          />
        </Form.Item>
        {operation === "except" && (
          <Form.Item label={t("compare.of")}>
            <Radio.Group
              value={first}
              onChange={({ target }) => setFirst(target.value)}
              options={segments.map((value) => ({ value, label: nameOf(value) }))}
            />
          </Form.Item>
        )}
        <Form.Item label={t("segment.name")} htmlFor="combine-name">
          <Input
            id="combine-name"
            maxLength={100}
            value={name}
            data-testid="combine-name"
            onChange={({ target }) => setName(target.value)}
          />
        </Form.Item>
      </Form>
      {save.error && <Problem error={save.error} />}
    </Modal>
  );
}
