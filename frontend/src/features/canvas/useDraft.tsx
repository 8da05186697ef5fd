import { type UseMutationResult, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { journeyQuery } from "@/api/queries";
import type { Journey } from "@/api/types";
import { forget, keep, kept, placeOf } from "@/app/kept";
import { useComplain } from "@/app/Problem";
import { useSession } from "@/app/session";
import type { Graph } from "@/canvas/core/graph";
import { graphStore, isDirty, useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { type Changes, patchJourney } from "./patchJourney";

export interface SaveOptions {
  /** Nobody asked for it: said only where the state of saving is shown. */
  silent?: boolean;
}

export interface Draft {
  journey: Journey;
  ready: boolean;
  dirty: boolean;
  /** Writes the draft; resolves to null if another operator was faster, which `conflict` then holds for the operator to decide. */
  save: UseMutationResult<Journey | null, unknown, SaveOptions | undefined>;
  rename: (name: string) => void;
  /** Takes over what the server answered about the journey's state. */
  take: (journey: Journey) => void;
  /** What could not be saved because the server's draft is newer. */
  conflict: Changes | null;
  /** There was a conflict, and nothing of it has been settled since. */
  undecided: boolean;
  /** The conflict was decided by saving over the other's draft. */
  settled: (journey: Journey) => void;
  closeConflict: () => void;
}

/** What was drawn and not saved, with the revision of the draft that it was drawn upon. */
interface Kept {
  graph: Graph;
  revision: number;
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
  const [undecided, setUndecided] = useState(false);
  // One write at a time: a second one under way would conflict with the first.
  const scope = { id: `draft ${id}` };
  const collide = (mine: Changes) => {
    setConflict(mine);
    setUndecided(true);
  };
  const dirty = useGraph(isDirty);
  const { user } = useSession();

  // Opened once for each journey: a later answer of the server must not overwrite what is being drawn.
  useEffect(() => {
    if (opened === id) return;
    const left = kept<Kept>(placeOf("draft", user.id, id));
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
    const place = placeOf("draft", user.id, id);
    return graphStore.subscribe((state) => {
      if (isDirty(state)) keep(place, { graph: state.graph, revision: state.saved.revision } satisfies Kept);
      else forget(place);
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
    else if (!isDirty(store)) store.adopt(saved.graph, saved.revision);
    take(saved);
    setConflict(null);
    setUndecided(false);
    message.success(t("canvas.saved"));
  };

  const save = useMutation({
    scope,
    mutationFn: async (options: SaveOptions | undefined): Promise<Journey | null> => {
      const { graph, saved } = graphStore.getState();
      if (graph === saved.graph) return queries.ensureQueryData(journeyQuery(id));
      try {
        const journey = await patchJourney(id, {
          graph,
          revision: saved.revision,
          autosave: options?.silent ?? false,
        });
        graphStore.getState().markSaved(graph, journey.revision);
        return journey;
      } catch (error) {
        if (!isConflict(error)) throw error;
        collide({ graph });
        return null;
      }
    },
    onSuccess: (saved, options) => {
      if (!saved) return;
      setUndecided(false);
      take(saved);
      if (!options?.silent) message.success(t("canvas.saved"));
    },
    onError: (error, options) => {
      if (!options?.silent) complain(error);
    },
  });

  // Another's draft takes the place of one that was not touched; one that was is asked about when it is saved.
  const heard = useView((state) => state.heard);
  const known = useGraph((state) => state.saved.revision);
  const behind = opened === id && heard > known && !dirty && !save.isPending;
  useEffect(() => {
    if (!behind) return;
    void queries.fetchQuery({ ...journeyQuery(id), staleTime: 0 }).then((fresh) => {
      const store = graphStore.getState();
      if (isDirty(store) || fresh.revision <= store.saved.revision) return;
      // One step back leads to what was there before it.
      store.adopt(fresh.graph, fresh.revision);
      message.info(t("board.theirsShown"));
    }, complain);
  }, [behind, queries, id, message, t, complain]);

  const rename = useMutation({
    scope,
    mutationFn: async (name: string) => {
      const { saved, markSaved } = graphStore.getState();
      const renamed = await patchJourney(id, { name, revision: saved.revision });
      markSaved(saved.graph, renamed.revision);
      take(renamed);
    },
    onError: (error, name) => {
      if (isConflict(error)) collide({ name });
      else complain(error);
    },
  });

  return {
    journey,
    ready: opened === id,
    dirty,
    save,
    rename: rename.mutate,
    take,
    conflict,
    undecided,
    settled,
    closeConflict: () => {
      setConflict(null);
      // Theirs was taken over: nothing of one's own is left to decide about.
      if (!isDirty(graphStore.getState())) setUndecided(false);
    },
  };
}
