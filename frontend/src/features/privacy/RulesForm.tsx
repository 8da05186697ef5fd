import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, InputNumber, Select, Table } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/privacy";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";

const ROLES = ["owner", "admin", "operator", "viewer"] as const;

/** Who sees what, for how long things are kept, and where consent is asked twice. */
export function RulesForm({ administers }: { administers: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { data, error, isLoadingError, refetch } = useQuery({ queryKey: ["privacy-rules"], queryFn: calls.rules });
  const change = useMutation({
    mutationFn: calls.changeRules,
    onSuccess: (fresh) => {
      queries.setQueryData(["privacy-rules"], fresh);
      message.success(t("privacy.savedRules"));
    },
  });
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  const roles = ROLES.map((value) => ({ value, label: t(`privacy.roles.${value}`) }));
  return (
    <Form<Partial<calls.Rules>>
      className="privacy-form"
      layout="vertical"
      disabled={!administers}
      initialValues={data}
      onFinish={(fields) => change.mutate(fields)}
      data-testid="privacy-rules"
    >
      {change.error && <Problem error={change.error} />}
      <Form.Item name="clear_roles" label={t("privacy.clearRoles")} extra={t("privacy.clearRolesHint")}>
        <Select mode="multiple" options={roles} />
      </Form.Item>
      <Form.Item name="unmask_roles" label={t("privacy.unmaskRoles")} extra={t("privacy.unmaskRolesHint")}>
        <Select mode="multiple" options={roles} />
      </Form.Item>
      <Form.Item name="personal_keys" label={t("privacy.personalKeys")} extra={t("privacy.personalKeysHint")}>
        <Select mode="tags" tokenSeparators={[",", "，"]} />
      </Form.Item>
      <Form.Item name="double_opt_in" label={t("privacy.doubleOptIn")} extra={t("privacy.doubleOptInHint")}>
        <Select
          mode="multiple"
          options={calls.CHANNELS.map((value) => ({ value, label: t(`privacy.channels.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="erasure_grace_days" label={t("privacy.grace")} extra={t("privacy.graceHint")}>
        <InputNumber min={1} max={3650} />
      </Form.Item>
      <Form.Item name="link_days" label={t("privacy.linkDays")}>
        <InputNumber min={1} max={3650} />
      </Form.Item>
      <h2>{t("privacy.retention")}</h2>
      <p className="soft">{t("privacy.retentionHint")}</p>
      <Table
        size="small"
        rowKey="name"
        pagination={false}
        dataSource={data.categories}
        columns={[
          {
            title: t("privacy.category"),
            key: "name",
            render: (_, one) => t(`privacy.categories.${one.name}`, one.name),
          },
          {
            title: t("privacy.days"),
            key: "days",
            render: (_, one) => (
              <Form.Item name={["retention", one.name]} initialValue={one.days} noStyle>
                <InputNumber
                  min={one.least}
                  max={36500}
                  placeholder={t("privacy.forEver")}
                  aria-label={t(`privacy.categories.${one.name}`, one.name)}
                />
              </Form.Item>
            ),
          },
        ]}
      />
      {administers && (
        <Button type="primary" htmlType="submit" loading={change.isPending} data-testid="rules-submit">
          {t("privacy.save")}
        </Button>
      )}
    </Form>
  );
}
