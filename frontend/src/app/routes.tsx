import { lazy } from "react";
import { createBrowserRouter, Navigate } from "react-router";
import { Broken } from "./Broken";
import { Guard } from "./Guard";
import { later } from "./later";
import { Shell } from "./Shell";

// The first load: what these show is in the first half of the texts.
const Login = lazy(() => import("@/features/login/LoginPage"));
const Dashboard = lazy(() => import("@/features/dashboard/DashboardPage"));
const Journeys = lazy(() => import("@/features/journeys/JourneysPage"));

const Plays = later(() => import("@/features/plays/PlaysPage"));
const Play = later(() => import("@/features/plays/PlayPage"));
const Canvas = later(() => import("@/features/canvas/CanvasPage"));
const Review = later(() => import("@/features/review/ReviewPage"));
const Across = later(() => import("@/features/review/AcrossPage"));
const Counterfactual = later(() => import("@/features/review/CounterfactualPage"));
const Changes = later(() => import("@/features/changes/ChangesPage"));
const Forecast = later(() => import("@/features/forecast/ForecastPage"));
const Tasks = later(() => import("@/features/tasks/TasksPage"));
const Segments = later(() => import("@/features/segments/SegmentsPage"));
const Compare = later(() => import("@/features/segments/ComparePage"));
const Exports = later(() => import("@/features/exports/ExportsPage"));
const Segment = later(() => import("@/features/segments/SegmentPage"));
const People = later(() => import("@/features/people/PeoplePage"));
const Person = later(() => import("@/features/people/PersonPage"));
const Messages = later(() => import("@/features/messages/MessagesPage"));
const Imports = later(() => import("@/features/imports/ImportsPage"));
const Import = later(() => import("@/features/imports/ImportPage"));
const Tags = later(() => import("@/features/tags/TagsPage"));
const Identities = later(() => import("@/features/identity/IdentitiesPage"));
const Events = later(() => import("@/features/events/EventsPage"));
const Event = later(() => import("@/features/events/EventPage"));
const Channels = later(() => import("@/features/channels/ChannelsPage"));
const Account = later(() => import("@/features/channels/AccountPage"));
const Privacy = later(() => import("@/features/privacy/PrivacyPage"));
const WorkspaceSettings = later(() => import("@/features/settings/WorkspacePage"));
const Members = later(() => import("@/features/settings/MembersPage"));
const Keys = later(() => import("@/features/settings/KeysPage"));
const Rules = later(() => import("@/features/settings/RulesPage"));
const Counting = later(() => import("@/features/settings/ReviewPage"));
const Audit = later(() => import("@/features/settings/AuditPage"));
const Own = later(() => import("@/features/settings/OwnPage"));
const NotFound = later(() => import("@/features/missing/NotFoundPage"));
const Phone = later(() => import("@/features/phone/PhonePage"));

export const router = createBrowserRouter([
  { path: "/login", element: <Login />, errorElement: <Broken /> },
  {
    element: <Guard />,
    errorElement: <Broken />,
    children: [
      {
        element: <Shell />,
        children: [
          { path: "/", element: <Navigate to="/dashboard" replace /> },
          { path: "/dashboard", element: <Dashboard /> },
          { path: "/journeys", element: <Journeys /> },
          { path: "/plays", element: <Plays /> },
          { path: "/plays/:id", element: <Play /> },
          { path: "/journeys/:id/review", element: <Review /> },
          { path: "/journeys/:id/counterfactual", element: <Counterfactual /> },
          { path: "/review", element: <Across /> },
          { path: "/journeys/:id/changes", element: <Changes /> },
          { path: "/journeys/:id/forecast", element: <Forecast /> },
          { path: "/segments", element: <Segments /> },
          { path: "/segments/compare", element: <Compare /> },
          { path: "/exports", element: <Exports /> },
          { path: "/segments/:id", element: <Segment /> },
          { path: "/people", element: <People /> },
          { path: "/people/:id", element: <Person /> },
          { path: "/messages", element: <Messages /> },
          { path: "/imports", element: <Imports /> },
          { path: "/imports/:id", element: <Import /> },
          { path: "/tags", element: <Tags /> },
          { path: "/identities", element: <Identities /> },
          { path: "/identities/:id", element: <Identities /> },
          { path: "/events", element: <Events /> },
          { path: "/events/:id", element: <Event /> },
          { path: "/tasks", element: <Tasks /> },
          { path: "/channels", element: <Channels /> },
          { path: "/channels/:tab", element: <Channels /> },
          { path: "/channels/accounts/:id", element: <Account /> },
          { path: "/settings", element: <Navigate to="/settings/workspace" replace /> },
          { path: "/settings/workspace", element: <WorkspaceSettings /> },
          { path: "/settings/members", element: <Members /> },
          { path: "/settings/keys", element: <Keys /> },
          { path: "/settings/rules", element: <Rules /> },
          { path: "/settings/review", element: <Counting /> },
          { path: "/settings/privacy", element: <Privacy /> },
          { path: "/settings/audit", element: <Audit /> },
          { path: "/settings/me", element: <Own /> },
          { path: "/phone", element: <Phone /> },
          { path: "*", element: <NotFound /> },
        ],
      },
      { path: "/journeys/:id", element: <Canvas /> },
    ],
  },
]);
