import { DeleteOutlined, PlusOutlined, SaveOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Popconfirm, Select, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { Problem, useComplain } from "@/app/Problem";
import { Field } from "@/canvas/fields/Field";
import { graphStore } from "@/canvas/store/graphStore";
import { useFormat } from "@/format/useFormat";
import { bodyOf, type KeptBody, scriptFrom } from "./keptScript";
import { type Script, scriptedPerson } from "./script";
import type { Work } from "./useWork";

const LONGEST_NAME = 100;

interface Props {
  journeyId: string;
  readOnly: boolean;
  script: Script;
  /** The id of the kept script that this one began as. */
  kept: string | null;
  onWork: (work: Work) => void;
}

/** The journey's named scripts: one is taken up, what was changed is kept under its name or a new one. */
export function KeptScripts({ journeyId, readOnly, script, kept, onWork }: Props) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const { message } = App.useApp();
  const complain = useComplain();
  const queries = useQueryClient();
  const [naming, setNaming] = useState(false);
  const queryKey = ["journeys", journeyId, "scripts"];
  const path = { journey: journeyId };
  const scripts = useQuery({
    queryKey,
    queryFn: () => dataOf(api.GET("/api/v1/journeys/{journey}/scripts/", { params: { path } })),
  });
  const body = () => bodyOf(script, graphStore.getState().graph, zone);
  const said = (text: string) => {
    message.success(text);
    void queries.invalidateQueries({ queryKey });
  };

  const open = useMutation({
    mutationFn: async (id: string) => {
      const found = scripts.data?.find((each) => each.id === id);
      if (!found) return;
      const { script: opened, real } = scriptFrom(found.script as KeptBody, graphStore.getState().graph, zone);
      if (!real) return onWork({ script: opened, kept: id });
      const person = await dataOf(api.GET("/api/v1/profiles/{id}/overview/", { params: { path: { id: real } } }));
      onWork({ script: { ...opened, ...scriptedPerson(person) }, kept: id });
    },
    onError: complain,
  });
  const add = useMutation({
    mutationFn: (name: string) =>
      dataOf(
        api.POST("/api/v1/journeys/{journey}/scripts/", {
          params: { path },
          body: { name, script: body() },
        }),
      ),
    onSuccess: (added) => {
      setNaming(false);
      onWork({ script, kept: added.id });
      said(t("scripts.kept", { name: added.name }));
    },
    onError: complain,
  });
  const change = useMutation({
    mutationFn: (id: string) =>
      dataOf(
        api.PATCH("/api/v1/journeys/{journey}/scripts/{id}/", {
          params: { path: { ...path, id } },
          body: { script: body() },
        }),
      ),
    onSuccess: ({ name }) => said(t("scripts.kept", { name })),
    onError: complain,
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      dataOf(api.DELETE("/api/v1/journeys/{journey}/scripts/{id}/", { params: { path: { ...path, id } } })),
    onSuccess: () => {
      onWork({ script, kept: null });
      said(t("scripts.removed"));
    },
    onError: complain,
  });
  const chosen = scripts.data?.find(({ id }) => id === kept);

  if (readOnly && scripts.data?.length === 0) return null;
  return (
    <Field label={t("scripts.title")} hint={readOnly ? undefined : t("scripts.hint")}>
      {scripts.error && <Problem error={scripts.error} onRetry={scripts.refetch} />}
      <div className="row">
        <Select
          className="grow"
          showSearch={{ optionFilterProp: "label" }}
          value={chosen?.id ?? null}
          loading={scripts.isPending || open.isPending}
          placeholder={t("scripts.none")}
          aria-label={t("scripts.title")}
          data-testid="script-choose"
          options={(scripts.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id: string | null) => id && open.mutate(id)}
        />
        {!readOnly && (
          <>
            {chosen && (
              <Tooltip title={t("scripts.keep", { name: chosen.name })}>
                <Button
                  icon={<SaveOutlined />}
                  loading={change.isPending}
                  aria-label={t("scripts.keep", { name: chosen.name })}
                  data-testid="script-keep"
                  onClick={() => change.mutate(chosen.id)}
                />
              </Tooltip>
            )}
            <Tooltip title={t("scripts.keepAs")}>
              <Button
                icon={<PlusOutlined />}
                aria-label={t("scripts.keepAs")}
                aria-expanded={naming}
                data-testid="script-keep-as"
                onClick={() => setNaming(!naming)}
              />
            </Tooltip>
            {chosen && (
              <Popconfirm
                title={t("scripts.removeAsk", { name: chosen.name })}
                okText={t("fields.remove")}
                onConfirm={() => remove.mutateAsync(chosen.id)}
              >
                <Button
                  icon={<DeleteOutlined />}
                  aria-label={t("scripts.remove", { name: chosen.name })}
                  data-testid="script-remove"
                />
              </Popconfirm>
            )}
          </>
        )}
      </div>
      {naming && (
        <Input.Search
          autoFocus
          maxLength={LONGEST_NAME}
          placeholder={t("scripts.name")}
          aria-label={t("scripts.name")}
          enterButton={t("scripts.keepShort")}
          loading={add.isPending}
          data-testid="script-name"
          onSearch={(name) => name.trim() && add.mutate(name.trim())}
        />
      )}
    </Field>
  );
}
