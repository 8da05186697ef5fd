import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, codeOf } from "@/api/errors";

/** An error in the operator's language: our own words for the codes we know, the server's sentence for the rest. */
export function useErrorWords(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown) => {
      const code = codeOf(error);
      if (i18n.exists(`errors.${code}`)) return t(`errors.${code}`);
      if (error instanceof ApiError && error.items.length > 0) {
        return error.items.map(({ attr, detail }) => (attr ? `${attr}: ${detail}` : detail)).join(" ");
      }
      if (error instanceof ApiError) return t("errors.http", { status: error.status });
      return error instanceof Error ? error.message : String(error);
    },
    [t, i18n],
  );
}
