import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { isSignedIn } from "./api/session";
import { readAdministrationSearch } from "./pages/administration/search";
import { readAlgorithmsSearch, readVersionSearch } from "./pages/algorithms/search";
import { readDraftSearch } from "./pages/deploying/search";
import { readDeploymentSearch } from "./pages/deployments/search";
import { readCamerasSearch } from "./pages/cameras/search";
import { readKpiSearch } from "./pages/kpi/search";
import { readScenariosSearch } from "./pages/scenarios/search";
import { readMapSearch } from "./pages/map/search";
import { SignIn } from "./pages/SignIn";
import { readWallSearch } from "./pages/wall/search";
import { readEventsSearch, readNextSearch, readWorkOrdersSearch } from "./search";
import { Broken } from "./shell/Broken";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";

/*
 * Every address of the dashboard and the file that draws it:
 *
 *   /sign-in       pages/SignIn.tsx
 *   /              pages/Wall.tsx         ?view &division &situation &grid &page …
 *   /map           pages/Map.tsx          ?view &at &hours &until &division …
 *   /events        pages/Events.tsx       ?camera_id &scenario … &event
 *   /work-orders   pages/WorkOrders.tsx   ?unit &division &order
 *   /cameras       pages/Cameras.tsx      ?text &state &division &tag &by &down
 *   /cameras/new   pages/AddCamera.tsx
 *   /cameras/import                   pages/ImportCameras.tsx
 *   /cameras/$id   pages/CameraPage.tsx
 *   /scenarios          pages/Scenarios.tsx       ?tab &domain &status &text
 *   /scenarios/$id      pages/ScenarioPage.tsx
 *   /deployments/new    pages/NewDeployment.tsx   ?step &scenario … &trial
 *   /deployments/$id    pages/DeploymentPage.tsx  ?replay
 *   /cameras/$id/privacy              pages/CameraPrivacy.tsx
 *   /cameras/$id/zones/$deployment    pages/CameraZones.tsx
 *   /cameras/$id/schedule/$deployment pages/CameraSchedule.tsx
 *   /kpis          pages/Kpi.tsx          ?days &division &camera_id &by &split
 *   /algorithms    pages/Algorithms.tsx   ?tab &challenge
 *   /algorithms/submit            pages/SubmitAlgorithm.tsx
 *   /algorithms/$name/$version    pages/AlgorithmPage.tsx   ?against
 *   /training      pages/Training.tsx
 *   /training/$id  pages/TrainingRun.tsx
 *   /administration   pages/Administration.tsx   ?tab &open
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

const map = createRoute({
  getParentRoute: () => inside,
  path: "/map",
  validateSearch: readMapSearch,
  component: lazyRouteComponent(() => import("./pages/Map"), "Map"),
});

const events = createRoute({
  getParentRoute: () => inside,
  path: "/events",
  validateSearch: readEventsSearch,
  component: lazyRouteComponent(() => import("./pages/Events"), "Events"),
});

const workOrders = createRoute({
  getParentRoute: () => inside,
  path: "/work-orders",
  validateSearch: readWorkOrdersSearch,
  component: lazyRouteComponent(() => import("./pages/WorkOrders"), "WorkOrders"),
});

const cameras = createRoute({
  getParentRoute: () => inside,
  path: "/cameras",
  validateSearch: readCamerasSearch,
  component: lazyRouteComponent(() => import("./pages/Cameras"), "Cameras"),
});

const addCamera = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/new",
  component: lazyRouteComponent(() => import("./pages/AddCamera"), "AddCamera"),
});

const importCameras = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/import",
  component: lazyRouteComponent(() => import("./pages/ImportCameras"), "ImportCameras"),
});

const camera = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/$id",
  component: lazyRouteComponent(() => import("./pages/CameraPage"), "CameraPage"),
});

const scenarios = createRoute({
  getParentRoute: () => inside,
  path: "/scenarios",
  validateSearch: readScenariosSearch,
  component: lazyRouteComponent(() => import("./pages/Scenarios"), "Scenarios"),
});

const scenario = createRoute({
  getParentRoute: () => inside,
  path: "/scenarios/$id",
  component: lazyRouteComponent(() => import("./pages/ScenarioPage"), "ScenarioPage"),
});

const newDeployment = createRoute({
  getParentRoute: () => inside,
  path: "/deployments/new",
  validateSearch: readDraftSearch,
  component: lazyRouteComponent(() => import("./pages/NewDeployment"), "NewDeployment"),
});

const deployment = createRoute({
  getParentRoute: () => inside,
  path: "/deployments/$id",
  validateSearch: readDeploymentSearch,
  component: lazyRouteComponent(() => import("./pages/DeploymentPage"), "DeploymentPage"),
});

const cameraPrivacy = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/$id/privacy",
  component: lazyRouteComponent(() => import("./pages/CameraPrivacy"), "CameraPrivacy"),
});

const cameraZones = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/$id/zones/$deployment",
  component: lazyRouteComponent(() => import("./pages/CameraZones"), "CameraZones"),
});

const cameraSchedule = createRoute({
  getParentRoute: () => inside,
  path: "/cameras/$id/schedule/$deployment",
  component: lazyRouteComponent(() => import("./pages/CameraSchedule"), "CameraSchedule"),
});

const kpis = createRoute({
  getParentRoute: () => inside,
  path: "/kpis",
  validateSearch: readKpiSearch,
  component: lazyRouteComponent(() => import("./pages/Kpi"), "Kpi"),
});

const algorithms = createRoute({
  getParentRoute: () => inside,
  path: "/algorithms",
  validateSearch: readAlgorithmsSearch,
  component: lazyRouteComponent(() => import("./pages/Algorithms"), "Algorithms"),
});

const submitAlgorithm = createRoute({
  getParentRoute: () => inside,
  path: "/algorithms/submit",
  component: lazyRouteComponent(() => import("./pages/SubmitAlgorithm"), "SubmitAlgorithm"),
});

const algorithm = createRoute({
  getParentRoute: () => inside,
  path: "/algorithms/$name/$version",
  validateSearch: readVersionSearch,
  component: lazyRouteComponent(() => import("./pages/AlgorithmPage"), "AlgorithmPage"),
});

const training = createRoute({
  getParentRoute: () => inside,
  path: "/training",
  component: lazyRouteComponent(() => import("./pages/Training"), "Training"),
});

const trainingRun = createRoute({
  getParentRoute: () => inside,
  path: "/training/$id",
  component: lazyRouteComponent(() => import("./pages/TrainingRun"), "TrainingRun"),
});

const administration = createRoute({
  getParentRoute: () => inside,
  path: "/administration",
  validateSearch: readAdministrationSearch,
  component: lazyRouteComponent(() => import("./pages/Administration"), "Administration"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    inside.addChildren([
      wall,
      map,
      events,
      workOrders,
      cameras,
      addCamera,
      importCameras,
      camera,
      scenarios,
      scenario,
      newDeployment,
      deployment,
      cameraPrivacy,
      cameraZones,
      cameraSchedule,
      kpis,
      algorithms,
      submitAlgorithm,
      algorithm,
      training,
      trainingRun,
      administration,
    ]),
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
