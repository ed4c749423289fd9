/** A house that stands for those nobody has modelled: its middle and its size in metres. */
export interface House {
  east: number;
  north: number;
  width: number;
  depth: number;
  height: number;
}

export interface Clear {
  east: number;
  north: number;
  radius: number;
}

const PLOT_M = 26;
/** Every fifth plot is a street. */
const PLOTS_TO_STREET = 5;
const MARGIN_M = 120;
const MOST_M = 1200;

/**
 * Blocks of houses around the things on the map, the same each time, with streets between them
 * and nothing where a camera stands or looks.
 *
 * @param bounds West, south, east and north of the things, in metres.
 */
export function houses(bounds: [number, number, number, number], clear: Clear[]): House[] {
  const [west, south, east, north] = bounds;
  const from = (low: number) => Math.floor(Math.max(low - MARGIN_M, -MOST_M) / PLOT_M);
  const to = (high: number) => Math.ceil(Math.min(high + MARGIN_M, MOST_M) / PLOT_M);
  const built: House[] = [];
  for (let column = from(west); column <= to(east); column++) {
    for (let row = from(south); row <= to(north); row++) {
      if (column % PLOTS_TO_STREET === 0 || row % PLOTS_TO_STREET === 0) continue;
      const house = plan(column, row);
      const stands = clear.every(
        (spot) => Math.hypot(spot.east - house.east, spot.north - house.north) > spot.radius,
      );
      if (stands) built.push(house);
    }
  }
  return built;
}

function plan(column: number, row: number): House {
  const chance = (salt: number) => {
    const wave = Math.sin(column * 127.1 + row * 311.7 + salt * 74.7) * 43758.5453;
    return wave - Math.floor(wave);
  };
  return {
    east: column * PLOT_M,
    north: row * PLOT_M,
    width: PLOT_M * (0.55 + 0.3 * chance(1)),
    depth: PLOT_M * (0.55 + 0.3 * chance(2)),
    height: 6 + 3 * Math.floor(8 * chance(3) ** 3),
  };
}
