import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { queries } from "./app/queries";
import { router } from "./app/routes";
import { Themed } from "./app/Themed";
import { startI18n } from "./i18n";
import "./app/page.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

await startI18n();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Themed>
        <RouterProvider router={router} />
      </Themed>
    </QueryClientProvider>
  </StrictMode>,
);
