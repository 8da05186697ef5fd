import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/api/queries";
import type { Session } from "@/api/types";

/** The signed-in operator; only below the guard, which lets nobody through without one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("useSession is used outside the guard");
  return data;
}

export function mayWrite(session: Session): boolean {
  return session.role !== "viewer";
}
