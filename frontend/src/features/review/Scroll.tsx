import type { PropsWithChildren } from "react";

/** Room for a table that may be wider than the page; it is scrolled by the keyboard as well. */
export function Scroll({ label, children }: PropsWithChildren<{ label: string }>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable without a mouse (WCAG 2.1.1)
    <section className="chart-scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
