import type { ComponentType } from "react";
import { CallsTab } from "./CallsTab";
import { MailTab } from "./MailTab";
import { SmsTab } from "./SmsTab";
import { WechatTab } from "./WechatTab";
import { WecomTab } from "./WecomTab";

export interface PhoneTab {
  /** Names the tab in the address (`?tab=`) and its label `phone.tab.<key>`. */
  key: string;
  Tab: ComponentType;
}

/** What the simulated customers have on their phones, one tab a vendor or channel; the first is shown at first. */
export const TABS: readonly PhoneTab[] = [
  { key: "sms", Tab: SmsTab },
  { key: "wechat", Tab: WechatTab },
  { key: "wecom", Tab: WecomTab },
  { key: "calls", Tab: CallsTab },
  { key: "mail", Tab: MailTab },
];
