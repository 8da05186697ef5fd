import { Alert, App, Button, Tag } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { codeOf } from "@/api/errors";
import { useErrorWords } from "./errorWords";

/** An error in words with its code, in the place of what could not be shown. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => unknown }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  return (
    <Alert
      className="problem"
      type="error"
      showIcon
      data-testid="problem"
      title={words(error)}
      description={<Tag>{codeOf(error)}</Tag>}
      action={onRetry && <Button onClick={() => onRetry()}>{t("app.retry")}</Button>}
    />
  );
}

/** Tells of a failed action in a corner, in words with the code. */
export function useComplain(): (error: unknown) => void {
  const { notification } = App.useApp();
  const { t } = useTranslation();
  const words = useErrorWords();
  return useCallback(
    (error: unknown) =>
      notification.error({ title: t("app.failed"), description: `${words(error)} (${codeOf(error)})`, duration: 8 }),
    [notification, t, words],
  );
}
