import { type UseMutationResult, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { ApiError } from "@/api/errors";
import { journeyQuery } from "@/api/queries";
import type { Journey } from "@/api/types";
import { useComplain } from "@/app/Problem";
import type { Graph } from "@/canvas/core/graph";
import { graphStore, isDirty, useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";

export interface Draft {
  journey: Journey;
  ready: boolean;
  dirty: boolean;
  /** Writes the draft; resolves to null if another operator was faster and the present one has been asked what to do. */
  save: UseMutationResult<Journey | null, unknown, void>;
  rename: (name: string) => void;
  /** Takes over what the server answered about the journey's state. */
  take: (journey: Journey) => void;
}

function patch(id: string, body: { graph?: Graph; name?: string; revision: number }): Promise<Journey> {
  return dataOf(api.PATCH("/api/v1/journeys/{id}/", { params: { path: { id } }, body }));
}

/** The journey's draft: opened into the store once, saved with its revision, kept from being lost by a closed tab. */
export function useDraft(id: string): Draft {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const complain = useComplain();
  const queries = useQueryClient();
  const { data: journey } = useSuspenseQuery({ ...journeyQuery(id), refetchOnWindowFocus: false });
  const [opened, setOpened] = useState<string | null>(null);
  const dirty = useGraph(isDirty);

  // Opened once for each journey: a later answer of the server must not overwrite what is being drawn.
  useEffect(() => {
    if (opened === id) return;
    graphStore.getState().open(journey.graph, journey.revision);
    useView.getState().reset();
    setOpened(id);
  }, [opened, id, journey]);

  const take = useCallback(
    (fresh: Journey) => {
      queries.setQueryData(journeyQuery(id).queryKey, fresh);
      void queries.invalidateQueries({ queryKey: ["journeys", "list"] });
    },
    [queries, id],
  );

  const resolveConflict = useCallback(
    (mine: Graph) => {
      modal.confirm({
        title: t("canvas.conflictTitle"),
        content: t("canvas.conflictText"),
        okText: t("canvas.conflictTheirs"),
        cancelText: t("canvas.conflictMine"),
        width: 480,
        onOk: async () => {
          const theirs = await queries.fetchQuery({ ...journeyQuery(id), staleTime: 0 });
          graphStore.getState().open(theirs.graph, theirs.revision);
        },
        onCancel: async () => {
          try {
            const theirs = await queries.fetchQuery({ ...journeyQuery(id), staleTime: 0 });
            const saved = await patch(id, { graph: mine, revision: theirs.revision });
            graphStore.getState().markSaved(mine, saved.revision);
            take(saved);
          } catch (error) {
            complain(error);
          }
        },
      });
    },
    [modal, t, queries, id, take, complain],
  );

  const save = useMutation({
    mutationFn: async (): Promise<Journey | null> => {
      const { graph, saved } = graphStore.getState();
      try {
        const journey = await patch(id, { graph, revision: saved.revision });
        graphStore.getState().markSaved(graph, journey.revision);
        return journey;
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "revision_conflict")) throw error;
        resolveConflict(graph);
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      take(saved);
      message.success(t("canvas.saved"));
    },
    onError: complain,
  });

  const rename = async (name: string) => {
    const { saved, markSaved } = graphStore.getState();
    try {
      const renamed = await patch(id, { name, revision: saved.revision });
      markSaved(saved.graph, renamed.revision);
      take(renamed);
    } catch (error) {
      complain(error);
    }
  };

  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);

  return { journey, ready: opened === id, dirty, save, rename: (name) => void rename(name), take };
}
