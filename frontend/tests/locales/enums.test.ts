import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { texts } from "@/locales/zh-CN";

/** Where the words are of the values of an enumeration of the API, which the console shows wherever one comes. */
const WORDED: Readonly<Record<string, readonly string[]>> = {
  ActKindEnum: ["life.act"],
  ApprovalStateEnum: ["talk.standing"],
  AssumedReceiptOutcomeEnum: ["rules.outcome"],
  AuditEntryActionEnum: ["privacy.actions"],
  CategoryEnum: ["plays.category"],
  ChangeEnum: ["replay.changes"],
  ChangeKindEnum: ["changes.kind"],
  ChannelEnum: ["channel", "privacy.channels"],
  ComingKindEnum: ["listing.coming"],
  ComputedStateEnum: ["computed.state"],
  ConsentStatusEnum: ["privacy.statuses"],
  CreditEnum: ["review.orderRule", "counting.credits"],
  DefinitionSourceEnum: ["review.defined"],
  EndedBecauseEnum: ["profiles.ended"],
  EnrollmentStateEnum: ["enrollment.state", "rules.status"],
  EveryEnum: ["reports.each"],
  ExpectedTypeEnum: ["events.type"],
  ExportStateEnum: ["exports.states"],
  ForecastStateEnum: ["forecast.state", "replay.state"],
  ImportKindEnum: ["imports.kinds"],
  ImportStateEnum: ["imports.state"],
  JobStateEnum: ["privacy.states", "identities.runs"],
  JourneyStateEnum: ["journeys.state"],
  LaunchStateEnum: ["forecast.launch.state"],
  MailStateEnum: ["mail.state"],
  ManyJourneysActEnum: ["listing.act", "listing.sure", "listing.did"],
  MessagePreviewVerdictEnum: ["board.verdict"],
  MessageStateEnum: ["messageState"],
  ModelsEnum: ["credit.model", "credit.about"],
  OperationEnum: ["compare.operations"],
  OriginEnum: ["identities.origin"],
  PurposeEnum: ["privacy.purposes", "rules.purpose"],
  ReasonEnum: ["identities.reasons"],
  RejectedEventStateEnum: ["events.state"],
  RepeatsEnum: ["review.repeats", "counting.repeat"],
  ResultEnum: ["tasks.results"],
  ResumeModeEnum: ["life.resumeMode", "life.resumeHint"],
  ReviewGroupEnum: ["worth.group"],
  ReviewUnitEnum: ["proof.unit"],
  RoleEnum: ["workspace.roles", "workspace.mays"],
  RunningOutKindEnum: ["dashboard.kinds", "dashboard.says"],
  ScopesEnum: ["workspace.scopes"],
  SimulatedCallStateEnum: ["calls.state"],
  StageKeyEnum: ["review.stage"],
  StopModeEnum: ["canvas.stopMode"],
  SyncStateEnum: ["channels.sync.states"],
  TagAssignmentSourceEnum: ["profiles.sources"],
  TagKindEnum: ["tags.kinds", "tags.kindHint"],
  TargetEnum: ["exports.targets"],
  TaskStateEnum: ["tasks.state"],
  TemplateStateEnum: ["channels.approval"],
  TouchedByEnum: ["credit.grouping"],
  ValueTypeEnum: ["tags.types"],
  WrongKindEnum: ["dashboard.kinds", "dashboard.says"],
};

const schema = readFileSync("src/api/schema.d.ts", "utf8");

/** The values of an enumeration as the API's document has them. */
function valuesOf(name: string): string[] {
  const found = schema.match(new RegExp(`^ {8}${name}: (.+);$`, "m"));
  return [...(found?.[1] ?? "").matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
}

/** The keys below a path; the plural forms of one text are one. */
function keysAt(path: string): string[] {
  let here: unknown = texts;
  for (const part of path.split(".")) here = (here as Record<string, unknown> | undefined)?.[part];
  return Object.keys((here ?? {}) as object).map((key) => key.replace(/_(one|other)$/, ""));
}

test.each(Object.entries(WORDED))("every value of %s is said in words", (name, paths) => {
  const values = valuesOf(name);
  expect(values.length).toBeGreaterThan(1);
  for (const path of paths) {
    const known = keysAt(path);
    expect(
      values.filter((value) => !known.includes(value)),
      path,
    ).toEqual([]);
  }
});
