// Before anything is drawn: a page that is dark must not be light for a moment. The rest is src/app/theme.ts.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("zhitu.theme");
  } catch {
    // Storage is switched off: the system's preference holds.
  }
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mode = dark ? "dark" : "light";
})();
