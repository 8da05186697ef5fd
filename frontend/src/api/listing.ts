/** The list of journeys with its folders, and the play gallery. */

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { language } from "@/i18n";
import { api, dataOf } from "./client";
import { cursorOf } from "./queries";
import type { JourneyState, JsonObject, Schemas } from "./types";

export type Folder = Schemas["Folder"];
export type PlayRow = Schemas["PlayRow"];
export type Play = Schemas["Play"];
export type PlayEvidence = NonNullable<Play["evidence"]>;
export type PlayMade = Schemas["PlayMade"];
export type PlayParameter = Schemas["Parameter"];
export type Category = PlayRow["category"];
export type Figures = Schemas["Figures"];
export type ManyDone = Schemas["ManyDone"];

/** A folder's id, or those in no folder, or every journey. */
export type Place = { folder: string } | "none" | "all";

const PAGE = 50;

export const listedQuery = (place: Place, state: JourneyState | undefined, search: string) =>
  infiniteQueryOptions({
    queryKey: ["journeys", "list", place, state ?? "", search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET("/api/v1/journeys/", {
          params: {
            query: {
              state,
              search: search || undefined,
              folder: typeof place === "object" ? place.folder : undefined,
              no_folder: place === "none" ? "true" : undefined,
              cursor: pageParam,
              page_size: PAGE,
            },
          },
        }),
      ),
    getNextPageParam: (page) => cursorOf(page.next),
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });

export const foldersQuery = queryOptions({
  queryKey: ["journeys", "folders"],
  queryFn: () => dataOf(api.GET("/api/v1/journey-folders/")),
  staleTime: 10_000,
});

export const createFolder = (name: string) => dataOf(api.POST("/api/v1/journey-folders/", { body: { name } }));

export const renameFolder = (id: string, name: string) =>
  dataOf(api.PATCH("/api/v1/journey-folders/{id}/", { params: { path: { id } }, body: { name } }));

export const deleteFolder = (id: string) => api.DELETE("/api/v1/journey-folders/{id}/", { params: { path: { id } } });

export const duplicateJourney = (id: string, name: string) =>
  dataOf(api.POST("/api/v1/journeys/{id}/duplicate/", { params: { path: { id } }, body: { name } }));

export type ManyAct = Schemas["ManyJourneys"]["act"];

/** Moves, archives or deletes journeys; `folder` null takes them out of any. */
export const actOnMany = (act: ManyAct, journeys: string[], folder?: string | null) =>
  dataOf(api.POST("/api/v1/journeys/many/", { body: { act, journeys, ...(act === "move" ? { folder } : {}) } }));

// Plays are told in the language of the request.

export const playsQuery = () =>
  queryOptions({
    queryKey: ["plays", language()],
    queryFn: () => dataOf(api.GET("/api/v1/plays/")),
    staleTime: 30_000,
  });

export const playQuery = (id: string) =>
  queryOptions({
    queryKey: ["plays", language(), id],
    queryFn: () => dataOf(api.GET("/api/v1/plays/{id}/", { params: { path: { id } } })),
    staleTime: 30_000,
  });

export const draftOfPlay = (id: string, body: { name?: string; parameters?: JsonObject; folder?: string | null }) =>
  dataOf(api.POST("/api/v1/plays/{id}/draft/", { params: { path: { id } }, body }));

export interface PlayFields {
  name: string;
  description: string;
  category: Category;
}

/** With `with_results` what the journey has come to by now is kept too. */
export interface KeptPlayFields extends PlayFields {
  with_results?: boolean;
}

export const saveAsPlay = (journey: string, body: KeptPlayFields) =>
  dataOf(api.POST("/api/v1/journeys/{id}/save-as-play/", { params: { path: { id: journey } }, body }));

export const changePlay = (id: string, body: PlayFields) =>
  dataOf(api.PATCH("/api/v1/plays/{id}/", { params: { path: { id } }, body }));

export const deletePlay = (id: string) => api.DELETE("/api/v1/plays/{id}/", { params: { path: { id } } });
