import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Act, finished } from "@/api/acts";
import { actOnMany, type Changed, type PeopleFilter } from "@/api/life";
import type { EnrollmentState } from "@/api/types";
import { useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { ActProgress } from "../life/ActProgress";

type What = "exit" | "retry";

/** Which states can still be taken out, and which step can be tried again. */
const FOR: Record<What, readonly EnrollmentState[]> = { exit: ["active", "waiting", "failed"], retry: ["failed"] };

interface Props {
  journeyId: string;
  filter: PeopleFilter;
  /** The states of everybody the filter finds, where they are all known: what would concern nobody is not offered. */
  among?: readonly EnrollmentState[];
  onDone: () => unknown;
}

/** Acts on everybody the filter finds, not only on the rows that are loaded. */
export function ManyPeople({ journeyId, filter, among, onDone }: Props) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const format = useFormat();
  const complain = useComplain();
  const [progress, setProgress] = useState<Act | null>(null);
  const act = useMutation({
    mutationFn: async (what: What) => {
      const chosen: PeopleFilter = what === "retry" ? { ...filter, state: "failed" } : filter;
      return finished<Changed>(journeyId, await actOnMany(journeyId, what, chosen), setProgress);
    },
    onSuccess: ({ changed }) => {
      message.success(t("people.changed", { people: format.number(changed) }));
      void onDone();
    },
    onError: complain,
    onSettled: () => setProgress(null),
  });
  const offered = (["retry", "exit"] as const).filter(
    (what) =>
      (filter.state === undefined || FOR[what].includes(filter.state)) &&
      (among?.some((state) => FOR[what].includes(state)) ?? true),
  );
  const askFirst = (what: What) =>
    modal.confirm({
      title: t(`people.many.${what}.title`),
      content: t(`people.many.${what}.text`),
      okText: t(`people.many.${what}.do`),
      okButtonProps: { danger: what === "exit", "data-testid": `confirm-many-${what}` },
      // The dialog closes at once: how far it is, and how it ends, is told here.
      onOk: () => act.mutate(what),
    });
  return (
    <>
      {offered.map((what) => (
        <Button
          key={what}
          type={what === "exit" ? "text" : "default"}
          danger={what === "exit"}
          loading={act.isPending && act.variables === what}
          onClick={() => askFirst(what)}
          data-testid={`many-${what}`}
        >
          {t(`people.many.${what}.do`)}
        </Button>
      ))}
      <ActProgress act={progress} />
    </>
  );
}
