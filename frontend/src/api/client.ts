import createClient, { type Middleware } from "openapi-fetch";
import { language } from "@/i18n";
import { ApiError, Unreachable } from "./errors";
import type { paths } from "./types";

function cookie(name: string): string | undefined {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy's error page is no JSON; the status alone then says what happened.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const speakAndCheck: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", language());
    const token = cookie("csrftoken");
    if (token && !["GET", "HEAD"].includes(request.method)) request.headers.set("X-CSRFToken", token);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw new ApiError(response.status, await bodyOf(response));
    return response;
  },
  onError({ error }) {
    return error instanceof ApiError ? error : new Unreachable(error);
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  // Looked up at each call: the client would otherwise keep the fetch of the moment it was made, past anything put around it later.
  fetch: (request) => globalThis.fetch(request),
});
api.use(speakAndCheck);

/** The data of an answer; every refusal has been thrown as ApiError before. */
export async function dataOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
