import { texts as first } from "./first";
import { texts as rest } from "./rest";

/** Every text of this language. The console itself loads the halves one by one. */
export const texts: Record<string, unknown> = { ...first, ...rest };
