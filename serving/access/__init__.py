"""Who may do what, and where.

A user or a token is an `Actor` with grants: a role, everywhere or in one place of the division
tree. `places` is the one question: where may this actor do that? `serving/api/rights.py` says
which action a request is; `serving/store/placing.py` lets nobody see or change a row elsewhere.
"""

from serving.access.acting import Acting, acting, begin, everywhere
from serving.access.actor import ADMINISTRATOR, Actor, Grant, Places, lies_in, places
from serving.access.roles import ROLES, Action, Role

__all__ = [
    "ADMINISTRATOR",
    "ROLES",
    "Acting",
    "Action",
    "Actor",
    "Grant",
    "Places",
    "Role",
    "acting",
    "begin",
    "everywhere",
    "lies_in",
    "places",
]
