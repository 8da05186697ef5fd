import { type ComponentType, lazy } from "react";
import { everyWord } from "@/i18n";

// biome-ignore lint/suspicious/noExplicitAny: as React's own lazy
type Module<Part extends ComponentType<any>> = Promise<{ default: Part }>;

/** As React's lazy, for what is not part of the first load: it is shown only when its texts are there too. */
// biome-ignore lint/suspicious/noExplicitAny: as React's own lazy
export function later<Part extends ComponentType<any>>(load: () => Module<Part>) {
  return lazy(async () => (await Promise.all([load(), everyWord()]))[0]);
}
