import { DeleteOutlined, EditOutlined, HistoryOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Empty, Form, Input, Modal, Spin, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changePerson, changesPage, type Overview } from "@/api/people";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { usePages } from "@/lists/usePages";
import { apart, type Row, rowsOf, saidOf, shownValue, typedValue } from "./values";

/** What is known about the person, each value with how it changed; whoever may write puts it right. */
export function Attributes({ person, writes }: { person: Overview; writes: boolean }) {
  const { t } = useTranslation();
  const [told, setTold] = useState<string>();
  const [edited, setEdited] = useState<Row>();
  const { own } = apart(rowsOf(person.attributes));
  const columns = [
    {
      title: t("profiles.attribute"),
      key: "path",
      width: 220,
      render: (_: unknown, { path }: Row) => <code>{path}</code>,
    },
    { title: t("profiles.value"), key: "value", render: (_: unknown, { value }: Row) => shownValue(value) },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 120,
      render: (_: unknown, row: Row) => (
        <span className="row-end">
          <Button
            size="small"
            icon={<HistoryOutlined />}
            aria-label={t("profiles.historyOf", { path: row.path })}
            data-testid={`attribute-history-${row.path}`}
            onClick={() => setTold(row.path)}
          />
          {writes && (
            <Button
              size="small"
              icon={<EditOutlined />}
              aria-label={t("profiles.editOf", { path: row.path })}
              data-testid={`attribute-edit-${row.path}`}
              onClick={() => setEdited(row)}
            />
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      {writes && (
        <p>
          <Button
            icon={<PlusOutlined />}
            onClick={() => setEdited({ path: "", value: "" })}
            data-testid="attribute-add"
          >
            {t("profiles.addAttribute")}
          </Button>
        </p>
      )}
      <Table<Row>
        rowKey="path"
        size="small"
        dataSource={own}
        columns={columns}
        pagination={false}
        scroll={{ x: 500 }}
        locale={{ emptyText: <Empty description={t("profiles.nothing")} /> }}
        data-testid="attributes"
      />
      {told && <Told id={person.id} path={told} onClose={() => setTold(undefined)} />}
      {edited && <EditAttribute id={person.id} row={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

function Told({ id, path, onClose }: { id: string; path: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, error, isPending, hasMore, isLoadingMore, loadMore, retry } = usePages(
    ["person", id, "changes", path],
    (cursor) => changesPage(id, path, cursor),
  );
  const said = rows.flatMap((change) => {
    const value = saidOf(change.attributes, path);
    return value === undefined ? [] : [{ id: change.id, at: change.at, recorded: change.recorded_at, value }];
  });
  return (
    <Drawer open title={t("profiles.historyOf", { path })} onClose={onClose} data-testid="attribute-history">
      {Boolean(error) && <Problem error={error} onRetry={retry} />}
      {isPending && <Spin />}
      {!isPending && !error && said.length === 0 && <Empty description={t("profiles.noHistory")} />}
      <ol className="entries">
        {said.map(({ id: change, at, recorded, value }) => (
          <li key={change}>
            <div className="entry">
              <b>{value === null ? t("profiles.removed") : shownValue(value)}</b>
              <time className="soft" dateTime={at} title={t("profiles.recorded", { at: format.second(recorded) })}>
                {format.second(at)}
              </time>
            </div>
          </li>
        ))}
      </ol>
      {hasMore && (
        <Button block loading={isLoadingMore} onClick={loadMore}>
          {t("people.more")}
        </Button>
      )}
    </Drawer>
  );
}

function EditAttribute({ id, row, onClose }: { id: string; row: Row; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [path, setPath] = useState(row.path);
  const [text, setText] = useState(row.path ? shownValue(row.value) : "");
  const change = useMutation({
    mutationFn: (value: unknown) => changePerson(id, { attributes: { [path.trim()]: value } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["person", id] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={row.path ? t("profiles.editOf", { path: row.path }) : t("profiles.addAttribute")}
      okText={t("profiles.save")}
      okButtonProps={{ disabled: !path.trim() || !text.trim(), "data-testid": "attribute-submit" }}
      confirmLoading={change.isPending}
      onOk={() => change.mutate(typedValue(text))}
      onCancel={onClose}
      footer={(_, { OkBtn, CancelBtn }) => (
        <>
          {row.path && (
            <Button
              danger
              type="text"
              icon={<DeleteOutlined />}
              onClick={() => change.mutate(null)}
              data-testid="attribute-remove"
            >
              {t("profiles.removeValue")}
            </Button>
          )}
          <CancelBtn />
          <OkBtn />
        </>
      )}
    >
      <Form layout="vertical">
        {!row.path && (
          <Form.Item label={t("profiles.attribute")} htmlFor="attribute-key" extra={t("profiles.pathHint")}>
            <Input
              id="attribute-key"
              value={path}
              data-testid="attribute-key"
              onChange={({ target }) => setPath(target.value)}
            />
          </Form.Item>
        )}
        <Form.Item label={t("profiles.value")} htmlFor="attribute-value" extra={t("profiles.valueHint")}>
          <Input.TextArea
            id="attribute-value"
            autoSize={{ minRows: 1, maxRows: 8 }}
            value={text}
            data-testid="attribute-value"
            onChange={({ target }) => setText(target.value)}
          />
        </Form.Item>
      </Form>
      {change.error && <Problem error={change.error} />}
    </Modal>
  );
}
