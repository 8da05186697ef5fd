import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createSegment, previewQuery, segmentsQuery } from "@/api/segments";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { newRule } from "../core/rules";
import { Field } from "./Field";
import { RuleBuilder } from "./RuleBuilder";

interface Props {
  onCreated: (id: string) => void;
  onClose: () => void;
}

/** Saves a rule as a segment; how many people it holds for can be asked before. */
export function NewSegment({ onCreated, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [rule, setRule] = useState(() => newRule("attribute"));
  const count = useMutation({ mutationFn: () => queries.fetchQuery({ ...previewQuery(rule), staleTime: 0 }) });
  const create = useMutation({
    mutationFn: () => createSegment({ name: name.trim(), description: "", rule }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: segmentsQuery.queryKey });
      onCreated(id);
    },
  });
  const error = create.error ?? count.error;
  return (
    <Modal
      open
      width={560}
      title={t("segment.new")}
      okText={t("segment.create")}
      okButtonProps={{ disabled: !name.trim(), "data-testid": "segment-submit" }}
      confirmLoading={create.isPending}
      onOk={() => create.mutate()}
      onCancel={onClose}
    >
      <div className="plain">
        <Field label={t("segment.name")}>
          <Input
            value={name}
            maxLength={100}
            placeholder={t("segment.nameExample")}
            aria-label={t("segment.name")}
            data-testid="segment-name"
            onChange={({ target }) => setName(target.value)}
          />
        </Field>
        <Field label={t("segment.rule")}>
          <RuleBuilder
            value={rule}
            testId="segment-rule"
            onChange={(next) => {
              setRule(next);
              // What was counted before was of another rule.
              count.reset();
            }}
          />
        </Field>
        <div className="row">
          <Button loading={count.isPending} onClick={() => count.mutate()} data-testid="segment-count">
            {t("segment.count")}
          </Button>
          {count.data && (
            <span data-testid="segment-people">{t("segment.people", { people: format.number(count.data.count) })}</span>
          )}
        </div>
        {error && <Problem error={error} />}
      </div>
    </Modal>
  );
}
