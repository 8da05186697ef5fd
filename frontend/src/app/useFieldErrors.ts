import type { FormInstance } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, type ErrorItem } from "@/api/errors";

/** `refunds.0.event` as a form names it. */
const pathOf = (attr: string) => attr.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/** Shows at a form's own fields what the server finds fault with; true where all of the error is shown there. */
export function useFieldErrors(): (form: FormInstance, error: unknown) => boolean {
  const { t, i18n } = useTranslation();
  return useCallback(
    (form, error) => {
      if (!(error instanceof ApiError)) return false;
      const known = new Set(form.getFieldsError().map(({ name }) => name.join(".")));
      const words = ({ code, detail }: ErrorItem) => {
        const key = [`faults.${code}`, `errors.${code}`].find((each) => i18n.exists(each));
        return key ? t(key) : detail;
      };
      const own = error.items.filter(({ attr }) => attr !== null && known.has(attr));
      form.setFields(own.map((item) => ({ name: pathOf(item.attr ?? ""), errors: [words(item)] })));
      return own.length > 0 && own.length === error.items.length;
    },
    [t, i18n],
  );
}
