import { createContext, useContext } from "react";
import type { Session } from "@/api/types";

/** Given by the guard. Not read from the query itself: what is below the guard would then see a sign-out before the guard does. */
export const SessionContext = createContext<Session | null>(null);

/** The signed-in operator; only below the guard, which lets nobody through without one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is used outside the guard");
  return session;
}

/** Whether this operator may change the workspace, its members and its keys. */
export function administers(session: Session): boolean {
  return session.role === "owner" || session.role === "admin";
}

export function mayWrite(session: Session): boolean {
  return session.role !== "viewer";
}
