import { useMutation } from "@tanstack/react-query";
import { App, Button, Descriptions, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { changePassword } from "@/api/workspace";
import { useErrorWords } from "@/app/errorWords";
import { Problem } from "@/app/Problem";
import { useSession } from "@/app/session";
import "./settings.css";

interface Values {
  current: string;
  new: string;
  again: string;
}

/** Who one is here, and one's own password. */
export default function OwnPage() {
  const { t } = useTranslation();
  const { user, workspace, role } = useSession();
  return (
    <main className="page settings" data-testid="own-page">
      <header className="page-head">
        <h1>{t("app.me")}</h1>
      </header>
      <section className="sheet settings-sheet" aria-labelledby="own-who">
        <h2 id="own-who">{t("workspace.own.who")}</h2>
        <Descriptions
          size="small"
          column={1}
          items={[
            { key: "username", label: t("workspace.own.username"), children: user.username },
            { key: "name", label: t("workspace.own.name"), children: user.name },
            { key: "role", label: t("workspace.own.role"), children: t(`workspace.roles.${role}`) },
            { key: "where", label: t("workspace.own.where"), children: `${workspace.name} · ${workspace.timezone}` },
          ]}
        />
      </section>
      <section className="sheet settings-sheet" aria-labelledby="own-password">
        <h2 id="own-password">{t("workspace.own.password")}</h2>
        <PasswordForm username={user.username} />
      </section>
    </main>
  );
}

function PasswordForm({ username }: { username: string }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const change = useMutation({
    mutationFn: ({ again, ...fields }: Values) => changePassword(fields),
    onSuccess: () => {
      form.resetFields();
      message.success(t("workspace.own.done"));
    },
    onError: (error) => {
      const name = fieldOf(error);
      if (name) form.setFields([{ name, errors: [words(error)] }]);
    },
  });
  const needed = { required: true, message: t("workspace.own.missing") };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={change.mutate}
      data-testid="password-form"
    >
      {/* So that a browser's keeper of passwords knows whose it is. */}
      <input className="unseen" type="text" autoComplete="username" defaultValue={username} tabIndex={-1} aria-hidden />
      <Form.Item name="current" label={t("workspace.own.current")} rules={[needed]}>
        <Input.Password autoComplete="current-password" maxLength={4096} data-testid="password-current" />
      </Form.Item>
      <Form.Item name="new" label={t("workspace.own.new")} extra={t("workspace.own.hint")} rules={[needed]}>
        <Input.Password autoComplete="new-password" maxLength={4096} data-testid="password-new" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("workspace.own.again")}
        dependencies={["new"]}
        rules={[
          needed,
          ({ getFieldValue }) => ({
            validator: (_, again: string) =>
              !again || again === getFieldValue("new")
                ? Promise.resolve()
                : Promise.reject(new Error(t("workspace.own.differ"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={4096} data-testid="password-again" />
      </Form.Item>
      {change.error && !fieldOf(change.error) && <Problem error={change.error} />}
      <Button type="primary" htmlType="submit" loading={change.isPending} data-testid="password-submit">
        {t("workspace.own.submit")}
      </Button>
    </Form>
  );
}

/** The field that the server finds fault with; undefined where it is another fault. */
function fieldOf(error: Error): "current" | "new" | undefined {
  const attr = error instanceof ApiError ? error.items[0]?.attr : undefined;
  return attr === "current" || attr === "new" ? attr : undefined;
}
