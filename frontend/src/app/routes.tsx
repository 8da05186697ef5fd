import { lazy } from "react";
import { createBrowserRouter, Navigate } from "react-router";
import { Broken } from "./Broken";
import { Guard } from "./Guard";
import { Shell } from "./Shell";

const Login = lazy(() => import("@/features/login/LoginPage"));
const Journeys = lazy(() => import("@/features/journeys/JourneysPage"));
const Canvas = lazy(() => import("@/features/canvas/CanvasPage"));
const Review = lazy(() => import("@/features/review/ReviewPage"));
const Changes = lazy(() => import("@/features/changes/ChangesPage"));
const Forecast = lazy(() => import("@/features/forecast/ForecastPage"));
const Tasks = lazy(() => import("@/features/tasks/TasksPage"));
const Segments = lazy(() => import("@/features/segments/SegmentsPage"));
const Segment = lazy(() => import("@/features/segments/SegmentPage"));
const Phone = lazy(() => import("@/features/phone/PhonePage"));

export const router = createBrowserRouter([
  { path: "/login", element: <Login />, errorElement: <Broken /> },
  {
    element: <Guard />,
    errorElement: <Broken />,
    children: [
      {
        element: <Shell />,
        children: [
          { path: "/", element: <Journeys /> },
          { path: "/journeys/:id/review", element: <Review /> },
          { path: "/journeys/:id/changes", element: <Changes /> },
          { path: "/journeys/:id/forecast", element: <Forecast /> },
          { path: "/segments", element: <Segments /> },
          { path: "/segments/:id", element: <Segment /> },
          { path: "/tasks", element: <Tasks /> },
          { path: "/phone", element: <Phone /> },
        ],
      },
      { path: "/journeys/:id", element: <Canvas /> },
    ],
  },
  { path: "*", element: <Navigate to="/" replace /> },
]);
