import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Modal, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { type OwnRules, type RulesVersion, replaceRules, rulesQuery } from "@/api/channels";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { capText, hoursText } from "./ruleWords";

interface Props {
  /** What could not be saved. */
  mine: OwnRules;
  /** Saved after all, over what the other had saved. */
  onKept: (saved: RulesVersion) => void;
  onTaken: (theirs: RulesVersion) => void;
  /** Nothing is decided by closing: the form stays unsaved as it is. */
  onClose: () => void;
}

/** Somebody else saved the rules meanwhile: theirs in words, and whose hold is decided by a button and by nothing else. */
export function RulesConflict({ mine, onKept, onTaken, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const theirs = useQuery({ ...rulesQuery, staleTime: 0, refetchOnMount: "always" });
  // What is decided about is what is shown: if they have saved once more, the server says so again.
  const shown = theirs.isFetching ? undefined : theirs.data;
  const keep = useMutation({
    mutationFn: (version: number) => replaceRules(version, mine),
    onSuccess: onKept,
    onError: () => theirs.refetch(),
  });
  const error = keep.error ?? theirs.error;
  return (
    <Modal
      open
      width={560}
      title={t("channels.rules.conflict.title")}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        <Button key="later" disabled={keep.isPending} onClick={onClose} data-testid="rules-later">
          {t("channels.rules.conflict.later")}
        </Button>,
        <Button
          key="theirs"
          disabled={!shown || keep.isPending}
          onClick={() => shown && onTaken(shown)}
          data-testid="rules-theirs"
        >
          {t("channels.rules.conflict.take")}
        </Button>,
        <Button
          key="mine"
          type="primary"
          danger
          disabled={!shown}
          loading={keep.isPending}
          onClick={() => shown && keep.mutate(shown.version)}
          data-testid="rules-mine"
        >
          {t("channels.rules.conflict.keep")}
        </Button>,
      ]}
    >
      <div className="dialog-body" data-testid="rules-conflict">
        <p>{t("channels.rules.conflict.text")}</p>
        {!shown && !theirs.error && <Spin />}
        {shown && (
          <>
            <p className="soft">
              {t("channels.rules.conflict.theirs", {
                version: shown.version,
                by: shown.by || t("channels.rules.conflict.someone"),
                time: format.second(shown.at),
              })}
            </p>
            <InWords rules={shown.rules} />
          </>
        )}
        {error && <Problem error={error} />}
      </div>
    </Modal>
  );
}

function InWords({ rules: { hours = [], closed_days = [], caps = [] } }: { rules: OwnRules }) {
  const { t } = useTranslation();
  const lines = [
    ...hours.map((one) => hoursText(t, one)),
    ...(closed_days.length > 0
      ? [t("channels.rules.conflict.days", { days: closed_days.join(t("channels.rules.and")) })]
      : []),
    ...caps.map((one) => capText(t, one)),
  ];
  if (lines.length === 0) return <p>{t("channels.rules.conflict.empty")}</p>;
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
