import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { Suspense } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { sessionQuery } from "@/api/queries";
import { ConnectionLost } from "./ConnectionLost";
import { Problem } from "./Problem";
import { SessionContext } from "./session";

export function Waiting() {
  return (
    <div className="centred">
      <Spin size="large" />
    </div>
  );
}

/** Lets only signed-in operators through; others are asked to sign in and then brought back to where they wanted to go. */
export function Guard() {
  const { data, error, isLoadingError, isPending, refetch } = useQuery(sessionQuery);
  const { pathname, search } = useLocation();
  if (isPending) return <Waiting />;
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  if (!data) return <Navigate to={`/login?to=${encodeURIComponent(pathname + search)}`} replace />;
  return (
    <SessionContext value={data}>
      <Suspense fallback={<Waiting />}>
        <Outlet />
      </Suspense>
      <ConnectionLost />
    </SessionContext>
  );
}
