import { createContext, type PropsWithChildren, type ReactNode, useContext } from "react";
import type { Issue } from "@/api/types";
import { language } from "@/i18n";
import { fieldOf } from "../core/faults";

interface Props {
  label: ReactNode;
  hint?: ReactNode;
  extra?: ReactNode;
  /** The fields of the configuration that it edits: what is wrong with one of them is said here. */
  name?: string | readonly string[];
}

/** What the server finds about the node whose panel this is. */
export const FaultsContext = createContext<readonly Issue[]>([]);

/** A labelled control of a panel. A `label` element would give its clicks to the first of several controls, so this is a group. */
export function Field({ label, hint, extra, name = [], children }: PropsWithChildren<Props>) {
  const names = typeof name === "string" ? [name] : name;
  const faults = useContext(FaultsContext).filter((issue) => names.includes(fieldOf(issue) ?? ""));
  return (
    <fieldset className={faults.length > 0 ? "field field-faulty" : "field"}>
      <legend>
        {label}
        {extra && <span className="field-extra">{extra}</span>}
      </legend>
      {children}
      {faults.map((issue) => (
        <div
          key={issue.code + issue.message}
          role="alert"
          className={`field-fault field-${issue.severity}`}
          data-testid={`fault-${names[0]}`}
          data-code={issue.code}
        >
          {issue.messages[language()]}
        </div>
      ))}
      {hint && <div className="field-hint">{hint}</div>}
    </fieldset>
  );
}
