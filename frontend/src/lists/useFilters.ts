import { useCallback, useRef } from "react";
import { useSearchParams } from "react-router";

/** What narrows a list, kept in the address: a link shows the same, and the way back finds it again. */
export function useFilters<Name extends string>(
  names: readonly Name[],
): [Partial<Record<Name, string>>, (name: Name, value: string | undefined) => void] {
  const [query, setQuery] = useSearchParams();
  const filters = Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(name);
      return value ? [[name, value]] : [];
    }),
  ) as Partial<Record<Name, string>>;
  // What is put twice before the page is drawn again, as both ends of a period are, goes by what was put first: the router
  // knows of the first only then.
  const latest = useRef(query);
  latest.current = query;
  const put = useCallback(
    (name: Name, value: string | undefined) => {
      const next = new URLSearchParams(latest.current);
      if (value) next.set(name, value);
      else next.delete(name);
      latest.current = next;
      setQuery(next, { replace: true });
    },
    [setQuery],
  );
  return [filters, put];
}
