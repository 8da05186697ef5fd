import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const REMEMBERED = "zhitu.language";

export function language(): Language {
  return i18next.language === "en" ? "en" : "zh-CN";
}

function remembered(): Language {
  return localStorage.getItem(REMEMBERED) === "en" ? "en" : "zh-CN";
}

const BUNDLES = {
  "zh-CN": () => import("./locales/zh-CN"),
  en: () => import("./locales/en"),
};

async function load(to: Language) {
  if (i18next.hasResourceBundle(to, "translation")) return;
  i18next.addResourceBundle(to, "translation", (await BUNDLES[to]()).texts);
}

export async function startI18n(first: Language = remembered()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: first,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await speak(first);
}

export async function speak(to: Language): Promise<void> {
  await load(to);
  await i18next.changeLanguage(to);
  localStorage.setItem(REMEMBERED, to);
  document.documentElement.lang = to;
}
