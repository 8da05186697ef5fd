import type { MessageState } from "@/api/messages";

export const MESSAGE_LOOK = {
  queued: "default",
  sending: "processing",
  accepted: "processing",
  delivered: "success",
  read: "success",
  clicked: "success",
  replied: "success",
  failed: "error",
  blocked: "warning",
  expired: "warning",
  unknown: "warning",
} as const satisfies Record<MessageState, string>;
