import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Form, Input, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { api, dataOf } from "@/api/client";
import { codeOf } from "@/api/errors";
import { sessionQuery } from "@/api/queries";
import { Brand } from "@/app/Brand";
import { useErrorWords } from "@/app/errorWords";
import { LanguageSwitch } from "@/app/LanguageSwitch";

interface Credentials {
  username: string;
  password: string;
}

export default function LoginPage() {
  const { t } = useTranslation();
  const words = useErrorWords();
  const [search] = useSearchParams();
  const queries = useQueryClient();
  // Also sets the CSRF cookie, which signing in needs.
  const session = useQuery(sessionQuery);
  const signIn = useMutation({
    mutationFn: (body: Credentials) => dataOf(api.POST("/api/v1/session/", { body })),
    onSuccess: (signedIn) => queries.setQueryData(sessionQuery.queryKey, signedIn),
  });
  if (session.data) {
    const to = search.get("to") ?? "/";
    // Only a path of this console: an address like //elsewhere would leave it.
    return <Navigate to={/^\/(?!\/)/.test(to) ? to : "/"} replace />;
  }
  return (
    <main className="login">
      <div className="login-corner">
        <LanguageSwitch />
      </div>
      <Card className="login-card" variant="borderless">
        <Brand large />
        <p className="login-motto">{t("login.motto")}</p>
        <Form<Credentials>
          layout="vertical"
          onFinish={(values) => signIn.mutate(values)}
          requiredMark={false}
          size="large"
        >
          <Form.Item
            name="username"
            label={t("login.username")}
            rules={[{ required: true, message: t("login.usernameMissing") }]}
          >
            <Input autoFocus autoComplete="username" data-testid="login-username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("login.password")}
            rules={[{ required: true, message: t("login.passwordMissing") }]}
          >
            <Input.Password autoComplete="current-password" data-testid="login-password" />
          </Form.Item>
          {signIn.error && (
            <Alert
              className="login-error"
              type="error"
              showIcon
              title={words(signIn.error)}
              description={<Tag>{codeOf(signIn.error)}</Tag>}
              data-testid="login-error"
            />
          )}
          <Button type="primary" htmlType="submit" block loading={signIn.isPending} data-testid="login-submit">
            {t("login.submit")}
          </Button>
        </Form>
      </Card>
    </main>
  );
}
