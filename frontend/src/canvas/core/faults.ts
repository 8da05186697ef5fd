/** Which field of a node's panel a finding is about. */

export interface Finding {
  code: string;
  field?: string | null | undefined;
}

/** Findings that name no place, by what they are about. */
const FIELD_OF_CODE: Readonly<Record<string, string>> = {
  unknown_account: "account",
  account_of_another_channel: "account",
  account_paused: "account",
  account_stopped: "account",
  account_disabled: "account",
  quota_nearly_used: "account",
  unknown_template: "template",
  template_not_approved: "template",
  marketing_through_service_template: "purpose",
  send_without_purpose: "purpose",
  template_params_missing: "params",
  liquid_error: "params",
  unknown_segment: "segment",
  segment_missing: "segment",
  empty_audience: "segment",
  cron_never_fires: "cron",
  at_in_the_past: "cron",
  attribute_is_no_date: "attribute",
  unknown_time_zone: "timezone",
  key_without_event: "key",
  hours_never_open: "window",
  waits_for_ever: "timeout",
  weights_do_not_sum: "variants",
  unknown_control: "control",
  task_without_content: "content",
  task_without_time: "due",
  task_assignee_unknown: "assignee",
  webhook_url: "url",
  webhook_private_address: "url",
  webhook_method: "url",
  webhook_header: "headers",
  webhook_header_reserved: "headers",
  webhook_timeout: "timeout",
  unknown_journey: "journey",
  journey_not_live: "journey",
  unknown_goal: "goal",
  no_goal: "goal",
  tag_added_and_removed: "tags_add",
  update_without_change: "set",
};

/** The first part of the place: `params` of `params.name`; null for what is about the whole node. */
export function fieldOf({ code, field }: Finding): string | null {
  return field?.split(".")[0] || FIELD_OF_CODE[code] || null;
}
