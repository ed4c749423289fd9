# pyright: basic
"""Users, grants of users and tokens, the audit, and where a deployment is."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ADMINISTRATOR = json.dumps([{"role": "administrator", "division": None}])
"""What every token was until now."""


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=128), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("grants", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("name", name=op.f("uq_user_name")),
    )
    op.create_table(
        "audit_record",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=26), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_record")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_record_actor_id", "audit_record", ["actor_id"])
    op.create_index("ix_audit_record_action", "audit_record", ["action"])
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("token") as batch:
        batch.add_column(
            sa.Column(
                "grants",
                sa.JSON(none_as_null=True),
                nullable=False,
                server_default=_ADMINISTRATOR,
            )
        )
        batch.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("token") as batch:
        batch.alter_column("grants", server_default=None)
    with op.batch_alter_table("web_session") as batch:
        batch.alter_column("token_id", existing_type=sa.String(length=26), nullable=True)
        batch.add_column(sa.Column("user_id", sa.String(length=26), nullable=True))
        batch.create_foreign_key(
            op.f("fk_web_session_user_id"), "user", ["user_id"], ["id"], ondelete="CASCADE"
        )
    op.add_column("deployment", sa.Column("division", sa.String(length=128), nullable=True))
    _say_where_deployments_are()


def downgrade() -> None:
    op.drop_column("deployment", "division")
    op.execute("DELETE FROM web_session WHERE token_id IS NULL")
    with op.batch_alter_table("web_session") as batch:
        batch.drop_constraint(op.f("fk_web_session_user_id"), type_="foreignkey")
        batch.drop_column("user_id")
        batch.alter_column("token_id", existing_type=sa.String(length=26), nullable=False)
    with op.batch_alter_table("token") as batch:
        for column in ("grants", "expires_at", "last_used_at"):
            batch.drop_column(column)
    for statement in _CHANGEABLE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("audit_record")
    op.drop_table("user")


def _say_where_deployments_are() -> None:
    """Those that look through one division's cameras, or select by one; others are the city's."""
    deployment = sa.table(
        "deployment",
        sa.column("id", sa.String),
        sa.column("camera_ids", sa.JSON),
        sa.column("selector", sa.JSON),
        sa.column("division", sa.String),
    )
    camera = sa.table("camera", sa.column("id", sa.String), sa.column("division", sa.String))
    connection = op.get_bind()
    cameras = connection.execute(sa.select(camera.c.id, camera.c.division)).all()
    divisions = {row.id: row.division for row in cameras}
    for row in connection.execute(sa.select(deployment)).all():
        if row.selector:
            where = row.selector.get("division")
        else:
            found = {divisions.get(camera_id) for camera_id in row.camera_ids}
            where = found.pop() if len(found) == 1 else None
        connection.execute(
            deployment.update().where(deployment.c.id == row.id).values(division=where)
        )


# A later migration that copies `audit_record` (batch_alter_table on SQLite) loses its triggers.
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_record_no_{verb} BEFORE {verb} ON audit_record "
        "BEGIN SELECT RAISE(ABORT, 'audit_record is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_record_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit_record is append-only'; END $$",
        "CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION audit_record_append_only()",
    ],
}
_CHANGEABLE = {
    "sqlite": [f"DROP TRIGGER audit_record_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        "DROP TRIGGER audit_record_append_only ON audit_record",
        "DROP FUNCTION audit_record_append_only()",
    ],
}
