import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Modal, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { journeyQuery } from "@/api/queries";
import type { Journey } from "@/api/types";
import { Problem } from "@/app/Problem";
import { graphStore } from "@/canvas/store/graphStore";
import { useFormat } from "@/format/useFormat";
import { type Changes, patchJourney } from "./patchJourney";

interface Props {
  journeyId: string;
  /** What could not be saved. */
  mine: Changes;
  /** Saved after all, over what the other had saved. */
  onSaved: (journey: Journey) => void;
  /** Nothing is decided by closing: the draft stays unsaved as it is. */
  onClose: () => void;
}

/** Another operator saved this journey meanwhile: whose draft holds is decided here, by a button and by nothing else. */
export function ConflictDialog({ journeyId, mine, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const theirs = useQuery({ ...journeyQuery(journeyId), staleTime: 0, refetchOnMount: "always" });
  // The revision is read again at the click: theirs may have been saved once more while this was being read.
  const keep = useMutation({
    mutationFn: async () => {
      const { data, error } = await theirs.refetch();
      if (!data) throw error;
      return patchJourney(journeyId, { ...mine, revision: data.revision });
    },
    onSuccess: onSaved,
  });
  const take = useMutation({
    mutationFn: async () => {
      const { data, error } = await theirs.refetch();
      if (!data) throw error;
      graphStore.getState().adopt(data.graph, data.revision);
    },
    onSuccess: () => {
      message.info(t("canvas.conflictTaken"));
      onClose();
    },
  });
  const busy = keep.isPending || take.isPending;
  const error = keep.error ?? take.error ?? theirs.error;
  return (
    <Modal
      open
      width={520}
      title={t("canvas.conflictTitle")}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        <Button key="later" disabled={busy} onClick={onClose} data-testid="conflict-later">
          {t("canvas.conflictLater")}
        </Button>,
        <Button
          key="theirs"
          disabled={busy}
          loading={take.isPending}
          onClick={() => take.mutate()}
          data-testid="conflict-theirs"
        >
          {t("canvas.conflictTheirs")}
        </Button>,
        <Button
          key="mine"
          type="primary"
          danger
          disabled={busy}
          loading={keep.isPending}
          onClick={() => keep.mutate()}
          data-testid="conflict-mine"
        >
          {t("canvas.conflictMine")}
        </Button>,
      ]}
    >
      <div className="dialog-body" data-testid="conflict">
        <p>{t("canvas.conflictText")}</p>
        {theirs.isFetching && !theirs.data && <Spin />}
        {theirs.data && !theirs.isFetching && (
          <p className="soft">
            {t("canvas.conflictWhen", {
              at: format.second(theirs.data.updated_at),
              nodes: format.number(theirs.data.graph.nodes.length),
            })}
          </p>
        )}
        {error && <Problem error={error} />}
      </div>
    </Modal>
  );
}
