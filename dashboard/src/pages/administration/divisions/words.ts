export const en = {
  none: "No camera and no responsibility list names a division yet.",
  tree: "Divisions",
  cameras_one: "{{count}} camera",
  cameras_other: "{{count}} cameras",
  units: "Units",
  responsible: "Rows responsible",
  told: "Rows told when late",
  noUnits: "No responsibility list is in force, so no unit is known.",
};

export const zh: typeof en = {
  none: "还没有摄像机或权责清单提到任何区划。",
  tree: "区划",
  cameras_one: "{{count}} 路摄像机",
  cameras_other: "{{count}} 路摄像机",
  units: "责任单位",
  responsible: "负责的行",
  told: "督办的行",
  noUnits: "还没有生效的权责清单，因此没有责任单位。",
};
