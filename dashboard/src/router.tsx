import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { isSignedIn } from "./api/session";
import { SignIn } from "./pages/SignIn";
import { readEventsSearch, readNextSearch, readWallSearch } from "./search";
import { Broken } from "./shell/Broken";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";

/*
 * Every address of the dashboard and the file that draws it:
 *
 *   /sign-in       pages/SignIn.tsx
 *   /              pages/Wall.tsx         ?event
 *   /events        pages/Events.tsx       ?camera_id &scenario &life_cycle &event
 *   /cameras       pages/Cameras.tsx
 *   /cameras/new   pages/AddCamera.tsx
 *   /cameras/$id   pages/CameraPage.tsx
 */

const root = createRootRoute({ notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: readNextSearch,
  component: SignIn,
});

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: ({ location }) => {
    if (!isSignedIn()) throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
  component: Shell,
});

const wall = createRoute({
  getParentRoute: () => inside,
  path: "/",
  validateSearch: readWallSearch,
  component: lazyRouteComponent(() => import("./pages/Wall"), "Wall"),
});

const events = createRoute({
  getParentRoute: () => inside,
  path: "/events",
  validateSearch: readEventsSearch,
  component: lazyRouteComponent(() => import("./pages/Events"), "Events"),
});

const cameras = createRoute({
  getParentRoute: () => inside,
  path: "/cameras",
  component: lazyRouteComponent(() => import("./pages/Cameras"), "Cameras"),
});

const addCamera = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/new",
  component: lazyRouteComponent(() => import("./pages/AddCamera"), "AddCamera"),
});

const camera = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/$id",
  component: lazyRouteComponent(() => import("./pages/CameraPage"), "CameraPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    inside.addChildren([wall, events, cameras, addCamera, camera]),
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
