import type { ComponentType } from "react";
import type { AnyDefinition, Definition } from "../core/definition";

export interface PanelProps<C> {
  config: C;
  onChange: (config: C) => void;
}

/** One node type as the canvas uses it: what it means, its picture, and the form that configures it. */
export interface NodeKind<C = Record<string, unknown>> {
  definition: Definition<C>;
  Icon: ComponentType;
  Panel: ComponentType<PanelProps<C>>;
}

export interface AnyKind {
  definition: AnyDefinition;
  Icon: ComponentType;
  Panel: ComponentType<PanelProps<Record<string, unknown>>>;
}

/** Forgets the configuration's type: the registry holds kinds of every type, and the graph pairs each with its own configuration. */
export function kind<C>(typed: NodeKind<C>): AnyKind {
  return typed as unknown as AnyKind;
}
