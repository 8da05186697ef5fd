import { useCallback, useState } from "react";

/** A choice of this browser's operator, kept under `zhitu.{name}`; a browser that keeps nothing forgets it with the page. */
export function useRemembered(name: string, first: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => recall(name) ?? first);
  const change = useCallback(
    (next: string) => {
      setValue(next);
      remember(name, next);
    },
    [name],
  );
  return [value, change];
}

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`zhitu.${name}`);
  } catch (error) {
    return refused(error, null);
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`zhitu.${name}`, value);
  } catch (error) {
    refused(error, undefined);
  }
}

/** Storage that is switched off or full throws a DOMException; anything else is a fault of ours. */
function refused<T>(error: unknown, instead: T): T {
  if (error instanceof DOMException) return instead;
  throw error;
}
