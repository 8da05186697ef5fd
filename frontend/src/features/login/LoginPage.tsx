import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Tag } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
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

/** Of plain elements and few of the library's: whoever signs in waits for the script of this page. */
export default function LoginPage() {
  const { t } = useTranslation();
  const words = useErrorWords();
  const [search] = useSearchParams();
  const queries = useQueryClient();
  const [written, setWritten] = useState<Credentials>({ username: "", password: "" });
  const [tried, setTried] = useState(false);
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (written.username && written.password && !signIn.isPending) signIn.mutate(written);
  };
  const field = (name: keyof Credentials) => ({
    id: `login-${name}`,
    size: "large" as const,
    value: written[name],
    status: tried && !written[name] ? ("error" as const) : undefined,
    "aria-invalid": tried && !written[name],
    "aria-describedby": tried && !written[name] ? `login-${name}-missing` : undefined,
    "data-testid": `login-${name}`,
    onChange: ({ target: { value } }: { target: { value: string } }) => setWritten({ ...written, [name]: value }),
  });
  const labelled = (name: keyof Credentials, input: ReactNode) => (
    <div className="login-field">
      <label htmlFor={`login-${name}`}>{t(`login.${name}`)}</label>
      {input}
      {tried && !written[name] && (
        <div className="login-missing" id={`login-${name}-missing`} role="alert">
          {t(`login.${name}Missing`)}
        </div>
      )}
    </div>
  );
  return (
    <main className="login">
      <div className="login-corner">
        <LanguageSwitch />
      </div>
      <div className="login-card">
        <Brand large />
        <p className="login-motto">{t("login.motto")}</p>
        <form onSubmit={submit} noValidate>
          {labelled("username", <Input {...field("username")} autoFocus autoComplete="username" />)}
          {labelled("password", <Input.Password {...field("password")} autoComplete="current-password" />)}
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
          <Button
            type="primary"
            size="large"
            htmlType="submit"
            block
            loading={signIn.isPending}
            data-testid="login-submit"
          >
            {t("login.submit")}
          </Button>
        </form>
      </div>
    </main>
  );
}
