import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { sessionQuery } from "@/api/queries";
import { noteAnswer, noteError } from "./connection";

/** A session that ended on the server ends here too: the guard then shows the sign-in page. */
function note(error: unknown) {
  noteError(error);
  if (error instanceof ApiError && error.status === 401) queries.setQueryData(sessionQuery.queryKey, null);
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: note, onSuccess: noteAnswer }),
  mutationCache: new MutationCache({ onError: note, onSuccess: noteAnswer }),
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      // What the server refused it refuses again; only a dropped connection is worth another try.
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
    },
  },
});
