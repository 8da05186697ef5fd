import { create } from "zustand";
import { recall, remember } from "./remembered";

export const CHOICES = ["light", "dark", "system"] as const;
export type Choice = (typeof CHOICES)[number];
export type Mode = "light" | "dark";

interface Theme {
  choice: Choice;
  /** What is shown: the choice, or what the operator's system prefers. */
  mode: Mode;
  choose: (choice: Choice) => void;
}

// Kept under the same name as in public/mode.js, which shows it before this is loaded.
const NAME = "theme";
const dark = window.matchMedia?.("(prefers-color-scheme: dark)");

function modeOf(choice: Choice): Mode {
  if (choice !== "system") return choice;
  return dark?.matches ? "dark" : "light";
}

const first = CHOICES.find((each) => each === recall(NAME)) ?? "system";

export const useTheme = create<Theme>((set) => ({
  choice: first,
  mode: modeOf(first),
  choose: (choice) => {
    remember(NAME, choice);
    set({ choice, mode: modeOf(choice) });
  },
}));

const show = ({ mode }: Theme) => {
  document.documentElement.dataset.mode = mode;
};
show(useTheme.getState());
useTheme.subscribe(show);
dark?.addEventListener("change", () => useTheme.setState(({ choice }) => ({ mode: modeOf(choice) })));
