import { DeleteOutlined, SaveOutlined, TeamOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import {
  changeSegment,
  createSegment,
  deleteSegment,
  type SegmentFields,
  segmentQuery,
  segmentsQuery,
} from "@/api/segments";
import { LeaveDialog } from "@/app/LeaveDialog";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { Field } from "@/canvas/fields/Field";
import { RuleBuilder } from "@/canvas/fields/RuleBuilder";
import { Audience } from "./Audience";
import { ListPaste } from "./ListPaste";
import { Members } from "./Members";
import { useFoundFields, useKeptFields } from "./useKeptFields";
import "@/canvas/fields/fields.css";
import "../review/review.css";
import "./segments.css";

interface Props {
  segment: SegmentFields;
  /** Absent while it was never saved. */
  id?: string;
  /** A list has members of its own and no rule that can be changed. */
  isList?: boolean;
}

/** A segment's name and rule, with who the rule holds for beside it while it is being edited. */
export function SegmentEditor({ segment, id, isList = false }: Props) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const readOnly = !mayWrite(useSession());
  const [saved, setSaved] = useState(segment);
  const found = useFoundFields(id, segment);
  const [told, setTold] = useState(true);
  const [fields, setFields] = useState<SegmentFields>(readOnly || !found ? segment : found.fields);
  const [listing, setListing] = useState(false);
  const dirty =
    !readOnly && (fields.name !== saved.name || fields.description !== saved.description || fields.rule !== saved.rule);
  const put = (part: Partial<SegmentFields>) => setFields({ ...fields, ...part });

  const save = useMutation({
    mutationFn: () => {
      const { name, description, rule } = fields;
      const body = { name: name.trim(), description: description.trim(), rule };
      return id ? changeSegment(id, body) : createSegment(body);
    },
    onSuccess: async (answer) => {
      setSaved(fields);
      queries.setQueryData(segmentQuery(answer.id).queryKey, answer);
      await queries.invalidateQueries({ queryKey: segmentsQuery.queryKey, exact: true });
      message.success(t("segment.saved"));
    },
  });
  const remove = useMutation({
    mutationFn: (known: string) => deleteSegment(known),
    onSuccess: () => queries.invalidateQueries({ queryKey: segmentsQuery.queryKey, exact: true }),
  });
  const giveUp = useKeptFields(id, fields, saved, dirty && !remove.isSuccess);
  const askToRemove = (known: string) =>
    modal.confirm({
      title: t("segment.removeTitle", { name: saved.name }),
      content: t("segment.removeText"),
      okText: t("segment.remove"),
      okButtonProps: { danger: true, "data-testid": "confirm-segment-remove" },
      // A refusal is shown on the page, with who needs the segment.
      onOk: () => remove.mutateAsync(known).catch(() => undefined),
    });
  const made = id ? undefined : save.data?.id;
  const goTo = remove.isSuccess ? "/segments" : made && `/segments/${made}`;
  // After the render in which nothing is unsaved any more: before it the way out would still be stopped.
  useEffect(() => {
    if (goTo) navigate(goTo, { replace: true });
  }, [goTo, navigate]);
  const error = save.error ?? remove.error;
  return (
    <main className="page" data-testid="segment-page">
      <header className="page-head">
        <h1>{saved.name || t("segment.new")}</h1>
        <Link to="/segments" data-testid="segment-back">
          {t("segment.all")}
        </Link>
        {id && (
          <Button icon={<TeamOutlined />} onClick={() => setListing(true)} data-testid="segment-members">
            {t("segment.members")}
          </Button>
        )}
        {id && !readOnly && (
          <Button
            danger
            icon={<DeleteOutlined />}
            loading={remove.isPending}
            onClick={() => askToRemove(id)}
            data-testid="segment-remove"
          >
            {t("segment.remove")}
          </Button>
        )}
        {!readOnly && (
          <Button
            type="primary"
            icon={<SaveOutlined />}
            disabled={!dirty || !fields.name.trim()}
            loading={save.isPending}
            onClick={() => save.mutate()}
            data-testid="segment-submit"
          >
            {t("segment.create")}
          </Button>
        )}
      </header>
      {error && <Problem error={error} />}
      {found && told && dirty && (
        <Alert
          className="segment-found"
          type={found.isOutdated ? "warning" : "info"}
          showIcon
          title={t(found.isOutdated ? "segment.foundOutdated" : "segment.found")}
          closable={{ onClose: () => setTold(false), "aria-label": t("segment.foundKeep") }}
          action={
            <Button size="small" onClick={() => setFields(saved)} data-testid="segment-found-drop">
              {t("segment.foundDrop")}
            </Button>
          }
          data-testid="segment-found"
        />
      )}
      <div className="segment-grid">
        <fieldset className="panel plain segment-form" disabled={readOnly} inert={readOnly}>
          <Field label={t("segment.name")}>
            <Input
              value={fields.name}
              maxLength={100}
              placeholder={t("segment.nameExample")}
              aria-label={t("segment.name")}
              data-testid="segment-name"
              onChange={({ target }) => put({ name: target.value })}
            />
          </Field>
          <Field label={t("journeys.description")}>
            <Input.TextArea
              autoSize={{ minRows: 1, maxRows: 6 }}
              value={fields.description}
              maxLength={2000}
              aria-label={t("journeys.description")}
              data-testid="segment-description"
              onChange={({ target }) => put({ description: target.value })}
            />
          </Field>
          {isList && id ? (
            <Field label={t("segment.paste")}>
              <ListPaste id={id} />
            </Field>
          ) : (
            <Field label={t("segment.rule")} hint={id && t("segment.ruleHint")}>
              <RuleBuilder value={fields.rule} testId="segment-rule" onChange={(rule) => put({ rule })} />
            </Field>
          )}
        </fieldset>
        <Audience rule={fields.rule} />
      </div>
      {listing && id && <Members id={id} name={saved.name} onClose={() => setListing(false)} />}
      <LeaveDialog
        lost={() => dirty && !remove.isSuccess}
        onDiscard={giveUp}
        save={fields.name.trim() ? () => save.mutateAsync() : undefined}
      />
    </main>
  );
}
