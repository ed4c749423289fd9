import {
  Color,
  DirectionalLight,
  GridHelper,
  Group,
  HemisphereLight,
  type Material,
  Mesh,
  MeshBasicMaterial,
  type Object3D,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  Texture,
  Vector3,
  WebGLRenderer,
} from "three";
import { MapControls } from "three/addons/controls/MapControls.js";
import { fromLocal, type LonLat, toLocal } from "../geometry";
import type { Ink } from "../ink";
import type { Place } from "../search";

const FIELD_OF_VIEW_DEG = 45;
const EQUATOR_M = 40_075_016.686;
const TILE_PX = 512;
const GROUND_M = 6000;
const GRID_M = 100;
const NEAREST_M = 15;
const FARTHEST_M = 5000;
/** At first the reader looks from the south, this steeply. */
const STEEP = Math.PI / 5;

/**
 * The stage of the city: metres, x east, y up, z south. It is drawn when something changed, not
 * all the time.
 */
export class Stage {
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, 1, 2 * FARTHEST_M);
  /** Called before every drawing. */
  readonly onDraw = new Set<() => void>();
  onMoved: (() => void) | undefined;
  private readonly renderer = new WebGLRenderer({ antialias: true });
  private readonly controls: MapControls;
  private readonly resizing: ResizeObserver;
  private asked: number | undefined;
  private gone = false;

  constructor(
    private readonly container: HTMLElement,
    private readonly origin: LonLat,
    ink: Ink,
  ) {
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    container.append(this.renderer.domElement);
    this.scene.background = new Color(ink.ground);
    this.scene.add(new HemisphereLight(0xffffff, new Color(ink.ground), 2), sun(), ground(ink));

    this.controls = new MapControls(this.camera, this.renderer.domElement);
    this.controls.maxPolarAngle = Math.PI / 2 - 0.05;
    this.controls.minDistance = NEAREST_M;
    this.controls.maxDistance = FARTHEST_M;
    this.controls.listenToKeyEvents(container);
    this.controls.addEventListener("change", () => this.draw());
    this.controls.addEventListener("end", () => this.onMoved?.());
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(container);
    this.fit();
  }

  get size(): { width: number; height: number } {
    return { width: this.container.clientWidth, height: this.container.clientHeight };
  }

  get webgl(): WebGLRenderer {
    return this.renderer;
  }

  /** Draw with the next picture of the screen. */
  draw(): void {
    if (this.gone) return;
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
      this.camera.updateMatrixWorld();
      for (const each of this.onDraw) each();
      this.renderer.render(this.scene, this.camera);
    });
  }

  /** How often in a second the city can be drawn here. */
  async measure(ms: number): Promise<number> {
    const begun = performance.now();
    let pictures = 0;
    while (performance.now() - begun < ms) {
      await new Promise(requestAnimationFrame);
      if (this.gone) break;
      this.renderer.render(this.scene, this.camera);
      pictures++;
    }
    return (pictures * 1000) / (performance.now() - begun);
  }

  look({ lon, lat, zoom }: Place): void {
    const [east, north] = toLocal(this.origin, [lon, lat]);
    const target = new Vector3(east, 0, -north);
    const away = this.camera.position.clone().sub(this.controls.target);
    if (away.lengthSq() === 0) away.set(0, Math.sin(STEEP), Math.cos(STEEP));
    away.setLength(this.distanceOf(lat, zoom));
    this.controls.target.copy(target);
    this.camera.position.copy(target).add(away);
    this.controls.update();
    this.draw();
  }

  where(): Place {
    const { x, z } = this.controls.target;
    const [lon, lat] = fromLocal(this.origin, x, -z);
    const distance = this.controls.getDistance();
    return { lon, lat, zoom: Math.log2(this.distanceOf(lat, 0) / distance) };
  }

  /** Where something is on the screen, from its upper left corner; undefined: behind the reader. */
  project(at: Vector3): [x: number, y: number] | undefined {
    const { width, height } = this.size;
    const seen = at.clone().project(this.camera);
    if (seen.z > 1) return undefined;
    return [((seen.x + 1) / 2) * width, ((1 - seen.y) / 2) * height];
  }

  dispose(): void {
    this.gone = true;
    if (this.asked !== undefined) cancelAnimationFrame(this.asked);
    this.resizing.disconnect();
    this.controls.dispose();
    discard(this.scene);
    this.renderer.dispose();
    this.renderer.forceContextLoss();
    this.renderer.domElement.remove();
  }

  /** So far away a pixel is as wide on the ground as on the flat map. */
  private distanceOf(lat: number, zoom: number): number {
    const metresPerPx = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
    const half = Math.tan((FIELD_OF_VIEW_DEG * Math.PI) / 360);
    return (metresPerPx * Math.max(1, this.size.height)) / (2 * half);
  }

  private fit(): void {
    const { width, height } = this.size;
    if (width === 0 || height === 0) return;
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.renderer.setSize(width, height);
    this.draw();
  }
}

/** Take something off the stage and give back what it holds on the GPU. */
export function discard(object: Object3D): void {
  object.traverse((each) => {
    const { geometry, material } = each as Partial<Mesh>;
    geometry?.dispose();
    for (const one of [material ?? []].flat()) discardMaterial(one);
  });
  object.removeFromParent();
}

function discardMaterial(material: Material): void {
  for (const value of Object.values(material)) if (value instanceof Texture) value.dispose();
  material.dispose();
}

function sun(): DirectionalLight {
  const light = new DirectionalLight(0xffffff, 1.5);
  light.position.set(-0.6, 1, 0.4);
  return light;
}

function ground(ink: Ink): Group {
  const plane = new Mesh(
    new PlaneGeometry(2 * GROUND_M, 2 * GROUND_M),
    new MeshBasicMaterial({ color: new Color(ink.ground) }),
  );
  plane.rotation.x = -Math.PI / 2;
  plane.position.y = -0.2;
  const line = new Color(ink.line);
  const grid = new GridHelper(2 * GROUND_M, (2 * GROUND_M) / GRID_M, line, line);
  return new Group().add(plane, grid);
}
