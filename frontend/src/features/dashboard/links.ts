import type { Notice, NoticeItem } from "@/api/dashboard";

/** Where what a notice tells of can be mended: of one of its items, or of all. */
export function linkOf(kind: Notice["kind"], item?: NoticeItem): string {
  switch (kind) {
    case "failed_enrollments":
      return item ? `/journeys/${item.id}?people=failed` : "/journeys";
    case "overdue_tasks":
      return "/tasks?state=overdue";
    case "failed_launches":
    case "failed_forecasts":
      return item ? `/journeys/${item.id}/forecast` : "/journeys";
    case "failed_acts":
    case "approvals":
      return item ? `/journeys/${item.id}` : "/journeys";
    case "sending_stops":
      return "/settings/rules";
    case "alerts":
      return "/channels/alerts";
    case "templates":
    case "credits":
      return "/channels/templates";
    case "queues":
    case "wecom_quota":
      return "/channels/quotas";
    case "qr_codes":
      return "/channels/codes";
    case "rejected_events":
      return "/events?tab=refused";
    case "failed_segments":
      return item ? `/segments/${item.id}` : "/segments";
    case "failed_imports":
      return item ? `/imports/${item.id}` : "/imports";
    case "failed_exports":
      return "/exports";
    case "failed_tag_jobs":
      return "/tags";
    case "api_keys":
      return "/settings/keys";
  }
}
