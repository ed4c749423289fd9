export const en = {
  grants: "Roles",
  role: "Role",
  division: "Division, with all below it",
  addGrant: "Add a role",
  removeGrant: "Remove",
  actions: "May",
  roles: {
    administrator: "Administrator",
    scenario_owner: "Scenario owner",
    reviewer: "Reviewer",
    unit_staff: "Staff of a unit",
    algorithm_team: "Algorithm team",
    dashboard: "Dashboard",
    auditor: "Auditor",
  },
};

export const zh: typeof en = {
  grants: "角色",
  role: "角色",
  division: "区划（含下级）",
  addGrant: "添加角色",
  removeGrant: "移除",
  actions: "权限",
  roles: {
    administrator: "系统管理员",
    scenario_owner: "场景业主",
    reviewer: "复核员",
    unit_staff: "责任单位人员",
    algorithm_team: "算法团队",
    dashboard: "大屏",
    auditor: "审计员",
  },
};
