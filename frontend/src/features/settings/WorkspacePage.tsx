import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Descriptions, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { sessionQuery } from "@/api/queries";
import * as calls from "@/api/workspace";
import { Waiting } from "@/app/Guard";
import { Problem, useComplain } from "@/app/Problem";
import { administers, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import "./settings.css";

const ZONES = Intl.supportedValuesOf("timeZone").map((value) => ({ value, label: value }));

/** The name and the zone of the workspace. */
export default function WorkspacePage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: ["workspace"], queryFn: calls.workspace });
  return (
    <main className="page settings" data-testid="workspace-page">
      <header className="page-head">
        <h1>{t("app.workspace")}</h1>
      </header>
      {error && <Problem error={error} onRetry={refetch} />}
      {!data && !error && <Waiting />}
      {data && <WorkspaceForm workspace={data} />}
      <p>
        {t("workspace.elsewhere")} <Link to="/settings/members">{t("app.members")}</Link>
        {" · "}
        <Link to="/settings/keys">{t("app.keys")}</Link>
        {" · "}
        <Link to="/settings/rules">{t("app.rules")}</Link>
        {" · "}
        <Link to="/settings/review">{t("app.counting")}</Link>
        {" · "}
        <Link to="/settings/privacy?tab=texts">{t("privacy.tabs.texts")}</Link>
        {" · "}
        <Link to="/settings/privacy">{t("app.privacy")}</Link>
        {" · "}
        <Link to="/settings/audit">{t("app.audit")}</Link>
      </p>
    </main>
  );
}

function WorkspaceForm({ workspace }: { workspace: calls.Workspace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = administers(useSession());
  const queries = useQueryClient();
  const complain = useComplain();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: calls.changeWorkspace,
    onSuccess: async (saved) => {
      queries.setQueryData(["workspace"], saved);
      // Every time on every page is told in the workspace's zone.
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      message.success(t("workspace.saved"));
    },
    onError: complain,
  });
  return (
    <section className="sheet settings-sheet">
      <Form
        layout="vertical"
        disabled={!writes}
        initialValues={{ name: workspace.name, timezone: workspace.timezone }}
        onFinish={save.mutate}
      >
        <Form.Item
          name="name"
          label={t("workspace.name")}
          rules={[{ required: true, whitespace: true, message: t("workspace.nameMissing") }]}
        >
          <Input maxLength={100} data-testid="workspace-name" />
        </Form.Item>
        <Form.Item name="timezone" label={t("workspace.timezone")} extra={t("workspace.timezoneHint")}>
          <Select showSearch options={ZONES} data-testid="workspace-timezone" />
        </Form.Item>
        {writes && (
          <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="workspace-save">
            {t("workspace.save")}
          </Button>
        )}
      </Form>
      <Descriptions
        className="settings-facts"
        size="small"
        column={1}
        items={[
          { key: "slug", label: t("workspace.slug"), children: workspace.slug },
          { key: "lanes", label: t("workspace.lanes"), children: `${workspace.lanes} · ${t("workspace.lanesHint")}` },
          { key: "created", label: t("workspace.created"), children: format.time(workspace.created_at) },
        ]}
      />
    </section>
  );
}
