import type { IncomingMessage } from "node:http";
import type { Plugin } from "vite";
import { WebSocketServer } from "ws";
import { World } from "./world.ts";

const BEAT_MS = 1_000;

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  // A file comes as a form; what is in it plays no part here.
  const isForm = request.headers["content-type"]?.startsWith("multipart/");
  return text && !isForm ? JSON.parse(text) : {};
}

/** `npm run dev:fake`: the pages over an in-memory API, live counts included. Sign in with any name and the password "zhitu". */
export function fakeBackend(): Plugin {
  const world = new World();
  return {
    name: "fake-backend",
    configureServer(server) {
      server.middlewares.use("/api/v1/", async (request, response) => {
        const url = new URL(request.url ?? "/", "http://fake");
        const answer = world.handle({
          method: request.method ?? "GET",
          path: url.pathname.slice(1),
          query: url.searchParams,
          body: await bodyOf(request),
          language: request.headers["accept-language"] ?? "zh-CN",
        });
        response.statusCode = answer.status;
        response.setHeader("Content-Type", "application/json");
        response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
      });
      const sockets = new WebSocketServer({ noServer: true });
      server.httpServer?.on("upgrade", (request, socket, head) => {
        const id = /^\/ws\/journeys\/([^/]+)\//.exec(request.url ?? "")?.[1];
        if (!id) return;
        sockets.handleUpgrade(request, socket, head, (client) => {
          const send = () =>
            client.send(JSON.stringify({ type: "counts", version: "v1", nodes: world.counts.get(id) ?? {} }));
          send();
          const timer = setInterval(() => {
            world.beat();
            send();
          }, BEAT_MS);
          client.on("close", () => clearInterval(timer));
        });
      });
    },
  };
}
