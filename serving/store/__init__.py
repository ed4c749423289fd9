"""What the platform remembers: rows in SQLite or PostgreSQL."""

from serving.store import access_models as access_models  # the metadata knows every table
from serving.store import evaluation_models as evaluation_models
from serving.store import loop_models as loop_models
from serving.store import quality_models as quality_models
from serving.store import retraining_models as retraining_models
from serving.store import rollout_models as rollout_models
from serving.store import sink_models as sink_models
from serving.store import situation_models as situation_models
from serving.store import training_models as training_models
from serving.store import wall_models as wall_models
from serving.store.database import Store

__all__ = ["Store"]
