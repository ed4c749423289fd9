import type { Spot } from "./markers";
import type { Stage } from "./stage";

/** More names than that hide the city. */
const MOST_NAMES = 30;
const BESIDE_PX = 16;
const LINE_PX = 18;

/** Writes the names of the nearest cameras beside them, with every drawing of the stage. */
export function writeNames(stage: Stage, cameras: Spot[], layer: HTMLElement): () => void {
  const written = Array.from({ length: Math.min(MOST_NAMES, cameras.length) }, () =>
    layer.appendChild(document.createElement("span")),
  );
  function place(): void {
    const away = ({ at }: Spot) => at.distanceToSquared(stage.camera.position);
    const near = [...cameras].sort((a, b) => away(a) - away(b));
    const taken: [number, number][] = [];
    const free = ([x, y]: [number, number]) =>
      taken.every(([left, top]) => Math.abs(top - y) > LINE_PX || Math.abs(left - x) > 8 * LINE_PX);
    written.forEach((name, index) => {
      const spot = near[index];
      const seen = spot && stage.project(spot.at);
      name.hidden = !seen || !free(seen);
      if (!spot || !seen || name.hidden) return;
      taken.push(seen);
      name.textContent = spot.name;
      name.style.translate = `${seen[0] + BESIDE_PX}px calc(${seen[1]}px - 50%)`;
    });
  }
  stage.onDraw.add(place);
  stage.draw();
  return () => {
    stage.onDraw.delete(place);
    layer.replaceChildren();
  };
}
