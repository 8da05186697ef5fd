import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, codeOf } from "@/api/errors";

/** An error in the operator's language: the server's own words in it, else ours for the codes we know, else its sentence. */
export function useErrorWords(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown) => {
      const code = codeOf(error);
      const told = error instanceof ApiError ? error.messages[i18n.language] : undefined;
      if (told) return i18n.exists(`errors.${code}`) ? `${t(`errors.${code}`)} ${told}` : told;
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
