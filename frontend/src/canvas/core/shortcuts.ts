/** The keys of the canvas, for the sheet that lists them. `Mod` is Ctrl, or Command on a Mac. */

export interface Shortcut {
  keys: readonly string[];
  /** Its text's key under `board.keys`. */
  does: string;
}

export interface ShortcutGroup {
  name: string;
  shortcuts: readonly Shortcut[];
}

const one = (does: string, ...keys: string[]): Shortcut => ({ keys, does });

export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    name: "edit",
    shortcuts: [
      one("save", "Mod+S"),
      one("undo", "Mod+Z"),
      one("redo", "Mod+Shift+Z", "Mod+Y"),
      one("copy", "Mod+C"),
      one("cut", "Mod+X"),
      one("paste", "Mod+V"),
      one("duplicate", "Mod+D"),
      one("remove", "Delete", "Backspace"),
      one("note", "N"),
    ],
  },
  {
    name: "select",
    shortcuts: [one("all", "Mod+A"), one("box", "Shift+Drag"), one("more", "Shift+Click"), one("none", "Esc")],
  },
  {
    name: "move",
    shortcuts: [
      one("next", "Tab"),
      one("along", "←", "→", "↑", "↓"),
      one("open", "Enter"),
      one("connect", "C"),
      one("shift", "Alt+←", "Alt+→", "Alt+↑", "Alt+↓"),
    ],
  },
  {
    name: "view",
    shortcuts: [one("search", "/"), one("zoom", "+", "-"), one("fit", "0"), one("arrange", "L"), one("help", "?")],
  },
];
