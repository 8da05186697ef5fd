import type { PropsWithChildren, ReactNode } from "react";

interface Props {
  label: ReactNode;
  hint?: ReactNode;
  extra?: ReactNode;
}

/** A labelled control of a panel. A `label` element would give its clicks to the first of several controls, so this is a group. */
export function Field({ label, hint, extra, children }: PropsWithChildren<Props>) {
  return (
    <fieldset className="field">
      <legend>
        {label}
        {extra && <span className="field-extra">{extra}</span>}
      </legend>
      {children}
      {hint && <div className="field-hint">{hint}</div>}
    </fieldset>
  );
}
