import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, type FormInstance } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFieldErrors } from "@/app/useFieldErrors";

interface Options<Values, Known> {
  form: FormInstance<Values>;
  queryKey: QueryKey;
  change: (values: Values) => Promise<Known>;
  valuesOf: (known: Known) => Values;
}

/** Saves a form of what reviews count by. `problem` is a refusal that no field of the form shows. */
export function useSaved<Values extends object, Known>({ form, queryKey, change, valuesOf }: Options<Values, Known>) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const show = useFieldErrors();
  const [problem, setProblem] = useState<Error>();
  const save = useMutation({
    mutationFn: change,
    onMutate: () => setProblem(undefined),
    onSuccess: (saved) => {
      queries.setQueryData(queryKey, saved);
      form.setFieldsValue(valuesOf(saved) as Parameters<typeof form.setFieldsValue>[0]);
      message.success(t("counting.saved"));
      // Every figure of every review goes by it.
      return queries.invalidateQueries({ queryKey: ["review"] });
    },
    onError: (error) => {
      if (!show(form as FormInstance, error)) setProblem(error);
    },
  });
  return { save: save.mutate, saving: save.isPending, problem };
}
