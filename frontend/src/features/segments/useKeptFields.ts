import { useEffect, useState } from "react";
import type { SegmentFields } from "@/api/segments";
import { forget, keep, kept, placeOf } from "@/app/kept";
import { useSession } from "@/app/session";

interface Kept {
  fields: SegmentFields;
  /** What was saved when these were typed. */
  upon: SegmentFields;
}

export interface Found extends Kept {
  /** The segment was saved by somebody else since. */
  isOutdated: boolean;
}

const alike = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const same = (one: SegmentFields, other: SegmentFields) =>
  (["name", "description", "rule"] as const).every((part) => alike(one[part], other[part]));

/** What this operator had typed into a segment and not saved, as it was found when the page was opened. */
export function useFoundFields(id: string | undefined, segment: SegmentFields): Found | null {
  const { user } = useSession();
  const [found] = useState(() => {
    const left = kept<Kept>(placeOf("segment", user.id, id ?? "new"));
    if (!left || same(left.fields, segment)) return null;
    // A rule that is the saved one is not an edit.
    const rule = alike(left.fields.rule, segment.rule) ? segment.rule : left.fields.rule;
    return { ...left, fields: { ...left.fields, rule }, isOutdated: !same(left.upon, segment) };
  });
  return found;
}

/** Keeps what is typed until it is saved; call what it returns when the operator gives it up. */
export function useKeptFields(id: string | undefined, fields: SegmentFields, saved: SegmentFields, dirty: boolean) {
  const { user } = useSession();
  const place = placeOf("segment", user.id, id ?? "new");
  useEffect(() => {
    if (dirty) keep(place, { fields, upon: saved } satisfies Kept);
    else forget(place);
  }, [place, fields, saved, dirty]);
  return () => forget(place);
}
