import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, List, Modal, Popconfirm, Select, TimePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { accountsQuery } from "@/api/queries";
import { deleteReport, makeReport, type Report, type ReportFields, reportsQuery } from "@/api/reviewFiles";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";

interface Props {
  journeyId: string;
  name: string;
  onClose: () => void;
}

type Fields = Pick<ReportFields, "every" | "emails" | "url"> & { at: Dayjs; account?: string };

/** Reports that are sent by themselves: which there are, and a new one. */
export function ReportDialog({ journeyId, name, onClose }: Props) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const queries = useQueryClient();
  const complain = useComplain();
  const reports = useQuery(reportsQuery(journeyId));
  const read = () => queries.invalidateQueries({ queryKey: ["review", "reports"] });
  const make = useMutation({
    mutationFn: ({ every, at, account, emails = [], url = "" }: Fields) =>
      makeReport({
        name,
        journeys: [journeyId],
        every,
        on_day: 1,
        time: at.format("HH:mm"),
        language: language(),
        account: account ?? null,
        emails,
        url: url.trim(),
      }),
    onSuccess: () => {
      form.resetFields();
      message.success(t("reports.made"));
    },
    onError: complain,
    onSettled: read,
  });
  const reached = ({ emails, url }: Partial<Fields>) => (emails ?? []).length > 0 || Boolean(url?.trim());
  const senders = useQuery(accountsQuery).data?.results.filter(({ channel }) => channel === "email") ?? [];
  return (
    <Modal
      open
      title={t("reports.schedule")}
      okText={t("reports.make")}
      okButtonProps={{ "data-testid": "report-submit" }}
      confirmLoading={make.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {reports.error && <Problem error={reports.error} onRetry={reports.refetch} />}
      {(reports.data?.length ?? 0) > 0 && <Known reports={reports.data ?? []} onGone={read} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ every: "week", at: dayjs().hour(9).minute(0), emails: [], url: "" }}
        onFinish={(fields) => make.mutate(fields)}
      >
        <Form.Item name="every" label={t("reports.every")}>
          <Select
            data-testid="report-every"
            options={(["day", "week", "month"] as const).map((value) => ({ value, label: t(`reports.each.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="at" label={t("reports.at")} extra={t("worth.hoursHint", { zone })}>
          <TimePicker format="HH:mm" allowClear={false} needConfirm={false} data-testid="report-at" />
        </Form.Item>
        <Form.Item name="emails" label={t("reports.emails")} extra={t("reports.emailsHint")}>
          <Select
            mode="tags"
            open={false}
            suffixIcon={null}
            tokenSeparators={[",", "，", ";", " "]}
            data-testid="report-emails"
          />
        </Form.Item>
        <Form.Item
          name="account"
          label={t("reports.account")}
          dependencies={["emails"]}
          rules={[
            ({ getFieldValue }) => ({
              required: (getFieldValue("emails") ?? []).length > 0,
              message: t("reports.noAccount"),
            }),
          ]}
        >
          <Select
            allowClear
            placeholder={senders.length > 0 ? undefined : t("reports.noSender")}
            options={senders.map(({ id, name: called }) => ({ value: id, label: called }))}
            data-testid="report-account"
          />
        </Form.Item>
        <Form.Item
          name="url"
          label={t("reports.webhook")}
          dependencies={["emails"]}
          rules={[
            { type: "url", message: t("reports.notAddress") },
            ({ getFieldsValue }) => ({
              validator: () =>
                reached(getFieldsValue()) ? Promise.resolve() : Promise.reject(new Error(t("reports.nobody"))),
            }),
          ]}
        >
          <Input placeholder="https://" data-testid="report-webhook" />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Known({ reports, onGone }: { reports: readonly Report[]; onGone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const complain = useComplain();
  const remove = useMutation({ mutationFn: deleteReport, onError: complain, onSettled: onGone });
  return (
    <List
      size="small"
      header={t("reports.known")}
      dataSource={[...reports]}
      data-testid="reports"
      renderItem={(report) => (
        <List.Item
          actions={[
            <Popconfirm key="remove" title={t("reports.removeSure")} onConfirm={() => remove.mutate(report.id)}>
              <Button size="small" danger data-testid={`report-remove-${report.id}`}>
                {t("listing.act.delete")}
              </Button>
            </Popconfirm>,
          ]}
        >
          <List.Item.Meta
            title={`${t(`reports.each.${report.every}`)} ${report.time.slice(0, 5)}`}
            description={[
              [...report.emails, report.url].filter(Boolean).join(t("words.comma")),
              report.next_at && t("reports.next", { at: format.time(report.next_at) }),
            ]
              .filter(Boolean)
              .join(" · ")}
          />
        </List.Item>
      )}
    />
  );
}
