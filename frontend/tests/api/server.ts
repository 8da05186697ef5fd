import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { World } from "../../fake/world.ts";

/** The in-memory API behind fetch. */
export function serve() {
  const world = new World();
  const seen: Request[] = [];
  const server = setupServer(
    http.all("*/api/v1/*", async ({ request }) => {
      seen.push(request.clone());
      const url = new URL(request.url);
      const text = await request.text();
      const answer = world.handle({
        method: request.method,
        path: url.pathname.replace("/api/v1/", ""),
        query: url.searchParams,
        // A file comes as a form; what is in it plays no part here.
        body: text && request.headers.get("content-type")?.includes("json") ? JSON.parse(text) : {},
        language: request.headers.get("accept-language") ?? "zh-CN",
      });
      return answer.body === undefined
        ? new HttpResponse(null, { status: answer.status })
        : HttpResponse.json(answer.body as object, { status: answer.status });
    }),
  );
  return { world, server, seen };
}
