import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { type Half, Halves } from "./halves";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const REMEMBERED = "zhitu.language";

export function language(): Language {
  return i18next.language === "en" ? "en" : "zh-CN";
}

function remembered(): Language {
  return localStorage.getItem(REMEMBERED) === "en" ? "en" : "zh-CN";
}

type Read = () => Promise<{ texts: Record<string, unknown> }>;

const BUNDLES: Record<Language, Record<Half, Read>> = {
  "zh-CN": { first: () => import("./locales/zh-CN/first"), rest: () => import("./locales/zh-CN/rest") },
  en: { first: () => import("./locales/en/first"), rest: () => import("./locales/en/rest") },
};

const none = () =>
  new Halves<Language>(
    async (of, half) => (await BUNDLES[of][half]()).texts,
    (of, texts) => i18next.addResourceBundle(of, "translation", texts),
  );

let halves = none();
/** The language that was asked for last: the one in use, or on its way. */
let coming: Language = "zh-CN";

export async function startI18n(first: Language = remembered()): Promise<void> {
  // Beginning anew, i18next forgets what it was given.
  halves = none();
  await i18next.use(initReactI18next).init({
    lng: first,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await speak(first);
}

export async function speak(to: Language): Promise<void> {
  coming = to;
  await halves.complete(to);
  await i18next.changeLanguage(to);
  localStorage.setItem(REMEMBERED, to);
  document.documentElement.lang = to;
}

/** Resolves when every text is there, in the language in use and in one that is on its way. */
export async function everyWord(): Promise<void> {
  halves.want("rest");
  await Promise.all([halves.complete(language()), halves.complete(coming)]);
}
