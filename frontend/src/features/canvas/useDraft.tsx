import { type UseMutationResult, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { journeyQuery } from "@/api/queries";
import type { Journey } from "@/api/types";
import { useComplain } from "@/app/Problem";
import { useSession } from "@/app/session";
import { graphStore, isDirty, useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { forget, keep, keptDraft } from "./keptDraft";
import { type Changes, patchJourney } from "./patchJourney";

export interface Draft {
  journey: Journey;
  ready: boolean;
  dirty: boolean;
  /** Writes the draft; resolves to null if another operator was faster, which `conflict` then holds for the operator to decide. */
  save: UseMutationResult<Journey | null, unknown, void>;
  rename: (name: string) => void;
  /** Takes over what the server answered about the journey's state. */
  take: (journey: Journey) => void;
  /** What could not be saved because the server's draft is newer. */
  conflict: Changes | null;
  /** The conflict was decided by saving over the other's draft. */
  settled: (journey: Journey) => void;
  closeConflict: () => void;
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === "revision_conflict";
}

/** The journey's draft: opened into the store once, saved with its revision. */
export function useDraft(id: string): Draft {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const complain = useComplain();
  const queries = useQueryClient();
  const { data: journey } = useSuspenseQuery({ ...journeyQuery(id), refetchOnWindowFocus: false });
  const [opened, setOpened] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Changes | null>(null);
  const dirty = useGraph(isDirty);
  const { user } = useSession();

  // Opened once for each journey: a later answer of the server must not overwrite what is being drawn.
  useEffect(() => {
    if (opened === id) return;
    const left = keptDraft(user.id, id);
    // What was left unsaved goes on from the revision it was drawn upon: if that is an old one, saving it asks whose draft holds.
    graphStore.getState().open(journey.graph, left?.revision ?? journey.revision);
    if (left) {
      graphStore.setState({ graph: left.graph });
      message.info(t("canvas.restored"));
    }
    useView.getState().reset();
    setOpened(id);
  }, [opened, id, journey, user.id, message, t]);

  useEffect(() => {
    if (opened !== id) return;
    return graphStore.subscribe((state) => {
      if (isDirty(state)) keep(user.id, id, { graph: state.graph, revision: state.saved.revision });
      else forget(user.id, id);
    });
  }, [opened, id, user.id]);

  const take = useCallback(
    (fresh: Journey) => {
      queries.setQueryData(journeyQuery(id).queryKey, fresh);
      void queries.invalidateQueries({ queryKey: ["journeys", "list"] });
    },
    [queries, id],
  );

  const settled = (saved: Journey) => {
    const store = graphStore.getState();
    if (conflict?.graph) store.markSaved(conflict.graph, saved.revision);
    // Only the name was put through. A draft that was not touched becomes theirs; one that was asks again when it is saved.
    else if (!isDirty(store)) store.open(saved.graph, saved.revision);
    take(saved);
    setConflict(null);
    message.success(t("canvas.saved"));
  };

  const save = useMutation({
    mutationFn: async (): Promise<Journey | null> => {
      const { graph, saved } = graphStore.getState();
      try {
        const journey = await patchJourney(id, { graph, revision: saved.revision });
        graphStore.getState().markSaved(graph, journey.revision);
        return journey;
      } catch (error) {
        if (!isConflict(error)) throw error;
        setConflict({ graph });
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
      const renamed = await patchJourney(id, { name, revision: saved.revision });
      markSaved(saved.graph, renamed.revision);
      take(renamed);
    } catch (error) {
      if (isConflict(error)) setConflict({ name });
      else complain(error);
    }
  };

  return {
    journey,
    ready: opened === id,
    dirty,
    save,
    rename: (name) => void rename(name),
    take,
    conflict,
    settled,
    closeConflict: () => setConflict(null),
  };
}
