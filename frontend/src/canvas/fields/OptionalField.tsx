import { Switch } from "antd";
import type { PropsWithChildren, ReactNode } from "react";
import { Field } from "./Field";

interface Props {
  label: string;
  hint?: ReactNode;
  on: boolean;
  onToggle: (on: boolean) => void;
  /** The switch itself is `{testId}-on`. */
  testId: string;
  name?: string | readonly string[];
}

/** A field that a switch puts into the configuration or takes out of it. */
export function OptionalField({ label, hint, on, onToggle, testId, name, children }: PropsWithChildren<Props>) {
  return (
    <Field
      label={label}
      hint={hint}
      {...(name === undefined ? {} : { name })}
      extra={<Switch size="small" checked={on} aria-label={label} data-testid={`${testId}-on`} onChange={onToggle} />}
    >
      {on && children}
    </Field>
  );
}
