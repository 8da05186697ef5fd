import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Space } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type OwnRules, type RulesVersion, replaceRules, rulesQuery } from "@/api/channels";
import { codeOf } from "@/api/errors";
import { LeaveDialog } from "@/app/LeaveDialog";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { CapRows } from "./CapRows";
import { ClosedDays } from "./ClosedDays";
import { HoursRows } from "./HoursRows";
import { type RulesValues, rulesOf, rulesValues } from "./ownRules";
import { RulesConflict } from "./RulesConflict";
import { useEdits } from "./useEdits";

/** Hours, days and caps as one version: what another saved meanwhile is neither overwritten nor loses what is typed here. */
export function RulesForm({ known }: { known: RulesVersion }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const writes = mayWrite(useSession());
  const [form] = Form.useForm<RulesValues>();
  const edits = useEdits();
  // The version that what is typed began from; `known` may be a later one, which another has saved.
  const base = useRef(known.version);
  const [refused, setRefused] = useState<OwnRules>();
  const show = (version: RulesVersion) => {
    edits.save();
    base.current = version.version;
    form.setFieldsValue(rulesValues(version.rules));
  };
  const saved = (fresh: RulesVersion) => {
    base.current = fresh.version;
    queries.setQueryData(rulesQuery.queryKey, fresh);
    void queries.invalidateQueries({ queryKey: ["channels", "quota-uses"] });
    message.success(t("channels.rules.saved", { version: fresh.version }));
  };
  const save = useMutation({
    mutationFn: (rules: OwnRules) => replaceRules(base.current, rules),
    onMutate: edits.send,
    onError: (error, rules) => {
      edits.refuse();
      if (codeOf(error) === "rules_conflict") setRefused(rules);
    },
    onSuccess: (fresh, _, upTo) => {
      edits.save(upTo);
      saved(fresh);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same version read again must not undo edits
  useEffect(() => {
    if (known.version !== base.current && edits.none()) show(known);
  }, [form, known.version]);
  const conflict = save.error !== null && codeOf(save.error) === "rules_conflict";
  return (
    <Form<RulesValues>
      form={form}
      layout="vertical"
      disabled={!writes}
      initialValues={rulesValues(known.rules)}
      scrollToFirstError
      onValuesChange={edits.make}
      onFinish={(values) => save.mutate(rulesOf(values))}
      data-testid="own-rules"
      className="channels-stack"
    >
      <p className="soft" data-testid="rules-version">
        {known.version
          ? t(known.by ? "channels.rules.versionBy" : "channels.rules.version", {
              version: known.version,
              by: known.by,
              time: format.time(known.at),
            })
          : t("channels.rules.noVersion")}
      </p>
      <HoursRows writes={writes} />
      <ClosedDays writes={writes} />
      <CapRows writes={writes} />
      {save.error && (!conflict || !refused) && <Problem error={save.error} />}
      {writes && (
        <Space>
          <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="own-rules-submit">
            {t("channels.rules.save")}
          </Button>
          <Button
            onClick={() => {
              save.reset();
              show(known);
            }}
          >
            {t("channels.rules.reset")}
          </Button>
        </Space>
      )}
      {refused && (
        <RulesConflict
          mine={refused}
          onKept={(fresh) => {
            edits.save();
            setRefused(undefined);
            save.reset();
            saved(fresh);
          }}
          onTaken={(theirs) => {
            setRefused(undefined);
            save.reset();
            show(theirs);
          }}
          onClose={() => setRefused(undefined)}
        />
      )}
      <LeaveDialog lost={edits.wouldBeLost} />
    </Form>
  );
}
