import { lazy, Suspense, useEffect, useState } from "react";
import { useSession } from "../session";
import { TOURS, type TourName, useTours, wasSeen } from "./tours";

const Guide = lazy(() => import("./Guide"));
const find = (testId: string) => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`);

/** Shows somebody around on their first visit to a page. Rendered where the page has drawn what the steps stand beside. */
export function FirstTour({ name }: { name: TourName }) {
  const { user } = useSession();
  const changes = useTours((tours) => tours.changes);
  const finish = useTours((tours) => tours.finish);
  const [shown, setShown] = useState<string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when a tour was finished or restarted
  useEffect(() => {
    // What an operator may not do is not there, and is passed over.
    setShown(wasSeen(user.id, name) ? [] : TOURS[name].filter(find));
  }, [user.id, name, changes]);
  const end = () => finish(user.id, name);
  if (shown.length === 0) return null;
  return (
    <Suspense>
      <Guide name={name} steps={shown} find={find} onEnd={end} />
    </Suspense>
  );
}
