/** The workspace, its members and its keys. */

import { ask } from "./ask";
import type { Page, Schemas } from "./types";

export type Workspace = Schemas["Workspace"];
export type Member = Schemas["WorkspaceMember"];
export type Role = Member["role"];
export type ApiKey = Schemas["ApiKey"];
export type Scope = ApiKey["scopes"][number];

export const ROLES = ["owner", "admin", "operator", "viewer"] as const satisfies readonly Role[];
export const SCOPES = ["track", "read", "write"] as const satisfies readonly Scope[];

export const workspace = () => ask<Workspace>("get", "workspace/");
export const changeWorkspace = (changes: { name?: string; timezone?: string }) =>
  ask<Workspace>("patch", "workspace/", { body: changes });

export const members = () => ask<Page<Member>>("get", "members/", { query: { page_size: 200 } });
export const addMember = (member: { username: string; name: string; role: Role }) =>
  ask<Schemas["AddedMember"]>("post", "members/", { body: member });
export const changeMember = (id: number, changes: { role?: Role; active?: boolean }) =>
  ask<Member>("patch", `members/${id}/`, { body: changes });

/** Throws ApiError `wrong_password` or why the new one will not do; the field at fault is its `attr`. */
export const changePassword = (fields: { current: string; new: string }) =>
  ask<void>("put", "session/password/", { body: fields });

export const apiKeys = () => ask<Page<ApiKey>>("get", "api-keys/", { query: { page_size: 200 } });
export const makeKey = (key: { name: string; scopes: Scope[]; expires_at: string | null }) =>
  ask<Schemas["MadeKey"]>("post", "api-keys/", { body: key });
export const revokeKey = (id: string) => ask<ApiKey>("post", `api-keys/${id}/revoke/`);
