/** Rows of lists that every world of the in-memory API has. */

import type { EnrollmentState, PhoneMessage } from "../src/api/types";
import { NOW } from "./now.ts";

export function message(
  id: string,
  direction: "in" | "out",
  sign: string,
  content: string,
  status: string,
  at: string,
): PhoneMessage {
  return { id, at, vendor: "aliyun", direction, sign_name: sign, content, out_id: id, biz_id: id, status };
}

export function person(id: string, state: EnrollmentState) {
  return {
    id,
    profile_name: "小林",
    profile_phone: "+8613800000001",
    profile_id: `0195a1f0-0000-7000-8000-00000000000${id.slice(1)}`,
    state,
    node: "n7",
    version: 1,
    enrolled_at: NOW,
    due_at: "2026-03-07T02:00:00Z",
    ended_at: null,
  };
}
