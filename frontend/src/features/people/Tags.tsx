import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Empty, Form, Input, Modal, Select, Switch, Table } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type TagValue, tagsQuery } from "@/api/computed";
import { changePerson, giveTag, type TagAssignment, tagsOfQuery } from "@/api/people";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { shownValue, typedValue } from "./values";

const BY_HAND = ["manual", "import"];

/** The person's tags: from whom, since when and until when; given and taken here. */
export function Tags({ id, writes }: { id: string; writes: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const complain = useComplain();
  const [history, setHistory] = useState(false);
  const [giving, setGiving] = useState(false);
  const { data, error, isLoadingError, isPending, refetch } = useQuery(tagsOfQuery(id, history));
  const names = new Map(useQuery(tagsQuery).data?.results.map(({ key, name }) => [key, name]));
  const take = useMutation({
    mutationFn: (key: string) => changePerson(id, { tags: { [key]: null } }),
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: ["person", id] }),
  });
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  const columns = [
    {
      title: t("profiles.tag"),
      key: "key",
      render: (_: unknown, { key, value }: TagAssignment) => (
        <>
          <b>{names.get(key) ?? key}</b> {value !== null && shownValue(value)}
          {names.has(key) && <div className="soft">{key}</div>}
        </>
      ),
    },
    {
      title: t("profiles.source"),
      key: "source",
      render: (_: unknown, { source, by }: TagAssignment) => (
        <>
          {t(`profiles.sources.${source}`)}
          {by && <div className="soft one-line">{by}</div>}
        </>
      ),
    },
    { title: t("profiles.at"), key: "at", render: (_: unknown, { at }: TagAssignment) => format.time(at) },
    {
      title: t("profiles.expires"),
      key: "expires",
      render: (_: unknown, { expires_at, ended_at, ended_because }: TagAssignment) =>
        ended_at
          ? t("profiles.endedAt", {
              at: format.time(ended_at),
              why: t(`profiles.ended.${ended_because}`, { defaultValue: ended_because }),
            })
          : format.time(expires_at),
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 90,
      render: (_: unknown, { key, source, ended_at }: TagAssignment) =>
        writes &&
        !ended_at &&
        // What a rule or a model gives, it would give again.
        source !== "rule" &&
        source !== "model" && (
          <Button
            size="small"
            loading={take.isPending && take.variables === key}
            onClick={() => take.mutate(key)}
            data-testid={`tag-take-${key}`}
          >
            {t("profiles.take")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <p className="filters">
        {writes && (
          <Button icon={<PlusOutlined />} onClick={() => setGiving(true)} data-testid="tag-give">
            {t("profiles.giveTag")}
          </Button>
        )}
        <Switch
          size="small"
          checked={history}
          onChange={setHistory}
          aria-label={t("profiles.withHistory")}
          data-testid="tags-history"
        />
        <span aria-hidden>{t("profiles.withHistory")}</span>
      </p>
      <Table<TagAssignment>
        rowKey="id"
        size="small"
        loading={isPending}
        dataSource={data?.results}
        columns={columns}
        pagination={false}
        scroll={{ x: 640 }}
        locale={{ emptyText: data ? <Empty description={t("profiles.nothing")} /> : " " }}
        data-testid="person-tags"
      />
      {giving && <GiveTag id={id} onClose={() => setGiving(false)} />}
    </>
  );
}

function GiveTag({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const tags = (useQuery(tagsQuery).data?.results ?? []).filter(({ kind }) => BY_HAND.includes(kind));
  const [key, setKey] = useState<string>();
  const [text, setText] = useState("");
  const [until, setUntil] = useState<Dayjs | null>(null);
  const tag = tags.find((one) => one.key === key);
  const wantsValue = tag !== undefined && tag.value_type !== "none";
  const give = useMutation({
    mutationFn: async () => {
      if (!tag) return;
      const value = wantsValue ? (tag.value_type === "text" ? text : (typedValue(text) as TagValue)) : null;
      await giveTag(tag.id, id, value, until?.toISOString());
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["person", id] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("profiles.giveTag")}
      okText={t("profiles.give")}
      okButtonProps={{ disabled: !tag || (wantsValue && !text.trim()), "data-testid": "tag-give-submit" }}
      confirmLoading={give.isPending}
      onOk={() => give.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label={t("profiles.tag")} extra={t("profiles.tagHint")}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            aria-label={t("profiles.tag")}
            data-testid="tag-give-key"
            value={key}
            options={tags.map((one) => ({ value: one.key, label: one.name }))}
            onChange={setKey}
          />
        </Form.Item>
        {wantsValue && (
          <Form.Item label={t("profiles.value")} htmlFor="tag-give-value">
            <Input
              id="tag-give-value"
              value={text}
              data-testid="tag-give-value"
              onChange={({ target }) => setText(target.value)}
            />
          </Form.Item>
        )}
        <Form.Item label={t("profiles.expires")} htmlFor="tag-give-until">
          <DatePicker id="tag-give-until" showTime value={until} onChange={setUntil} />
        </Form.Item>
      </Form>
      {give.error && <Problem error={give.error} />}
    </Modal>
  );
}
