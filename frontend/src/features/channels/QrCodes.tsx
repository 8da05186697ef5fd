import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  Button,
  Card,
  Empty,
  Form,
  Input,
  InputNumber,
  Modal,
  QRCode,
  Segmented,
  Select,
  Spin,
  Tag,
  Typography,
} from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { accountsQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { usePages } from "./usePages";

const CODE_SIZE = 148;

/** QR codes of WeChat accounts: who follows or scans through one is told by its scene, and gets its tags. */
export function QrCodes() {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const [expired, setExpired] = useState(false);
  const [editing, setEditing] = useState<calls.QrCode | "new">();
  const accounts = useQuery(accountsQuery);
  const pages = usePages(["channels", "qr-codes", expired], (cursor) => calls.qrCodesPage(expired, cursor), "qr-codes");
  const wechat = (accounts.data?.results ?? []).filter(({ provider }) => provider === "wechat.official");
  if (pages.error) return <Problem error={pages.error} onRetry={pages.refetch} />;
  return (
    <>
      <p className="soft">{t("channels.codes.about")}</p>
      <div className="channels-tools">
        <Segmented
          value={expired ? "expired" : "good"}
          options={(["good", "expired"] as const).map((value) => ({ value, label: t(`channels.codes.${value}`) }))}
          aria-label={t("channels.stateTitle")}
          onChange={(value) => setExpired(value === "expired")}
        />
        {writes && (
          <Button
            type="primary"
            disabled={wechat.length === 0}
            onClick={() => setEditing("new")}
            data-testid="new-qr-code"
          >
            {t("channels.codes.new")}
          </Button>
        )}
      </div>
      {pages.pending && <Spin />}
      {pages.empty && <Empty description={t(wechat.length ? "channels.codes.none" : "channels.codes.noAccount")} />}
      <ul className="channels-cards" data-testid="qr-codes">
        {pages.rows.map((code) => (
          <li key={code.id}>
            <Card
              size="small"
              title={code.name}
              extra={
                writes && (
                  <Button
                    size="small"
                    onClick={() => setEditing(code)}
                    aria-label={`${t("channels.edit")} ${code.name}`}
                  >
                    {t("channels.edit")}
                  </Button>
                )
              }
              data-testid={`qr-code-${code.scene}`}
            >
              {/* The code of WeChat's own address: their picture is not there in an installation without the internet. */}
              <QRCode
                value={code.url || code.picture}
                size={CODE_SIZE}
                status={code.expired ? "expired" : "active"}
                aria-label={t("channels.ways.pictureOf", { name: code.name })}
              />
              <dl className="channels-facts">
                <dt>{t("channels.codes.scene")}</dt>
                <dd>
                  <Typography.Text code copyable>
                    {code.scene}
                  </Typography.Text>
                </dd>
                <dt>{t("channels.codes.attribution")}</dt>
                <dd>{code.attribution || "–"}</dd>
                <dt>{t("channels.codes.tags")}</dt>
                <dd className="tags">
                  {(code.tags as string[] | undefined)?.map((tag) => (
                    <Tag key={tag}>{tag}</Tag>
                  ))}
                </dd>
                <dt>{t("channels.codes.ends")}</dt>
                <dd>{code.expires_at ? format.time(code.expires_at) : t("channels.codes.forEver")}</dd>
              </dl>
              <a href={code.picture} target="_blank" rel="noreferrer">
                {t("channels.codes.picture")}
              </a>
            </Card>
          </li>
        ))}
      </ul>
      {pages.more}
      {editing && (
        <QrCodeForm
          accounts={wechat}
          code={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
    </>
  );
}

interface FormProps {
  accounts: readonly { id: string; name: string }[];
  code: calls.QrCode | undefined;
  onClose: () => void;
}

interface Values {
  account: string;
  name: string;
  scene?: string;
  attribution?: string;
  tags?: string[];
  days?: number | null;
}

const DAY_SECONDS = 86_400;
const MOST_DAYS = 30;

function QrCodeForm({ accounts, code, onClose }: FormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: ({ account, scene, days, ...fields }: Values) =>
      code
        ? calls.changeQrCode(code.id, fields)
        : calls.makeQrCode({
            ...fields,
            account,
            ...(scene ? { scene } : {}),
            lasts_seconds: days ? days * DAY_SECONDS : null,
          }),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["channels", "qr-codes"] });
    },
  });
  return (
    <Modal
      open
      footer={null}
      title={t(code ? "channels.codes.change" : "channels.codes.new")}
      onCancel={onClose}
      data-testid="qr-code-form"
    >
      <Form<Values>
        layout="vertical"
        initialValues={
          code
            ? { name: code.name, attribution: code.attribution, tags: code.tags }
            : { account: accounts[0]?.id, attribution: "", tags: [] }
        }
        onFinish={(values) => save.mutate(values)}
      >
        {!code && (
          <Form.Item name="account" label={t("channels.account")} rules={[{ required: true }]}>
            <Select options={accounts.map(({ id, name }) => ({ value: id, label: name }))} />
          </Form.Item>
        )}
        <Form.Item name="name" label={t("channels.name")} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={100} data-testid="qr-code-name" />
        </Form.Item>
        {!code && (
          <>
            <Form.Item name="scene" label={t("channels.codes.scene")} extra={t("channels.codes.sceneHint")}>
              <Input maxLength={64} data-testid="qr-code-scene" />
            </Form.Item>
            <Form.Item name="days" label={t("channels.codes.days")} extra={t("channels.codes.daysHint")}>
              <InputNumber min={1} max={MOST_DAYS} className="wide" />
            </Form.Item>
          </>
        )}
        <Form.Item
          name="attribution"
          label={t("channels.codes.attribution")}
          extra={t("channels.codes.attributionHint")}
        >
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="tags" label={t("channels.codes.tags")} extra={t("channels.codes.tagsHint")}>
          <Select mode="tags" maxCount={20} tokenSeparators={[",", "，"]} />
        </Form.Item>
        {save.error && <Problem error={save.error} />}
        <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="qr-code-submit">
          {t("channels.save")}
        </Button>
      </Form>
    </Modal>
  );
}
